"""`flatten`: it waits until nothing is held, and says what that brought."""

import json
from pathlib import Path

import pytest

from noctule.app.cli import control as asking
from noctule.app.cli import control_flatten, main
from noctule.domain.commands import CommandOutcome, CommandRefused, Flatten
from noctule.domain.status import StatusView, TodayView
from noctule.domain.values import quote
from tests.builders import BTCUSDT, START_MS
from tests.fakes.controlled import (
    ETHUSDT,
    Controlled,
    a_halt,
    a_position,
    a_trade,
    a_view,
    an_order,
    listening,
)

PATH = Path("logs/state/control.sock")
ASKED = CommandOutcome(at_ms=START_MS, symbols=(BTCUSDT,))
HELD = a_view(positions=(a_position(),), orders=(an_order(),))
OLD = a_trade(closed_ms=START_MS - 1)


def closed(**changes: object) -> StatusView:
    today = TodayView(
        since_ms=START_MS, count=2, won=1, net_pnl=quote("1"), latest=(a_trade(), OLD)
    )
    return a_view(today=today, **changes)


@pytest.fixture(autouse=True)
def _at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs/noctule.ini").write_text("")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("time.sleep", lambda _duration_s: None)


def run(control: Controlled, *words: str) -> int:
    with listening(PATH, control):
        return main(["flatten", *words])


def test_it_waits_until_it_is_flat_and_says_what_that_brought(
    capsys: pytest.CaptureFixture[str],
) -> None:
    control = Controlled(HELD, HELD, a_view(orders=(an_order(),)), a_view(), closed())
    control.outcomes = [ASKED]
    assert run(control, "btcusdt") == 0
    (command,) = control.commands
    assert isinstance(command, Flatten)
    assert command.symbol == BTCUSDT
    assert capsys.readouterr().out.splitlines() == [
        "BTCUSDT long 0.136: 61,180.8 → 61,836.7, net +80.84 (flatten)",
        "flat: BTCUSDT",
        "entries are still on: noctule pause keeps them off",
    ]


def test_who_has_paused_needs_no_advice_and_a_trade_told_by_nobody_is_not_waited_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    control = Controlled(a_view(halts=(a_halt(),)))
    control.outcomes = [ASKED]
    assert run(control) == 0
    assert capsys.readouterr().out == "flat: BTCUSDT\n"


def test_programs_get_trades_and_whether_it_is_flat(capsys: pytest.CaptureFixture[str]) -> None:
    control = Controlled(HELD, closed())
    control.outcomes = [ASKED]
    assert run(control, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["symbols"], told["is_flat"]) == (["BTCUSDT"], True)
    assert [each["net_pnl"] for each in told["trades"]] == ["80.8412"]


@pytest.mark.parametrize(
    ("words", "told"),
    [([], "nothing of ours is held\n"), (["X"], "nothing of ours is held of X\n")],
)
def test_where_nothing_is_held_that_is_the_answer(
    capsys: pytest.CaptureFixture[str], words: list[str], told: str
) -> None:
    assert run(Controlled(), *words) == 0
    assert capsys.readouterr().out == told


def test_what_is_not_flat_in_time_ends_with_code_1(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(control_flatten, "is_attended", lambda: True)
    control = Controlled(HELD)
    control.outcomes = [ASKED]
    assert run(control, "--wait", "1") == 1
    assert capsys.readouterr().out.splitlines() == [
        "closing BTCUSDT …",
        "BTCUSDT: not flat yet, the bot goes on closing",
    ]


def test_who_does_not_wait_is_told_where_to_look(capsys: pytest.CaptureFixture[str]) -> None:
    control = Controlled(HELD)
    control.outcomes = [ASKED]
    assert run(control, "--no-wait") == 0
    assert capsys.readouterr().out == "closing BTCUSDT: look at status\n"


def test_a_bot_that_is_still_finding_out_what_it_holds_is_asked_again() -> None:
    early = CommandRefused(problem="a moment", is_early=True)
    control = Controlled(closed())
    control.outcomes = [early, early, ASKED]
    assert run(control) == 0
    assert len(control.commands) == 3


def test_but_not_for_ever(capsys: pytest.CaptureFixture[str]) -> None:
    control = Controlled()
    control.outcomes = [CommandRefused(problem="a moment", is_early=True)] * 3
    assert run(control, "--wait", "0") == 1
    assert capsys.readouterr().err == "noctule: a moment\n"
    assert len(control.commands) == 2


def test_positions_of_others_are_not_waited_for(capsys: pytest.CaptureFixture[str]) -> None:
    theirs = a_position(symbol=ETHUSDT, is_ours=False)
    control = Controlled(a_view(positions=(theirs,)))
    control.outcomes = [CommandOutcome(at_ms=START_MS, symbols=(BTCUSDT, ETHUSDT))]
    assert run(control) == 0
    assert "flat: BTCUSDT, ETHUSDT" in capsys.readouterr().out


def test_at_a_terminal_real_money_is_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(asking, "is_attended", lambda: True)

    def refuse(question: str) -> bool:
        asked.append(question)
        return False

    monkeypatch.setattr("typer.confirm", refuse)
    control = Controlled(a_view(environment="live", exchange="Binance"))
    assert run(control, "BTCUSDT") == 1
    assert (asked, control.commands) == (["LIVE on Binance: close BTCUSDT?"], [])
