"""Deeds are noted while somebody is watched, with the owner's line, and only those that count."""

from collections.abc import Callable
from pathlib import Path

import pytest

from noctule.app.workbench.seal import Breach, Seal

FOLDER = Path("/home/trader/ideas")


def new_seal() -> Seal:
    return Seal(FOLDER, shown="ideas/my_idea.py")


def deed(file: str, *, line: int = 3) -> Callable[..., None]:
    """Return code of such a file that does something on this line."""
    names: dict[str, Callable[..., None]] = {}
    text = "\n" * (line - 2) + "def do(hear, event, *arguments):\n    hear(event, arguments)\n"
    exec(compile(text, file, "exec"), names)
    return names["do"]


DO = deed(str(FOLDER / "my_idea.py"))


@pytest.mark.parametrize(
    ("event", "arguments", "what"),
    [
        ("open", ("/etc/hostname", "r", 0), "it opened a file (open /etc/hostname)"),
        ("socket.connect", (object(), "127.0.0.1"),
         "it used the network (socket.connect 127.0.0.1)"),
        ("socket.__new__", (object(),), "it used the network (socket.__new__)"),
        ("subprocess.Popen", ("true", ["true"]), "it started a process (subprocess.Popen true)"),
        ("os.listdir", ("x" * 200,), f"it asked the system (os.listdir {'x' * 80})"),
    ],
)  # fmt: skip
def test_a_deed_is_noted_with_the_line_that_did_it(
    event: str, arguments: tuple[object, ...], what: str
) -> None:
    seal = new_seal()
    with seal.watching():
        DO(seal.hear, event, *arguments)
        DO(seal.hear, event, *arguments)
    assert seal.breaches == {Breach(where="ideas/my_idea.py:3", what=what)}


def test_nothing_is_noted_while_nobody_is_watched() -> None:
    seal = new_seal()
    DO(seal.hear, "open", "x")
    with seal.watching():
        pass
    DO(seal.hear, "open", "x")
    assert seal.breaches == set()


def test_what_python_does_for_itself_is_not_noted() -> None:
    seal = new_seal()
    with seal.watching():
        DO(seal.hear, "import", "json")
        DO(seal.hear, "builtins.id", 3)
        for reader in ("<frozen importlib._bootstrap>", "/usr/lib/python3.11/linecache.py"):
            deed(reader)(seal.hear, "open", "json.py")
    assert seal.breaches == set()


def test_a_library_is_told_by_the_owners_line_that_called_it() -> None:
    seal = new_seal()
    library = deed(str(FOLDER / ".venv/lib/site-packages/far.py"))
    names: dict[str, Callable[..., None]] = {"library": library}
    text = "def call(hear):\n    library(hear, 'open', 'x')\n"
    exec(compile(text, str(FOLDER / "levels.py"), "exec"), names)
    with seal.watching():
        names["call"](seal.hear)
        library(seal.hear, "open", "y")
    assert {each.where for each in seal.breaches} == {"ideas/levels.py:2", "ideas/my_idea.py"}


def test_so_much_is_noted_and_no_more() -> None:
    seal = new_seal()
    with seal.watching():
        for number in range(100):
            DO(seal.hear, "open", str(number))
    assert len(seal.breaches) == 20
