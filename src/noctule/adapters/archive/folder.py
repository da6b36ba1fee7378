"""An archive in a folder of this machine."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from noctule.adapters.archive.failures import ArchiveFlawed, NotInArchive

__all__ = ["FolderArchive"]

_ROOTS: Final = ("data/futures/um", "futures/um", "um", ".")


class FolderArchive:
    """Files of the archive's layout; the folder may be its root, or any on the way to `um`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        below = (folder / root for root in _ROOTS)
        self.root = next((each for each in below if _is_root(each)), None)

    @contextmanager
    def opened(self, path: str) -> Iterator[Callable[[int], bytes]]:
        """Open a file to be read piece by piece."""
        if self.root is None:
            raise NotInArchive(path)
        try:
            with (self.root / path).open("rb") as file:
                yield file.read
        except FileNotFoundError as exc:
            raise NotInArchive(path) from exc
        except (IsADirectoryError, PermissionError) as exc:
            raise ArchiveFlawed(f"{self.root / path}: {exc.strerror}") from exc


def _is_root(folder: Path) -> bool:
    return (folder / "monthly").is_dir() or (folder / "daily").is_dir()
