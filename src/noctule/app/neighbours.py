"""What a strategy file may import from its own folder, and whether it got what it meant."""

import ast
import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from noctule.app.strategy_source import Reference, Source, read_source

__all__ = ["code_of", "confused_neighbour", "let_import_neighbours"]

_CODE_LENGTH: Final = 12


def let_import_neighbours(folder: Path) -> None:
    """Let files of the folder be imported by name; all that is installed goes first."""
    if str(folder) not in sys.path:
        sys.path.append(str(folder))


def confused_neighbour(source: Source) -> str | None:
    """Tell of an import that has a file beside it and is another module of the same name."""
    for line, name in _imports(source.tree):
        meant, module = _beside(source, name), sys.modules.get(name)
        if meant is None or module is None:
            continue
        got = getattr(module, "__file__", None)
        if got is None or Path(got).resolve() != meant.resolve():
            what = f"imports {name}, which is not the file {meant.name} beside it"
            return f"{source.at(line)}: {what}, rename that file"
    return None


def code_of(source: Source) -> str:
    """Return a hash of its text, and of the files beside it that it imports, however deep."""
    known: dict[Path, Source] = {source.path: source}
    fresh = [source]
    while fresh:
        found = {path for _, name in _imports(fresh.pop().tree) if (path := _beside(source, name))}
        for path in sorted(found - known.keys()):
            other = read_source(Reference(shown=path.name, path=path, wanted=None))
            if isinstance(other, Source):
                known[path] = other
                fresh.append(other)
    texts = [known[path].text for path in sorted(known)]
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:_CODE_LENGTH]


def _beside(source: Source, name: str) -> Path | None:
    """Return the file of the folder that an import of this name would mean."""
    folder = source.path.parent
    beside = (folder / f"{name}.py", folder / name / "__init__.py")
    return next((path for path in beside if path.is_file()), None)


def _imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield the top-level name of every import, with its line."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from ((node.lineno, alias.name.partition(".")[0]) for alias in names)
            case ast.ImportFrom(module=str(module), level=0):
                yield node.lineno, module.partition(".")[0]
            case _:
                pass
