"""A long run in slices: a line of JSON for each story that is over, so that the next goes on."""

from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

import noctule
from noctule.app.storm.finished import Finished
from noctule.domain.errors import ConfigError

__all__ = ["Kept", "Slices", "code_hash"]

_LOST: Final = "lost"


class Kept(Struct, frozen=True, kw_only=True):
    """One line: what came of a story, and of which code."""

    code: str
    finished: Finished


class Slices:
    """The file, if there is one; the last line for a story counts."""

    def __init__(self, path: Path | None, *, code: str) -> None:
        self._path = path
        self._code = code
        self._kept: dict[str, Kept] = {}

    def read(self) -> None:
        """Read what there is; a last line that was cut short is dropped."""
        if self._path is None:
            return
        try:
            lines = _whole_lines(self._path)
        except OSError as exc:
            raise ConfigError([f"--resume: {self._path}: {exc.strerror}"]) from exc
        for number, line in enumerate(lines, start=1):
            try:
                kept = msgspec.json.decode(line, type=Kept)
            except (msgspec.DecodeError, UnicodeDecodeError) as exc:
                problem = f"--resume: {self._path}:{number} is no line of a storm: {exc}"
                raise ConfigError([problem]) from exc
            self._kept[kept.finished.name] = kept

    def passed(self, names: Iterable[str]) -> list[Finished]:
        """Return which of these have broken nothing: they need not be played again."""
        kept = (self._kept[name].finished for name in names if name in self._kept)
        return [each for each in kept if not each.violations]

    def of_other_code(self, names: Iterable[str]) -> int:
        """Return how many of these were played by a program that has changed since."""
        kept = (self._kept[name] for name in names if name in self._kept)
        return sum(1 for each in kept if each.code != self._code)

    def add(self, finished: Finished) -> str | None:
        """Keep it; say so if it came out otherwise before, though the code is the same."""
        before = self._kept.get(finished.name)
        kept = Kept(code=self._code, finished=finished)
        self._kept[finished.name] = kept
        if self._path is not None:
            with self._path.open("ab") as file:
                file.write(msgspec.json.encode(kept) + b"\n")
        if before is None or before.code != self._code:
            return None
        was, is_now = before.finished.digest, finished.digest
        return None if was == is_now else f"the digest was {was or _LOST} and is {is_now or _LOST}"


def code_hash() -> str:
    """Return what tells one version of this program from another."""
    root = Path(noctule.__file__).parent
    told = blake2b(digest_size=8)
    for path in sorted(root.rglob("*.py")):
        told.update(f"{path.relative_to(root)}\n".encode() + path.read_bytes())
    return told.hexdigest()


def _whole_lines(path: Path) -> list[bytes]:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = path.read_bytes() if path.exists() else b""
    whole = text[: text.rfind(b"\n") + 1]
    if whole != text:
        path.write_bytes(whole)
    return whole.splitlines()
