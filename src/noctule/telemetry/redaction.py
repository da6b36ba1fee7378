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
        self._long: tuple[str, ...] = ()
        for secret in secrets:
            self.add(secret)

    def add(self, secret: str) -> None:
        """Learn a secret; a text of several lines is also learned line by line."""
        parts = {secret, *secret.splitlines()}
        new = {form for part in parts if len(part) >= _LENGTH_MIN for form in _forms_of(part)}
        # Longest first: a form may contain another one, whose stars would hide the rest of it.
        self._forms = tuple(sorted(new.union(self._forms), key=lambda form: (-len(form), form)))
        self._long += tuple(part for part in parts if _LONG.fullmatch(part))

    def redact(self, text: str) -> str:
        """Return the text with stars in place of secrets."""
        for form in self._forms:
            if form in text:
                text = text.replace(form, STARS)
        for secret in self._long:
            text = _without_ends(text, secret)
        lowered = text.lower()
        if not any(hint in lowered for hint in _HINTS):
            return text
        text = _PEM.sub(STARS, text)
        text = _STREAM_NAMES.sub(lambda names: _LISTEN_KEY.sub(STARS, names[0]), text)
        return _NAMED.sub(_star_value, text)


def _forms_of(secret: str) -> Iterator[str]:
    """Yield the ways a secret may be spelled in a log."""
    raw = secret.encode("utf-8", "surrogatepass")
    yield secret
    for quoted in (quote(raw, safe=""), quote(raw), quote_plus(raw)):
        yield quoted
        yield _ESCAPE.sub(lambda escape: escape[0].lower(), quoted)
    yield repr(secret)[1:-1]
    for ascii_only in (True, False):
        escaped = json.dumps(secret, ensure_ascii=ascii_only)[1:-1]
        for form in (escaped, escaped.replace("/", r"\/")):
            yield form
            yield json.dumps(form)[1:-1]  # JSON quoted inside JSON
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


_ESCAPE = re.compile(r"%[0-9A-F]{2}")


def _without_ends(text: str, secret: str) -> str:
    """Star what begins or ends like a long secret: messages shorten it in the middle."""
    if secret[:_END] in text:
        text = _without_beginnings(text, secret)
    if secret[-_END:] in text:
        text = _without_beginnings(text[::-1], secret[::-1])[::-1]
    return text


def _without_beginnings(text: str, secret: str) -> str:
    before, *others = text.split(secret[:_END])
    rest = secret[_END:]
    return before + "".join(STARS + other[_agreement(other, rest) :] for other in others)


def _agreement(one: str, other: str) -> int:
    """Return how many characters they share from the beginning."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((number for number, (a, b) in pairs if a != b), min(len(one), len(other)))


# A fragment that long is nobody else's word; and only a text without escapes can be cut anywhere.
_END = 10
_LONG = re.compile(r"[A-Za-z0-9+/=_.~-]{20,}")

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
    "streams=",
)

# https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams: the
# listen key is the name of a stream in an address, and whoever has it can read the account.
_STREAM_NAMES = re.compile(r"(?:/ws/|streams=)[^\s\"'&\\]+")
_LISTEN_KEY = re.compile(r"[A-Za-z0-9]{40,}")

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
