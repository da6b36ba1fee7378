"""House rules that no linter knows; each takes the root of a tree and lists what breaks it."""

import ast
import re
from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import accumulate, chain
from pathlib import Path

__all__ = ["RULES"]

Rule = Callable[[Path], list[str]]

FILE_LINES_MAX = 300
FUNCTION_LINES_MAX = 60
# The bus's two deliveries, the strategy call, outcome_of, and telemetry's attempted.
BROAD_EXCEPTS_MAX = 5

_VAGUE = {"common", "helper", "helpers", "misc", "util", "utils"}
_MODES = {"backtest", "backtesting", "live", "paper", "sim", "simulated", "testnet"}
_BROAD = {"BaseException", "Exception"}
_TASK_MARK = "TO" + "DO"
# Where this was written and from where packages come has no place in it. In pieces, because this
# file, too, is searched.
_NEVER = (
    "/wo" + "rk/",
    "sha" + "red/docs",
    "issues " + "show",
    "pypi" + ".org",
    "python" + "hosted",
)
_NOT_OURS = re.compile(
    r"\.(git|venv|env|hypothesis|coverage.*|.*_cache)|.*\.egg-info|__pycache__|build|dist|logs"
)

_STARTS_HERE = {"noctule", "noctule.__main__"}
_COMES_NEXT = {"noctule.domain.instrument"}  # the exchange's rounding, for its adapter to use
_FOR_RESEARCH = "_batch"  # numpy over whole series: for notebooks, tests and benchmarks
_TESTED_ELSEWHERE = {"__init__", "__main__"}  # exports; and two lines that test_main.py starts


def files_are_short(root: Path) -> list[str]:
    """Find the files that are no longer one idea."""
    lengths = {path: len(path.read_text().splitlines()) for path in _python(root)}
    return [
        f"{path.relative_to(root)}: {length} lines, the cap is {FILE_LINES_MAX}"
        for path, length in lengths.items()
        if length > FILE_LINES_MAX
    ]


def functions_fit_the_eye(root: Path) -> list[str]:
    """Find the functions that need scrolling."""
    return [
        f"{where}: {node.name} has {length} lines, the cap is {FUNCTION_LINES_MAX}"
        for where, node in _nodes(root)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES_MAX
    ]


def names_say_something(root: Path) -> list[str]:
    """Find the modules and packages whose names would hold anything."""
    return [
        f"{path.relative_to(root)}: a name for anything is a name for nothing"
        for path in _python(root)
        if _VAGUE & set(path.relative_to(root).with_suffix("").parts)
    ]


def packages_export_what_they_import(root: Path) -> list[str]:
    """Find the packages whose __all__ is not exactly the names they offer; ruff sorts it."""
    findings = []
    for path in _python(root, "src"):
        tree = ast.parse(path.read_text())
        if path.name == "__init__.py" and _exported(tree) != _public(tree):
            findings.append(f"{path.relative_to(root)}: __all__ should be {sorted(_public(tree))}")
    return findings


def modes_differ_in_ports_only(root: Path) -> list[str]:
    """Find the conditions below app that ask whether this is a backtest, paper, live …"""
    return [
        f"{where}: branches on {_mode_in(node)!r}; give it another port instead"
        for where, node in _nodes(root, "src")
        if _mode_in(node) and not where.startswith(("src/noctule/app/", "src/noctule/config/"))
    ]


def broad_excepts_are_few(root: Path) -> list[str]:
    """Find the handlers that catch everything: each needs a reason, and they may be five."""
    reasons = {
        where: _line(root, where).partition("#")[2]
        for where, node in _nodes(root, "src")
        if isinstance(node, ast.ExceptHandler) and _BROAD & _names(node.type)
        if ast.unparse(node.body[-1]) != "raise"  # which cleans up and lets go
    }
    findings = [
        f"{where}: catches everything and does not say why on its line"
        for where, comment in reasons.items()
        if not re.search(r"[a-z]{2} [a-z]", re.sub(r"noqa: [A-Z]+\d+", "", comment))
    ]
    if len(reasons) > BROAD_EXCEPTS_MAX:
        findings.append(f"{', '.join(reasons)}: more than {BROAD_EXCEPTS_MAX} catch everything")
    return findings


def tasks_have_an_issue(root: Path) -> list[str]:
    """Find the notes to oneself that nobody else will ever find."""
    return [
        f"{path.relative_to(root)}:{number}: write {_TASK_MARK}(#issue) or do not write it"
        for path in _python(root)
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if re.search(rf"\b{_TASK_MARK}\b(?!\(#\d+\))", line)
    ]


def nothing_names_where_it_was_made(root: Path) -> list[str]:
    """Find the files that speak of a workplace, a machine's paths or a package registry."""
    return [
        f"{path.relative_to(root)}: mentions {word!r}"
        for path in _texts(root)
        for word in _NEVER
        if word in path.read_text(errors="ignore")
    ]


def systemd_waits_long_enough(root: Path) -> list[str]:
    """Find a unit file that would kill the bot before its shutdown has had its time, or later."""
    shutdown = import_module("noctule.engine.shutdown")
    extra_ms = shutdown.RECOVERY_GRACE_MS + shutdown.MARGIN_MS
    needed_s = (sum(shutdown.DEADLINES_MS.values()) + extra_ms) // 1_000
    unit = root / "systemd/noctule.service"
    if f"\nTimeoutStopSec={needed_s}\n" in unit.read_text():
        return []
    return [f"{unit.relative_to(root)}: should say TimeoutStopSec={needed_s}"]


def modules_are_used(root: Path) -> list[str]:
    """Find the modules that no chain of imports joins to the program's start, and should."""
    paths = {_module(root, path): path for path in _python(root, "src")}
    reached, fresh = set[str](), (_STARTS_HERE | _COMES_NEXT) & paths.keys()
    while fresh:
        reached |= fresh
        fresh = {name for module in fresh for name in _imports(paths[module])} & paths.keys()
        fresh -= reached
    return [
        f"{path.relative_to(root)}: {wrong}"
        for module, path in paths.items()
        if (wrong := _wrong_use(module, is_reached=module in reached))
    ]


def _wrong_use(module: str, *, is_reached: bool) -> str | None:
    """Say what is wrong with a module's being used, or not: whole series are for research."""
    if module.endswith(_FOR_RESEARCH):
        return "the daemon must not load it" if is_reached else None
    return None if is_reached else "the program never imports it"


def modules_have_their_own_tests(root: Path) -> list[str]:
    """Find the modules without tests of their own; protocols and exports do nothing."""
    findings = []
    for path in _python(root, "src"):
        inner = path.relative_to(root / "src/noctule")
        test = root / "tests/unit" / inner.with_name(f"test_{path.name}")
        excused = path.stem in _TESTED_ELSEWHERE or inner.parts[0] == "ports"
        if not excused and not test.exists():
            findings.append(f"{path.relative_to(root)}: {test.relative_to(root)} is missing")
    return findings


RULES: tuple[Rule, ...] = (
    files_are_short,
    functions_fit_the_eye,
    names_say_something,
    packages_export_what_they_import,
    modes_differ_in_ports_only,
    broad_excepts_are_few,
    tasks_have_an_issue,
    nothing_names_where_it_was_made,
    systemd_waits_long_enough,
    modules_are_used,
    modules_have_their_own_tests,
)


def _python(root: Path, *folders: str) -> list[Path]:
    found = [
        path
        for folder in folders or ("src", "tests", "benchmarks")
        for path in sorted((root / folder).rglob("*.py"))
    ]
    assert found, f"no Python file in {root}: a rule that reads nothing forbids nothing"
    return found


def _texts(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if _NOT_OURS.fullmatch(path.name):
            continue
        if path.is_dir():
            yield from _texts(path)
        else:
            yield path


def _nodes(root: Path, *folders: str) -> Iterator[tuple[str, ast.AST]]:
    for path in _python(root, *folders):
        name = str(path.relative_to(root))
        for node in ast.walk(ast.parse(path.read_text())):
            yield f"{name}:{getattr(node, 'lineno', 0)}", node


def _line(root: Path, where: str) -> str:
    name, _, number = where.rpartition(":")
    return (root / name).read_text().splitlines()[int(number) - 1]


def _exported(tree: ast.Module) -> set[str]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and "__all__" in _names(node.targets[0]):
            return _names(node.value)
    return set()


_OFFERED_BY_ALL = {"__all__", "__getattr__"}


def _public(tree: ast.Module) -> set[str]:
    """Return what a package offers: its own names, and those it takes from its modules.

    What it takes from them only when it is asked for stands where types are checked.
    """
    offered = set[str]()
    late = (node.body for node in tree.body if isinstance(node, ast.If))
    for node in (*tree.body, *chain.from_iterable(late)):
        match node:
            case ast.ImportFrom(module=str(source), names=names) if source.startswith("noctule"):
                offered |= {alias.asname or alias.name for alias in names}
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                offered.add(name)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                offered.add(name)
            case _:
                pass
    return {each for each in offered - _OFFERED_BY_ALL if not re.match("_[^_]", each)}


def _module(root: Path, path: Path) -> str:
    name = ".".join(path.relative_to(root / "src").with_suffix("").parts)
    return name.removesuffix(".__init__")


def _imports(path: Path) -> set[str]:
    """Return every module that a file may load, parents included; a guess too many is harmless."""
    named = set[str]()
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Import(names=names):
                named |= {alias.name for alias in names}
            case ast.ImportFrom(module=str(source), names=names):
                named |= {f"{source}.{alias.name}" for alias in names}
            case _:
                pass
    return {prefix for name in named for prefix in accumulate(name.split("."), "{}.{}".format)}


def _mode_in(node: ast.AST) -> str | None:
    asked: list[ast.AST]
    match node:
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
            asked = [test]
        case ast.Match(subject=subject, cases=cases):
            asked = [subject, *(case.pattern for case in cases)]
        case _:
            return None
    words = set[str]().union(*map(_names, asked))
    return next((word for word in sorted(words) if word.removeprefix("is_") in _MODES), None)


def _names(node: ast.AST | None) -> set[str]:
    """Return every name, attribute and string in an expression."""
    words = set[str]()
    for part in ast.walk(node) if node else ():
        match part:
            case ast.Name(id=word) | ast.Attribute(attr=word) | ast.Constant(value=str(word)):
                words.add(word)
            case _:
                pass
    return words
