"""`strategy enable` and `strategy disable`: one strategy of the running bot."""

import json
from pathlib import Path

import pytest

from noctule.app.cli import main
from noctule.domain.commands import (
    CommandOutcome,
    CommandRefused,
    DisableStrategy,
    EnableStrategy,
)
from tests.builders import BTCUSDT, START_MS
from tests.fakes.controlled import ETHUSDT, Controlled, listening

PATH = Path("logs/state/control.sock")
BOTH = CommandOutcome(at_ms=START_MS, symbols=(BTCUSDT, ETHUSDT))


@pytest.fixture(autouse=True)
def _at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs/noctule.ini").write_text("")
    monkeypatch.chdir(tmp_path)


def run(control: Controlled, *words: str) -> int:
    with listening(PATH, control):
        return main(["strategy", *words])


@pytest.mark.parametrize(
    ("word", "kind", "told"),
    [
        ("enable", EnableStrategy, "trend begins anew with the next candle of BTCUSDT, ETHUSDT\n"),
        ("disable", DisableStrategy, "trend is asked no more on BTCUSDT, ETHUSDT\n"),
    ],
)
def test_a_strategy_is_switched_by_its_name(
    capsys: pytest.CaptureFixture[str],
    word: str,
    kind: type[EnableStrategy | DisableStrategy],
    told: str,
) -> None:
    control = Controlled()
    control.outcomes = [BOTH, BOTH]
    assert run(control, word, "trend") == 0
    assert capsys.readouterr().out == told
    assert run(control, word, "trend", "--json") == 0
    assert json.loads(capsys.readouterr().out)["symbols"] == ["BTCUSDT", "ETHUSDT"]
    assert {(type(each), each.strategy) for each in control.commands if isinstance(each, kind)} == {
        (kind, "trend")
    }


def test_what_was_off_already_is_said_to_be(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(Controlled(), "disable", "trend") == 0
    assert capsys.readouterr().out == "it was disabled already: nothing has changed\n"


def test_a_name_that_nobody_has_ends_with_code_1(capsys: pytest.CaptureFixture[str]) -> None:
    control = Controlled()
    control.outcomes = [CommandRefused(problem="there is no strategy x here, but trend")]
    assert run(control, "enable", "x") == 1
    assert capsys.readouterr().err == "noctule: there is no strategy x here, but trend\n"
