"""A file of the owner's own: what of it is meant, its text, and where in it something is."""

import ast
from collections.abc import Iterator
from pathlib import Path
from traceback import walk_tb
from types import TracebackType
from typing import Final

from msgspec import Struct

from noctule.app.exits import abandon
from noctule.app.time_limit import time_limit
from noctule.config.reading import Unreadable, is_there, read_text
from noctule.config.wording import shortened
from noctule.telemetry.attempt import contained

__all__ = ["MUST_NOT_END", "Reference", "Source", "failure_in", "read_reference", "read_source"]

MUST_NOT_END: Final = "a strategy must not end the program, take it away"

_NOT_OF_THE_OWNER: Final = "site-packages"
_SAYING_S_MAX: Final = 1.0


class Reference(Struct, frozen=True, kw_only=True):
    """`FILE.py` or `FILE.py:CLASS`."""

    shown: str  # the file, as it is written
    path: Path
    wanted: str | None  # the class; None: the only one there is

    @property
    def text(self) -> str:
        """Return it as it is written."""
        return self.shown if self.wanted is None else f"{self.shown}:{self.wanted}"


class Source(Struct, frozen=True, kw_only=True):
    """The text of a file, read once and parsed."""

    shown: str
    path: Path
    text: str
    tree: ast.Module

    def at(self, line: int) -> str:
        """Name a line of the file."""
        return f"{self.shown}:{line}"

    def line_of(self, class_name: str, member: str | None = None) -> int:
        """Return where a class, or something in it, is written; 1 if it is written elsewhere."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ClassDef) and node.name == class_name:
                inside = (each.lineno for each in node.body if member in _names(each))
                return next(inside, node.lineno)
        return 1

    def failure(self, error: BaseException) -> str:
        """Tell what was raised, and the last of the owner's lines that led to it."""
        return failure_in(error, path=self.path, shown=self.shown)


def read_reference(text: str, *, home: Path) -> Reference | str:
    """Take `FILE.py:CLASS` apart; say what is wrong with one that stands for no file."""
    if text.startswith(("'", '"')):
        bare = shortened(text.strip("'\""))
        return f"{shortened(text)!r} stands in quotes, write {bare}"
    file, colon, wanted = text.rpartition(":")
    if not colon or not (wanted.isidentifier() or not wanted):
        file, wanted = text, ""
    elif not wanted:
        return f"{shortened(text)!r} names no class, write {file} or {file}:CLASS"
    if not file.endswith(".py"):
        example = f"{file}.py:{wanted}" if wanted else f"{file}.py"
        return f"{shortened(text)!r} is no Python file, write FILE.py:CLASS, e.g. {example}"
    try:
        path = home / Path(file).expanduser()
    except RuntimeError:
        return (
            f"{shortened(file)!r} begins with ~, and nobody knows whose home that is, write it out"
        )
    return Reference(shown=file, path=path, wanted=wanted or None)


def read_source(reference: Reference) -> Source | str:
    """Read and parse the file; say where it is no Python."""
    if not is_there(reference.path):
        return f"there is no file {shortened(reference.shown)}, name one that exists"
    content = read_text(reference.path)
    if isinstance(content, Unreadable):
        return f"{shortened(reference.shown)} {content}"
    try:
        tree = ast.parse(content.text, filename=str(reference.path))
        compile(tree, str(reference.path), "exec")  # finds what parsing does not: a stray return
    except SyntaxError as exc:
        where = f"{reference.shown}:{exc.lineno or 1}"
        return f"{where}: {type(exc).__name__}: {exc.msg}, mend it there"
    except (ValueError, RecursionError, MemoryError) as exc:  # zeros, or brackets without end
        why = str(exc) or "it is nested too deep"
        return f"{reference.shown}:1: this is no Python text ({why}), name the file that was meant"
    path = reference.path.resolve()
    return Source(shown=reference.shown, path=path, text=content.text, tree=tree)


def failure_in(error: BaseException, *, path: Path, shown: str) -> str:
    """Tell what was raised, and the last of the owner's lines that led to it.

    The owner's lines are those of the file and of its neighbours in the same folder.
    """
    where = next(_own_lines(error.__traceback__, path, shown), f"{shown}:1")
    words = contained(lambda: _words_of(error))
    said = words if isinstance(words, str) else ""
    return f"{where}: {type(error).__name__}{': ' if said else ''}{said}"


def _words_of(error: BaseException) -> str:
    """Let an error speak: the owner's code, too, which may neither hang nor end us."""
    with time_limit(_SAYING_S_MAX, give_up=abandon):
        return " ".join(str(error).split())


def _own_lines(trace: TracebackType | None, path: Path, shown: str) -> Iterator[str]:
    folder = path.parent
    for frame, line in reversed([*walk_tb(trace)]):
        file = Path(frame.f_code.co_filename)
        if file == path:
            yield f"{shown}:{line}"
        elif file.is_relative_to(folder) and _is_the_owners(file.relative_to(folder)):
            yield f"{Path(shown).parent / file.relative_to(folder)}:{line}"


def _is_the_owners(inner: Path) -> bool:
    hidden = any(part.startswith(".") for part in inner.parts)
    return not hidden and _NOT_OF_THE_OWNER not in inner.parts and "noctule" not in inner.parts


def _names(node: ast.stmt) -> set[str]:
    """Return what a statement of a class body gives a name to."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case ast.AnnAssign(target=ast.Name(id=name)):
            return {name}
        case ast.Assign(targets=targets):
            return {each.id for each in targets if isinstance(each, ast.Name)}
        case _:
            return set()
