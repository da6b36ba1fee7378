"""One planted fault: a place in the source, what stands there, and what a bad day would put."""

from pathlib import Path
from typing import Final

from msgspec import Struct

__all__ = ["SOURCE", "Mutation"]

SOURCE: Final = Path(__file__).resolve().parents[2] / "src/noctule"


class Mutation(Struct, frozen=True, kw_only=True):
    """A bug that loses money, though the program still starts and trades."""

    name: str  # what is wrong, as one would tell it
    file: str  # below src/noctule
    old: str  # once in it
    new: str
    bug: str  # how one comes to write it, and what it costs
    first: tuple[str, ...] = ()  # the profiles most likely to show it

    def applied(self, source: str) -> str:
        """Return the file's text with the fault in it."""
        count = source.count(self.old)
        assert count == 1, f"{self.name}: {self.file} has its text {count} times"
        return source.replace(self.old, self.new)

    def plant(self, root: Path) -> None:
        """Write the fault into a copy of src/noctule."""
        file = root / self.file
        file.write_text(self.applied(file.read_text()))
