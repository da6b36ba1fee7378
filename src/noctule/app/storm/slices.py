"""A long run in slices: a line of JSON for each story that is over, so that the next goes on."""

from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

import msgspec
from msgspec import Struct

import noctule
from noctule.app.storm.finished import Finished
from noctule.domain.errors import ConfigError

__all__ = ["Kept", "Slices", "code_hash"]


class Kept(Struct, frozen=True, kw_only=True):
    """One line: what came of a story, and of which code."""

    code: str
    finished: Finished


class Slices:
    """The file; the last line for a story counts."""

    def __init__(self, path: Path, *, code: str) -> None:
        self._path = path
        self._code = code
        self._kept: dict[str, Kept] = {}

    def read(self) -> None:
        """Read what there is; a last line that was cut short is dropped."""
        try:
            text = self._path.read_bytes() if self._path.exists() else b""
            self._path.parent.mkdir(parents=True, exist_ok=True)
            whole = text[: text.rfind(b"\n") + 1]
            if whole != text:
                self._path.write_bytes(whole)
        except OSError as exc:
            raise ConfigError([f"--resume: {self._path}: {exc.strerror}"]) from exc
        self._kept = {each.finished.name: each for each in self._lines(whole)}

    def _lines(self, text: bytes) -> Iterator[Kept]:
        for number, line in enumerate(text.splitlines(), start=1):
            try:
                yield msgspec.json.decode(line, type=Kept)
            except (msgspec.DecodeError, UnicodeDecodeError) as exc:
                problem = f"--resume: {self._path}:{number} is no line of a storm: {exc}"
                raise ConfigError([problem]) from exc

    def passed(self) -> dict[str, Finished]:
        """Return what has broken nothing: it need not be played again."""
        kept = (each.finished for each in self._kept.values())
        return {each.name: each for each in kept if not each.violations}

    @property
    def of_other_code(self) -> int:
        """Return how many were played by a program that has changed since."""
        return sum(1 for each in self._kept.values() if each.code != self._code)

    def add(self, finished: Finished) -> str | None:
        """Keep it; say so if it came out otherwise before, though the code is the same."""
        before = self._kept.get(finished.name)
        kept = Kept(code=self._code, finished=finished)
        with self._path.open("ab") as file:
            file.write(msgspec.json.encode(kept) + b"\n")
        self._kept[finished.name] = kept
        if before is None or before.code != self._code:
            return None
        was, is_now = before.finished.digest, finished.digest
        return None if was == is_now else f"{finished.name}: the digest was {was} and is {is_now}"


def code_hash() -> str:
    """Return what tells one version of this program from another."""
    root = Path(noctule.__file__).parent
    told = blake2b(digest_size=8)
    for path in sorted(root.rglob("*.py")):
        told.update(f"{path.relative_to(root)}\n".encode() + path.read_bytes())
    return told.hexdigest()
