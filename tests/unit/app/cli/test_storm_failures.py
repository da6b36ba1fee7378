"""What a storm broke is told at once; what is kept of it can be played again."""

from pathlib import Path

import msgspec
import pytest

from noctule.app.cli.storm_failures import Failures, read_story, tell_story
from noctule.app.storm import campaign
from noctule.domain.errors import ConfigError
from tests.fakes.small_storms import a_story, a_violation, an_end, fails_by_seed, raises

BROKEN = an_end(1, violations=(a_violation("never naked"), a_violation("books")))


def failures(folder: Path, *, is_shrunk: bool = True) -> Failures:
    return Failures(folder, jobs=1, is_shrunk=is_shrunk)


def test_what_passes_is_not_spoken_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    none = failures(tmp_path)
    none.note(a_story(), an_end(1), change=None)
    none.make_small()

    assert none.is_empty
    assert capsys.readouterr().out == ""
    assert list(tmp_path.iterdir()) == []


def test_a_failure_is_told_by_its_first_violation(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    some = failures(tmp_path)
    some.note(a_story(), BROKEN, change="the digest was a and is b")

    assert not some.is_empty
    assert capsys.readouterr().out == (
        "BROKEN never naked after 0:01:01.000: it was\n"
        "NOT THE SAME: the digest was a and is b\n"
        "  python main.py storm --seeds 1..1 --profile calm --days 0.0035\n"
    )


def test_one_story_of_each_rule_is_made_small(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(campaign, "finish", fails_by_seed)
    monkeypatch.setattr(campaign, "narrate", raises)
    some = failures(tmp_path / "kept")
    for seed in (1, 3):
        some.note(a_story(seed=seed), BROKEN, change=None)

    some.make_small()

    kept = sorted(each.name for each in (tmp_path / "kept").iterdir())
    assert kept == [
        f"calm-1-{rule}.{kind}" for rule in ("books", "never-naked") for kind in ("json", "txt")
    ]
    assert read_story(tmp_path / "kept/calm-1-never-naked.json") == a_story(seed=1)


def test_nothing_is_made_small_where_nobody_wants_it(tmp_path: Path) -> None:
    some = failures(tmp_path, is_shrunk=False)
    some.note(a_story(), BROKEN, change=None)
    some.make_small()

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(campaign, "finish", fails_by_seed)
    monkeypatch.setattr(campaign, "narrate", raises)
    (tmp_path / "file").touch()
    some = failures(tmp_path / "file")
    some.note(a_story(), BROKEN, change=None)

    with pytest.raises(ConfigError, match="--keep: "):
        some.make_small()


def test_a_story_is_read_as_it_was_kept(tmp_path: Path) -> None:
    (tmp_path / "s.json").write_bytes(msgspec.json.encode(a_story(seed=5)))

    assert read_story(tmp_path / "s.json") == a_story(seed=5)


@pytest.mark.parametrize("text", [b"", b"{}", b"\xff", b'{"seed": 1}'])
def test_what_is_no_story_is_told(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "s.json").write_bytes(text)

    with pytest.raises(ConfigError, match="is no story"):
        read_story(tmp_path / "s.json")


def test_every_violation_of_a_story_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(campaign, "narrate", raises)

    assert not tell_story(a_story(), is_told=False)
    assert capsys.readouterr().out.startswith("BROKEN process after 0:00:00.000: RuntimeError")
