"""A reference is taken apart, a file is read once, and a failure is told by the owner's line."""

from pathlib import Path

import pytest
from typing_extensions import override

from noctule.app.strategy_source import (
    Reference,
    Source,
    failure_in,
    read_reference,
    read_source,
)
from tests.fakes.idea_files import IDEA, write_idea

HOME = Path("/home/trader")


@pytest.mark.parametrize(
    ("text", "path", "wanted"),
    [
        ("a.py", HOME / "a.py", None),
        ("a.py:B", HOME / "a.py", "B"),
        ("/x/a.py:B", Path("/x/a.py"), "B"),
        ("c:d/a.py", HOME / "c:d/a.py", None),
        ("c:d/a.py:B", HOME / "c:d/a.py", "B"),
    ],
)
def test_a_reference_is_a_file_and_perhaps_a_class(
    text: str, path: Path, wanted: str | None
) -> None:
    reference = read_reference(text, home=HOME)
    assert isinstance(reference, Reference)
    assert (reference.path, reference.wanted, reference.text) == (path, wanted, text)


def test_a_home_that_nobody_knows_is_told() -> None:
    assert read_reference("~nobody_at_all/a.py", home=HOME) == (
        "'~nobody_at_all/a.py' begins with ~, and nobody knows whose home that is, write it out"
    )


def read(path: Path) -> Source | str:
    return read_source(Reference(shown=path.name, path=path, wanted=None))


def test_the_lines_of_classes_and_members_are_found(tmp_path: Path) -> None:
    text = IDEA + "\n\nclass Odd:\n    a, b = 1, 2\n    c: int = 3\n    d: int = 4\n    (e)\n"
    source = read(write_idea(tmp_path, text=text.replace("(e)", "'e'")))
    assert isinstance(source, Source)
    lines = [("MyIdea", None, 12), ("MyIdea", "analyze", 21), ("MyIdea", "gone", 12)]
    lines += [("Settings", None, 1), ("Odd", "c", 30), ("Odd", "e", 28), ("MyIdea", "Settings", 15)]
    for name, member, line in lines:
        assert source.line_of(name, member) == line, (name, member)


@pytest.mark.parametrize(
    ("content", "flaw"),
    [
        (b"\xff", "f.py is not UTF-8 text, save it as UTF-8"),
        (b"a = (\n", "f.py:1: SyntaxError: '(' was never closed, mend it there"),
        (b"def f():\npass", "f.py:2: IndentationError: expected an indented block after "
         "function definition on line 1, mend it there"),
        (b"x" * 1_000_001, "f.py is larger than 1 MB, name the file that was meant"),
    ],
)  # fmt: skip
def test_what_is_no_python_is_told(tmp_path: Path, content: bytes, flaw: str) -> None:
    (tmp_path / "f.py").write_bytes(content)
    assert read(tmp_path / "f.py") == flaw


def test_a_name_longer_than_any_files_is_told(tmp_path: Path) -> None:
    name = "n" * 300 + ".py"
    flaw = read(tmp_path / name)
    assert isinstance(flaw, str)
    assert "cannot be read (File name too long)" in flaw


def test_what_is_nested_too_deep_is_told(tmp_path: Path) -> None:
    (tmp_path / "f.py").write_text("x = " + "-" * 100_000 + "1\n")
    flaw = read(tmp_path / "f.py")
    assert isinstance(flaw, str)
    assert flaw.startswith("f.py:1: ")
    assert "()" not in flaw


def test_zeros_in_a_file_are_told(tmp_path: Path) -> None:
    (tmp_path / "f.py").write_bytes(b"a = 1\0")
    flaw = read(tmp_path / "f.py")
    assert isinstance(flaw, str)
    assert flaw.startswith("f.py:1: ")
    assert "null bytes" in flaw


def test_the_owners_last_line_is_told_and_not_a_librarys(tmp_path: Path) -> None:
    path = write_idea(tmp_path, text="import json\n\n\ndef read():\n    json.loads('{')\n")
    names: dict[str, object] = {}
    exec(compile(path.read_text(), str(path), "exec"), names)
    with pytest.raises(ValueError, match="Expecting property name") as raised:
        names["read"]()  # type: ignore[operator]  # the function above
    told = failure_in(raised.value, path=path, shown="ideas/my_idea.py")
    assert told.startswith("ideas/my_idea.py:5: JSONDecodeError: Expecting property name enclosed")


def test_installed_packages_below_the_folder_are_not_the_owners(tmp_path: Path) -> None:
    inner = write_idea(tmp_path, name="lib/site-packages/far.py", text="def far():\n    1 / 0\n")
    outer = write_idea(tmp_path, text="def near():\n    far()\n")
    names: dict[str, object] = {}
    for path in (inner, outer):
        exec(compile(path.read_text(), str(path), "exec"), names)
    with pytest.raises(ZeroDivisionError) as raised:
        names["near"]()  # type: ignore[operator]  # the function above
    told = failure_in(raised.value, path=outer, shown="my_idea.py")
    assert told == "my_idea.py:2: ZeroDivisionError: division by zero"


@pytest.mark.parametrize("raised", [LookupError(), SystemExit(0), None], ids=repr)
def test_an_exception_that_cannot_be_written_is_told_by_its_name(
    raised: BaseException | None,
) -> None:
    class Mute(Exception):
        @override
        def __str__(self) -> str:
            while raised is None:
                pass
            raise raised

    assert failure_in(Mute(), path=Path("/f.py"), shown="f.py") == "f.py:1: Mute"
