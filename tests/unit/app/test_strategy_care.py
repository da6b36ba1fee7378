"""What a strategy did wrong outlives the process, until somebody has done something about it."""

from pathlib import Path

import pytest

from noctule.adapters.clock import VirtualClock
from noctule.app.strategy_care import LIMITS, StrategyCare
from noctule.app.strategy_markers import StrategyMarkers
from noctule.domain.events.order import AlertRaised
from noctule.domain.values import Timeframe
from noctule.engine.desk import Desk
from noctule.engine.opinions import OpinionLimits
from noctule.market.board import Board
from noctule.strategies.base import StrategySettings
from tests.builders import BTCUSDT, START_MS
from tests.fakes.bus import Published
from tests.fakes.opinion_room import ETHUSDT, Acting

REASON = "did not come back within 5000 ms"


class Cared:
    """Two strategies in care, and what was published about them."""

    def __init__(self, home: Path) -> None:
        self.bus = Published()
        self.markers = StrategyMarkers(
            home, account="paper-none", fingerprints={"wild": "a", "calm": "b"}
        )
        self.desks = {
            symbol: Desk(
                label=label,
                strategy=Acting(StrategySettings()),
                board=Board(symbol, base=Timeframe.M1, capacity=5),
            )
            for label, symbol in (("wild", BTCUSDT), ("calm", ETHUSDT))
        }
        self.care = StrategyCare(
            self.desks.values(),
            self.markers,
            clock=VirtualClock(START_MS),
            publish=self.bus.publish,
        )


async def test_where_nothing_is_marked_all_are_asked(tmp_path: Path) -> None:
    cared = Cared(tmp_path)
    await cared.care.begin()
    assert cared.bus.events == []
    assert all(desk.disabled is None for desk in cared.desks.values())


async def test_who_did_not_come_back_starts_disabled_and_the_owner_is_told_what_to_do(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    cared = Cared(tmp_path)
    cared.care._condemn("wild", REASON)  # as the watchdog does
    await cared.care.begin()
    reason = f"{REASON} (at 2026-09-28T00:00:00.000Z)"
    assert cared.desks[BTCUSDT].disabled == reason
    assert cared.desks[ETHUSDT].disabled is None
    assert cared.bus.events == [
        AlertRaised(
            at_ms=START_MS,
            trace=f"strategy:{START_MS}",
            text=(
                f"strategy wild is disabled on BTCUSDT: {reason}; its positions stay guarded; "
                "correct it: with other code, in its file or one beside it, or other settings "
                "it starts enabled, and so it does once "
                f"{tmp_path / 'paper-none.wild.disabled'} is deleted"
            ),
            is_urgent=True,
        )
    ]
    assert [record.getMessage() for record in caplog.records] == ["strategy starts disabled"]


async def test_once_enabled_it_starts_enabled_the_next_time_too(tmp_path: Path) -> None:
    cared = Cared(tmp_path)
    cared.care._condemn("wild", REASON)
    await cared.care.begin()
    assert cared.care.enable("wild") == (BTCUSDT,)
    assert cared.desks[BTCUSDT].disabled is None
    assert cared.markers.reason("wild") is None


def test_disabled_by_hand_it_is_not_marked(tmp_path: Path) -> None:
    cared = Cared(tmp_path)
    assert cared.care.disable("wild", "disabled by ana") == (BTCUSDT,)
    assert cared.markers.reason("wild") is None
    assert cared.care.enable("nobody") == ()


async def test_one_in_whose_code_the_last_process_was_ended_starts_disabled(tmp_path: Path) -> None:
    cared = Cared(tmp_path)
    file = sorted(cared.desks[BTCUSDT].files)[0].encode("ascii", "backslashreplace").decode()
    dump = f'  File "{file}", line 7 in analyze\n  File "desk.py", line 1 in opinion\n'
    cared.markers.dump_path.write_text(dump)
    await cared.care.begin()
    reasons = {symbol: desk.disabled for symbol, desk in cared.desks.items()}
    told = (
        f"ended the process, it was at {Path(file).name}:7 in analyze (at 2026-09-28T00:00:00.000Z)"
    )
    assert reasons == {BTCUSDT: told, ETHUSDT: told}  # for both have the same code


async def test_one_whose_code_had_nothing_to_do_with_it_is_asked(tmp_path: Path) -> None:
    cared = Cared(tmp_path)
    cared.markers.dump_path.write_text(
        '  File "else.py", line 7 in analyze\n  File "desk.py", line 1 in opinion\n'
    )
    await cared.care.begin()
    assert all(desk.disabled is None for desk in cared.desks.values())


def test_the_limits_are_the_default_ones() -> None:
    assert OpinionLimits() == LIMITS
