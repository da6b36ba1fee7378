"""`storm` says what it lived through and broke, or in one line what is wrong with a wish."""

import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from noctule.app.cli import main
from noctule.app.storm import campaign
from noctule.app.storm.profiles import PROFILES
from tests.fakes.small_storms import a_story, fails_by_seed

Run = Callable[..., tuple[int, str, str]]
SMALL = ("--seeds", "1..3", "--profile", "calm", "--minutes", "1", "--jobs", "2")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command at a home of its own; return its exit code and what it printed."""
    monkeypatch.chdir(tmp_path)

    def ran(*words: str | Path) -> tuple[int, str, str]:
        code = main(["storm", *map(str, words)])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return ran


@pytest.fixture
def fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let odd seeds break a rule as long as anything goes wrong in them, without a bot."""
    monkeypatch.setattr(campaign, "finish", fails_by_seed)


def test_a_calm_storm_is_told_in_numbers_and_ends_with_zero(run: Run) -> None:
    code, out, err = run("--seeds", "1", "--profile", "calm", "--minutes", "1")

    assert (code, err) == (0, "")
    assert "\n1 storms, 0.01 market days: " in out
    assert " simulated days per CPU minute, " in out
    assert "\nstruck " in out
    assert out.endswith("nothing was broken\n")


@pytest.mark.usefixtures("fails")
def test_what_breaks_is_told_with_the_line_that_plays_it_again(run: Run) -> None:
    code, out, _ = run(*SMALL, "--profile", "overload", "--no-shrink")

    assert code == 1
    again = "  python main.py storm --seeds 3..3 --profile overload --days 0.0007\n"
    assert "BROKEN planted after 0:00:10.000: seed 3 is odd\n" + again in out
    assert out.count("BROKEN") == 4
    assert f"planted: broken by 4\n  {'python main.py storm --seeds 1..1 --profile calm'}" in out


@pytest.mark.usefixtures("fails")
def test_what_breaks_is_made_small_and_kept(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("--seeds", "1", "--profile", "overload", "--minutes", "3", "--keep", "kept")

    assert code == 1
    kept = tmp_path / "kept/overload-1-planted.json"
    story = json.loads(kept.read_bytes())
    assert (story["seed"], story["minutes"], story["troubles"]) == (1, 1, [])
    assert "planted: 0 troubles in 1 minutes are the least" in out
    assert "python main.py storm --story kept/overload-1-planted.json --timeline" in out
    assert "after       who " in kept.with_suffix(".txt").read_text()


@pytest.mark.usefixtures("fails")
def test_a_long_run_goes_on_where_it_was_and_plays_one_of_it_again(
    run: Run, tmp_path: Path
) -> None:
    words = ("--resume", "long.jsonl", "--no-shrink", "--profile", "calm", "--minutes", "1")
    assert run("--seeds", "2", *words)[0] == 0
    assert run("--seeds", "4", *words)[0] == 0

    code, out, _ = run("--seeds", "2..5", *words)

    assert code == 1
    assert "\n4 storms, " in out
    lines = (tmp_path / "long.jsonl").read_bytes().splitlines()
    seeds = [json.loads(line)["finished"]["seed"] for line in lines]
    assert seeds[:2] == [2, 4]
    assert sorted(seeds[2:]) == [2, 3, 5]


@pytest.mark.usefixtures("fails")
def test_another_digest_of_the_same_code_is_a_failure(run: Run, tmp_path: Path) -> None:
    words = ("--resume", "long.jsonl", "--seeds", "2", "--profile", "calm", "--minutes", "1")
    assert run(*words)[0] == 0
    path = tmp_path / "long.jsonl"
    path.write_text(path.read_text().replace('"digest":"d2"', '"digest":"d0"'))

    code, out, _ = run(*words)

    assert code == 1
    assert "NOT THE SAME: the digest was d0 and is d2\n  python main.py storm --seeds 2" in out


@pytest.mark.usefixtures("fails")
def test_what_a_version_that_has_changed_has_passed_is_counted_and_told(
    run: Run, tmp_path: Path
) -> None:
    words = ("--resume", "long.jsonl", "--profile", "calm", "--minutes", "1")
    run("--seeds", "2", *words)
    run("--seeds", "4", *words)
    path = tmp_path / "long.jsonl"
    lines = [json.loads(line) | {"code": "older"} for line in path.read_text().splitlines()]
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))

    code, out, _ = run("--seeds", "2..4", *words, "--no-shrink")

    assert code == 1
    assert "\n3 storms, " in out
    assert out.endswith("1 of them were played by a version that has changed since\n")


@pytest.mark.usefixtures("fails")
def test_after_its_time_no_storm_is_begun(run: Run) -> None:
    code, out, _ = run("--seeds", "2..900", "--profile", "calm", "--within", "1e-9")

    assert code == 0
    assert "\n0 storms, " in out


@pytest.mark.usefixtures("fails")
def test_a_hole_in_the_table_is_a_failure_where_it_is_to_be_complete(run: Run) -> None:
    words = ("--seeds", "2", "--profile", "calm", "--minutes", "1")
    assert run(*words)[0] == 0

    code, out, _ = run(*words, "--complete")

    assert code == 1
    assert " that could have struck never did: lost_before while starting, " in out


def test_a_story_from_a_file_is_played_and_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "s.json").write_bytes(msgspec.json.encode(a_story(minutes=1)))

    code, out, err = run("--story", "s.json", "--timeline")

    assert (code, err) == (0, "")
    assert out.startswith("1 minutes of BTCUSDT, seed 1, profile calm\n")
    assert "asks for " in out
    assert out.endswith("\nnothing was broken\n")


def test_a_seed_is_told_too(run: Run) -> None:
    code, out, _ = run("--seeds", "1", "--profile", "calm", "--minutes", "1", "--timeline")

    assert code == 0
    assert "the exchange's book" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--seeds", "5..3"), "--seeds: '5..3' is not like 1..20, or 7"),
        (("--seeds", "all"), "--seeds: 'all' is not like 1..20, or 7"),
        (("--seeds", "-1"), "--seeds: '-1' is not like 1..20, or 7"),
        (("--profile", "nobody"), "--profile: 'nobody' is not there, choose calm, "),
        (("--days", "0"), "--days: 0 is not within a minute and 366 days"),
        (("--days", "inf"), "--days: inf is not within a minute and 366 days"),
        (("--days", "1", "--minutes", "1"), "--days, --minutes: one of them is enough"),
        (("--timeline",), "--timeline: tells of one storm"),
        (("--story", "gone.json"), "--story: gone.json: No such file or directory"),
        (("--story", "wrong.json"), "--story: wrong.json is no story: "),
        (("--resume", "wrong.json"), "--resume: wrong.json:1 is no line of a storm: "),
        (("--resume", "."), "--resume: .: Is a directory"),
    ],
)
def test_a_wrong_wish_is_told_in_one_line(
    run: Run, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    (tmp_path / "wrong.json").write_text('{"seed": "one"}\n')

    code, out, err = run(*words)

    assert (code, out) == (1, "")
    assert err.startswith(said)
    assert err.count("\n") == 1


@pytest.mark.usefixtures("fails")
@pytest.mark.parametrize("words", [(), ("--profile", "all")])
def test_all_profiles_are_played_unless_some_are_named(run: Run, words: tuple[str, ...]) -> None:
    _, out, _ = run("--seeds", "2", "--minutes", "1", *words)

    assert f"\n{len(PROFILES)} storms, " in out
