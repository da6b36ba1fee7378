"""Stars instead of secrets, in the final text of every line that is written anywhere."""

import base64
import json
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

__all__ = ["STARS", "Redactor"]

STARS = "***"

# A shorter secret would star ordinary words; where it is named it still falls to the patterns.
_LENGTH_MIN = 6


class Redactor:
    """Replace known secrets, in every usual encoding, and whatever is named like one.

    Secrets shorter than six characters are covered only where a name announces them
    (password=…), because replacing them everywhere would make the text unreadable.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._forms: tuple[str, ...] = ()
        for secret in secrets:
            self.add(secret)

    def add(self, secret: str) -> None:
        """Learn a secret; a text of several lines is also learned line by line."""
        parts = {secret, *secret.splitlines()}
        new = {form for part in parts if len(part) >= _LENGTH_MIN for form in _forms_of(part)}
        # Longest first: a form may contain another one, whose stars would hide the rest of it.
        self._forms = tuple(sorted(new.union(self._forms), key=lambda form: (-len(form), form)))

    def redact(self, text: str) -> str:
        """Return the text with stars in place of secrets."""
        for form in self._forms:
            if form in text:
                text = text.replace(form, STARS)
        lowered = text.lower()
        if not any(hint in lowered for hint in _HINTS):
            return text
        text = _PEM.sub(STARS, text)
        text = _STREAM_PATH.sub(rf"\g<1>{STARS}", text)
        return _NAMED.sub(_star_value, text)


def _forms_of(secret: str) -> Iterator[str]:
    """Yield the ways a secret may be spelled in a log; a short or changed fragment is not one."""
    raw = secret.encode("utf-8", "surrogatepass")
    yield secret
    yield quote(raw, safe="")
    yield quote(raw)
    yield quote_plus(raw)
    yield repr(secret)[1:-1]
    for ascii_only in (True, False):
        escaped = json.dumps(secret, ensure_ascii=ascii_only)[1:-1]
        yield escaped
        yield json.dumps(escaped)[1:-1]  # JSON quoted inside JSON
    yield raw.hex()
    yield raw.hex().upper()
    yield from _base64_forms(raw)


def _base64_forms(raw: bytes) -> Iterator[str]:
    """Yield what base64 makes of the bytes wherever they begin in a longer text (key:secret)."""
    for shift in range(3):
        encoded = base64.b64encode(bytes(shift) + raw)
        pure = slice((0, 2, 3)[shift], (len(raw) + shift) * 8 // 6)
        form = encoded.decode()[pure]
        yield form
        yield form.translate(str.maketrans("+/", "-_"))


_HINTS = (
    "signature",
    "apikey",
    "api_key",
    "api-key",
    "listen",
    "secret",
    "passw",
    "passphrase",
    "token",
    "authorization",
    "private key",
    "/ws/",
)

# https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams: the
# listen key is a path of the stream's address, and whoever has it can read the account.
_STREAM_PATH = re.compile(r"(/ws/)[A-Za-z0-9]{40,}")

# The body may hold line breaks, plain or escaped; a backslash is never eaten without its letter,
# nor a double quote, so that a JSON line stays one.
_PEM = re.compile(
    r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----"
    r"(?:[^\"'\\-]|\\+[nr]|-(?!----))*"
    r"(?:-----END [A-Z0-9 ]*PRIVATE KEY-----)?"
)

# A double quote right before , } ] or : ends a JSON string that ends in name=; it opens nothing.
_NAMED = re.compile(
    r"""
    (?P<head>
      (?: signature | api[_-]?key | listen[_-]?(?:key|token) | secret | passw(?:or)?d
        | passphrase | token | authorization )
      [\w-]{0,20}
      (?: (?P<close> (?P<plain>") | \\*["'] )?           # name=…  name: …  "name": …
          \s* (?: [:=] | %3d ) \s*
        | \\*["'] , \s*                                 # ('name', '…')
          (?= b? (?P<pair> \\*["'] )
              (?! [^"'\\]* (?P=pair) \s* : ) ) )        # but not "…name", "key": …
      (?: b (?= \\*["'] ) )?
    )
    (?: (?P<quote> (?(plain) " | " (?! [,}\]:] | $ ) ) ) (?: \\. | [^"\\] )*
      | (?P<single>') (?: \\. | [^"'\\] )*
      | (?P<escaped> \\ (?:\\\\)* ["'] ) [^"'\\]*
      | (?P<bare> (?: (?:basic|bearer) [ ]+ )? [^\s"'\\&,;{}\[\]()<>]+ )
    )
    """,
    re.IGNORECASE | re.VERBOSE,
)


def _star_value(match: re.Match[str]) -> str:
    """Keep the name and the opening quote; a bare JSON number becomes a JSON string."""
    if match["bare"] is None:
        opening = match["quote"] or match["single"] or match["escaped"]
        return f"{match['head']}{opening}{STARS}"
    close = match["close"] or ""
    is_escaped = close.count("\\") % 2 == 1
    wrap = close if is_escaped else close[-1:]
    return f"{match['head']}{wrap}{STARS}{wrap}"
