"""What stands in a strategy's text that makes it impure: clocks, the network, files, chance."""

import ast
import builtins
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from noctule.app.strategy_source import Source

__all__ = ["Impurity", "impurities"]

_CLOCK: Final = "the wall clock: take candle.close_ms"
_NETWORK: Final = "the network: what it needs must come with view"
_FILES: Final = "files: what it needs must come with candle, view or settings"
_CHANCE: Final = "chance: make a random.Random(seed) of its own with a seed from settings"
_PROCESS: Final = "other threads or processes: it computes, and nothing else"
_HASHES: Final = "hash or id, which differ in every process: take the value itself"
_PRINT: Final = "the terminal or a log: write it into the signal's reason"

# What begins like this is impure; the longest beginning counts. None: it is not, after all.
_NAMES: Final[Mapping[str, str | None]] = {
    **dict.fromkeys(("time", "datetime.datetime.now", "datetime.datetime.utcnow"), _CLOCK),
    **dict.fromkeys(("datetime.datetime.today", "datetime.date.today"), _CLOCK),
    **dict.fromkeys(("socket", "ssl", "http", "urllib.request", "ftplib", "smtplib"), _NETWORK),
    **dict.fromkeys(("requests", "aiohttp", "httpx", "websockets", "websocket"), _NETWORK),
    **dict.fromkeys(("binance", "ccxt", "picows", "urllib3", "xmlrpc", "imaplib"), _NETWORK),
    **dict.fromkeys(("open", "io.open", "os", "shutil", "tempfile", "glob", "sqlite3"), _FILES),
    **dict.fromkeys(("fileinput", "shelve", "dbm", "input", "sys.stdin"), _FILES),
    **dict.fromkeys(("random", "numpy.random", "secrets", "uuid.uuid1", "uuid.uuid4"), _CHANCE),
    "os.urandom": _CHANCE,
    **dict.fromkeys(("threading", "multiprocessing", "concurrent", "asyncio"), _PROCESS),
    **dict.fromkeys(("subprocess", "signal", "_thread", "os.system", "os.fork"), _PROCESS),
    **dict.fromkeys(("hash", "id"), _HASHES),
    **dict.fromkeys(("print", "sys.stdout", "sys.stderr", "logging"), _PRINT),
    **dict.fromkeys(("random.Random", "numpy.random.default_rng", "numpy.random.Generator")),
    **dict.fromkeys(
        ("os.path.join", "os.PathLike", "numpy.random.RandomState", "time.struct_time")
    ),
}
_SEEDED: Final = ("random.Random", "numpy.random.default_rng", "numpy.random.RandomState")
_PATHS: Final = ("read_text", "read_bytes", "write_text", "write_bytes", "unlink", "mkdir")
_MUTATING: Final = frozenset(
    ("append", "appendleft", "extend", "extendleft", "insert", "add", "update", "setdefault")
).union(("pop", "popitem", "popleft", "remove", "discard", "clear", "rotate", "sort", "reverse"))
_KEPT: Final = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp, ast.Call)


class Impurity(Struct, frozen=True, kw_only=True, order=True):
    """A line of the text, and what of the world it touches."""

    line: int
    what: str


def impurities(source: Source) -> list[Impurity]:
    """Find what a strategy must not touch, line by line, each line once."""
    found = {each.line: each for each in sorted([*_touched(source.tree), *_shared(source.tree)])}
    return [*found.values()]


def _touched(tree: ast.Module) -> Iterator[Impurity]:
    origins = _origins(tree)
    inner = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    seeded = {
        id(node.func): node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and not (node.args or node.keywords)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Name | ast.Attribute) or id(node) in inner:
            continue
        name = _dotted(node, origins)
        if name is None:
            continue
        why = _why(name)
        if why is None and id(node) in seeded and name in _SEEDED:
            why = _CHANCE
        if why is not None:
            yield Impurity(line=node.lineno, what=f"{name} asks for {why}")
        elif isinstance(node, ast.Attribute) and node.attr in _PATHS:
            yield Impurity(line=node.lineno, what=f"{node.attr} asks for {_FILES}")


def _origins(tree: ast.Module) -> dict[str, str]:
    """Return where every name comes from that is imported, and the builtins nobody renamed."""
    origins = {name: name for name in vars(builtins)}
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                for alias in names:
                    name = alias.asname or alias.name.partition(".")[0]
                    origins[name] = alias.name if alias.asname else name
            case ast.ImportFrom(module=str(module), names=names):
                for alias in names:
                    origins[alias.asname or alias.name] = f"{module}.{alias.name}"
            case (
                ast.FunctionDef(name=name)
                | ast.ClassDef(name=name)
                | ast.arg(arg=name)
                | ast.Name(id=name, ctx=ast.Store())
            ):
                origins.pop(name, None)
            case _:
                pass
    return origins


def _dotted(node: ast.expr, origins: Mapping[str, str]) -> str | None:
    """Return the full name of what an expression names: `dt.now` is `datetime.datetime.now`."""
    match node:
        case ast.Name(id=name):
            return origins.get(name)
        case ast.Attribute(value=value, attr=attr):
            inner = _dotted(value, origins)
            return f"{inner}.{attr}" if inner else f"?.{attr}"
        case _:
            return None


def _why(name: str) -> str | None:
    """Return what is impure about a full name, by its longest beginning that is known."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        beginning = ".".join(parts[:length])
        if beginning in _NAMES:
            return _NAMES[beginning]
    return None


def _shared(tree: ast.Module) -> Iterator[Impurity]:
    """Find what is changed and belongs to the whole file or class, so that all symbols share it."""
    kept = dict.fromkeys(_containers(tree.body), "the file")
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            kept |= {f"self.{name}": "the class" for name in _containers(node.body)}
            kept |= {f"{node.name}.{name}": "the class" for name in _containers(node.body)}
            for name in _made_anew(node):
                kept.pop(f"self.{name}", None)
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.Lambda):
            yield from _changes(function, kept)


def _containers(body: list[ast.stmt]) -> Iterator[str]:
    for node in body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                if isinstance(value, _KEPT):
                    yield name
            case ast.AnnAssign(target=ast.Name(id=name), value=value):
                if isinstance(value, _KEPT):
                    yield name
            case _:
                pass


def _made_anew(kind: ast.ClassDef) -> Iterator[str]:
    """Yield the attributes that each instance gets for itself."""
    for node in ast.walk(kind):
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
        for target in targets:
            if isinstance(target, ast.Attribute) and ast.unparse(target.value) == "self":
                yield target.attr


def _changes(function: ast.AST, kept: Mapping[str, str]) -> Iterator[Impurity]:
    for node in ast.walk(function):
        match node:
            case ast.Global(names=names):
                what = (
                    f"{', '.join(names)} belongs to the file: all symbols share it, keep it in self"
                )
                yield Impurity(line=node.lineno, what=what)
            case ast.Call(func=ast.Attribute(value=value, attr=attr)) if attr in _MUTATING:
                yield from _told(node, value, kept)
            case ast.Subscript(value=value, ctx=ast.Store() | ast.Del()):
                yield from _told(node, value, kept)
            case ast.AugAssign(target=target):
                yield from _told(node, target, kept)
            case _:
                pass


def _told(
    node: ast.expr | ast.stmt, changed: ast.expr, kept: Mapping[str, str]
) -> Iterator[Impurity]:
    name = ast.unparse(changed)
    if name in kept:
        what = f"{name} belongs to {kept[name]}: all symbols share it, make it in __init__"
        yield Impurity(line=node.lineno, what=what)
