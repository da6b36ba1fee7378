"""What a strategy file may import from its own folder, and whether it got what it meant."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from noctule.app.strategy_source import Source

__all__ = ["confused_neighbour", "let_import_neighbours"]


def let_import_neighbours(folder: Path) -> None:
    """Let files of the folder be imported by name; all that is installed goes first."""
    if str(folder) not in sys.path:
        sys.path.append(str(folder))


def confused_neighbour(source: Source) -> str | None:
    """Tell of an import that has a file beside it and is another module of the same name."""
    for line, name in _imports(source.tree):
        beside = [source.path.parent / f"{name}.py", source.path.parent / name / "__init__.py"]
        meant = next((path for path in beside if path.is_file()), None)
        module = sys.modules.get(name)
        if meant is None or module is None:
            continue
        got = getattr(module, "__file__", None)
        if got is None or Path(got).resolve() != meant.resolve():
            what = f"imports {name}, which is not the file {meant.name} beside it"
            return f"{source.at(line)}: {what}, rename that file"
    return None


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
