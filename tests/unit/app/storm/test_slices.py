"""A long run in slices: what has passed is not played again, what is odd is told."""

from pathlib import Path

import pytest

from noctule.app.storm.slices import Slices, code_hash
from noctule.domain.errors import ConfigError
from tests.fakes.small_storms import a_violation, an_end

NAMES = [an_end(seed).name for seed in range(1, 10)]


def opened(path: Path | None, *, code: str = "c1") -> Slices:
    slices = Slices(path, code=code)
    slices.read()
    return slices


def test_the_next_slice_knows_what_has_passed(tmp_path: Path) -> None:
    path = tmp_path / "new" / "long.jsonl"
    first = opened(path)
    assert first.passed(NAMES) == []
    assert [first.add(an_end(seed)) for seed in (2, 1)] == [None, None]

    assert opened(path).passed(NAMES) == [an_end(1), an_end(2)]


def test_what_broke_something_is_played_again(tmp_path: Path) -> None:
    slices = opened(tmp_path / "long.jsonl")
    slices.add(an_end(1, violations=(a_violation(),)))

    assert opened(tmp_path / "long.jsonl").passed(NAMES) == []


def test_the_last_line_of_a_story_counts(tmp_path: Path) -> None:
    slices = opened(tmp_path / "long.jsonl")
    slices.add(an_end(1, violations=(a_violation(),)))
    slices.add(an_end(1, digest="d2"))

    assert opened(tmp_path / "long.jsonl").passed(NAMES) == [an_end(1, digest="d2")]


def test_other_stories_in_the_file_are_left_alone(tmp_path: Path) -> None:
    slices = opened(tmp_path / "long.jsonl")
    slices.add(an_end(1))

    assert slices.passed([an_end(1, minutes=60).name]) == []
    assert slices.of_other_code([an_end(1, minutes=60).name]) == 0


def test_another_digest_of_the_same_code_is_told(tmp_path: Path) -> None:
    opened(tmp_path / "long.jsonl").add(an_end(1))
    slices = opened(tmp_path / "long.jsonl")

    assert slices.add(an_end(1)) is None
    assert slices.add(an_end(1, digest="d2")) == "the digest was d1 and is d2"
    assert slices.add(an_end(1, digest="")) == "the digest was d2 and is lost"


def test_another_digest_of_other_code_is_what_one_expects(tmp_path: Path) -> None:
    opened(tmp_path / "long.jsonl").add(an_end(1))
    slices = opened(tmp_path / "long.jsonl", code="c2")

    assert slices.of_other_code(NAMES) == 1
    assert slices.add(an_end(1, digest="d2")) is None
    assert slices.of_other_code(NAMES) == 0


def test_a_last_line_that_was_cut_short_is_dropped(tmp_path: Path) -> None:
    path = tmp_path / "long.jsonl"
    opened(path).add(an_end(1))
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:20])

    slices = opened(path)
    slices.add(an_end(2))

    assert slices.passed(NAMES) == [an_end(1), an_end(2)]
    assert path.read_bytes().startswith(whole)
    assert opened(path).passed(NAMES) == [an_end(1), an_end(2)]


@pytest.mark.parametrize("line", ["nonsense", '{"code": 1}', "[]"])
def test_a_line_that_is_none_is_told_with_its_number(tmp_path: Path, line: str) -> None:
    path = tmp_path / "long.jsonl"
    opened(path).add(an_end(1))
    path.write_bytes(path.read_bytes() + f"{line}\n".encode())

    with pytest.raises(ConfigError) as caught:
        opened(path)

    (problem,) = caught.value.problems
    assert problem.startswith(f"--resume: {path}:2 is no line of a storm: ")


def test_a_file_that_cannot_be_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        opened(tmp_path)

    assert caught.value.problems == (f"--resume: {tmp_path}: Is a directory",)


def test_without_a_file_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    slices = opened(None)

    assert slices.add(an_end(1)) is None
    assert list(tmp_path.iterdir()) == []


def test_the_code_is_known_by_its_text() -> None:
    assert code_hash() == code_hash()
    assert len(code_hash()) == 16
