"""A refused key is tried by what changes nothing, or a flat bot would never enter again."""

import asyncio

from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.domain.errors import VenueRefused
from noctule.domain.signals import Reason
from noctule.domain.values import Symbol
from noctule.engine.halts import Halts
from noctule.engine.key_trial import try_key
from tests.builders import BTCUSDT, START_MS
from tests.fakes.lane_desk import LaneDesk

REVOKED = Reason(check="access", text="the key is refused")
CALLED_OFF = f"count down 0 {BTCUSDT}"


def asked(desk: LaneDesk, *reasons: Reason, idle: Symbol | None = BTCUSDT) -> list[str]:
    """Return what was asked within a minute and a half."""
    halts = Halts()
    for reason in reasons:
        halts.observe(reason)

    async def main(clock: VirtualClock) -> None:
        trial = asyncio.get_running_loop().create_task(
            try_key(desk, halts=halts, clock=clock, idle_symbol=lambda: idle)
        )
        await clock.sleep_ms(91_000)
        assert not trial.done()
        trial.cancel()
        await asyncio.wait([trial])

    run_virtual(main, start_ms=START_MS)
    return desk.calls


def test_a_refused_key_is_tried_every_half_minute() -> None:
    assert asked(LaneDesk(), REVOKED) == [CALLED_OFF] * 3


def test_that_it_is_still_refused_is_no_reason_to_give_up() -> None:
    desk = LaneDesk()
    desk.script(BTCUSDT, VenueRefused("revoked", code=-2015), VenueRefused("revoked", code=-2015))
    assert asked(desk, REVOKED) == [CALLED_OFF] * 3


def test_a_key_that_works_is_left_alone_whatever_else_keeps_entries_off() -> None:
    assert asked(LaneDesk(), Reason(check="account", text="the stream is lost")) == []


def test_where_something_of_ours_may_rest_no_countdown_is_called_off() -> None:
    assert asked(LaneDesk(), REVOKED, idle=None) == []
