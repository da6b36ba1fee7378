"""The last block: what it came to, and what is left behind by what guarded."""

import sys
from decimal import Decimal
from pathlib import Path

import pytest

from noctule.app.narration.chatter import Held
from noctule.app.narration.closing import Ending, Guard, closing, how_to_go_on, program_name
from noctule.app.narration.told_events import RunTally
from noctule.domain import values
from tests.builders import BTCUSDT
from tests.fakes.home import config_at

LONG = Held(symbol=BTCUSDT, text="long 0.136", pnl=Decimal("12.4"))


def rows(home: Path, *held: Held, guard: Guard | None = None, environment: str = "sim") -> str:
    ending = Ending(
        tally=RunTally(count=3, won=2, net=Decimal("8.2")),
        held=held,
        asset="USDT",
        settings=config_at(home, f"api.environment={environment}").load().settings,
        guard_of=lambda _symbol: guard,
    )
    return "\n".join(f"{name}: {text}" for name, text in closing(ending).rows[:-1])


def test_it_says_what_was_earned_and_that_nothing_is_held(tmp_path: Path) -> None:
    assert rows(tmp_path) == "trades: 3 trades, 2 won: +8.20 USDT net\nopen: nothing"


def test_who_stops_without_a_trade_reads_so(tmp_path: Path) -> None:
    ending = Ending(
        tally=RunTally(),
        held=(),
        asset="USDT",
        settings=config_at(tmp_path).load().settings,
        guard_of=lambda _symbol: None,
    )
    assert closing(ending).rows[0] == ("trades", "none was closed")


def test_a_position_of_the_simulation_ends_with_it(tmp_path: Path) -> None:
    told = rows(tmp_path, LONG)
    assert "open: BTCUSDT long 0.136, +12.40 USDT by now; no stop of ours rests there" in told
    assert told.endswith(": the position ends with the simulated exchange")


def test_a_position_that_stays_names_what_guards_it(tmp_path: Path) -> None:
    guard = Guard(stop=values.price("60569"), target=values.price("62404.4"))
    told = rows(tmp_path, LONG, guard=guard, environment="testnet")
    assert "guarded by a stop at 60,569, target at 62,404.4" in told
    assert "ends with" not in told


def test_how_to_go_on_is_said_as_it_would_be_typed_here(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["main.py", "run"])
    monkeypatch.setattr(sys, "executable", str(tmp_path / ".venv/bin/python"))
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    block = how_to_go_on("sim", BTCUSDT)
    assert block.title == "How to go on, in another terminal:  .venv/bin/python main.py …"
    names = [name for name, _ in block.rows]
    assert names[:3] == ["status", "trades", "why BTCUSDT"]
    assert names[-1] == "--profile testnet"
    assert len(how_to_go_on("live", BTCUSDT).rows) == 4


def test_an_activated_or_installed_program_has_a_shorter_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("VIRTUAL_ENV", "/somewhere")
    monkeypatch.setattr(sys, "argv", ["main.py"])
    assert program_name() == "python main.py"
    monkeypatch.setattr(sys, "argv", ["/usr/bin/noctule"])
    assert program_name() == "noctule"
