"""What is held is guarded before anything else is waited for, and keeps a start from failing."""

from collections import deque
from pathlib import Path

import pytest
from msgspec.structs import replace
from typing_extensions import override

from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.app.getting_going import greet, refuse_untradable, set_up, steps_to_trading
from noctule.domain.errors import BudgetExhausted, ConfigError, VenueError, VenueUnreachable
from noctule.domain.values import quantity
from noctule.orders.plan import EntryTerms
from tests.builders import BTCUSDT, START_MS
from tests.fakes.floor import ETHUSDT, plan
from tests.fakes.offline import OfflineSetup
from tests.fakes.trading_room import TradingRoom, new_room

SOME = EntryTerms(quantity=quantity("0.010"))


class DeafSetup(OfflineSetup):
    """Answers nothing."""

    @override
    async def unfit(self) -> tuple[str, ...]:
        raise VenueUnreachable("no route")


def test_every_symbol_that_cannot_be_traded_is_told_with_nothing_to_guard() -> None:
    refuse_untradable({}, is_busy=False)
    with pytest.raises(ConfigError) as caught:
        refuse_untradable(
            {BTCUSDT: "is not listed there", ETHUSDT: "is not open for trading"}, is_busy=False
        )
    assert caught.value.problems == (
        "[trading] symbols: BTCUSDT is not listed there, take another or correct it",
        "[trading] symbols: ETHUSDT is not open for trading, take another or correct it",
    )


def test_who_guards_something_only_says_what_is_not_traded(
    caplog: pytest.LogCaptureFixture,
) -> None:
    refuse_untradable({ETHUSDT: "is not listed there"}, is_busy=True)
    assert [record.message for record in caplog.records] == ["not traded"]


async def test_the_terms_are_read_once_what_was_left_is_taken_over(tmp_path: Path) -> None:
    room = await room_at(tmp_path, knows_terms=False)
    assert room.contracts.terms(BTCUSDT) is None
    await set_up(room.world, room.trading)
    assert room.contracts.terms(BTCUSDT) is not None


async def test_without_an_answer_only_who_guards_something_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    room = await room_at(tmp_path, setup=DeafSetup())
    with pytest.raises(VenueUnreachable, match="no route"):
        await set_up(room.world, room.trading)
    room.trading.desk.begin(plan(), SOME)
    await set_up(room.world, room.trading)
    assert [record.message for record in caplog.records] == ["terms not read"]


def test_an_exchange_that_does_not_answer_is_greeted_again_for_a_minute(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    failures = deque[VenueError](
        [VenueUnreachable("maintenance"), BudgetExhausted("banned", retry_after_ms=30_000)]
    )

    async def say_nothing() -> None:
        if failures:
            raise failures.popleft()

    async def main(clock: VirtualClock) -> None:
        room = await new_room(tmp_path, clock)
        await greet(replace(room.world, greet=say_nothing))
        assert clock.elapsed_ms() == START_MS + 30_500
        failures.append(BudgetExhausted("banned", retry_after_ms=600_000))
        with pytest.raises(BudgetExhausted):
            await greet(replace(room.world, greet=say_nothing))

    run_virtual(main, start_ms=START_MS)
    assert [record.message for record in caplog.records] == ["exchange does not answer"] * 2


@pytest.mark.parametrize(("has_account", "steps"), [(True, 6), (False, 5)])
async def test_only_recovery_has_a_grace_and_only_lanes_come_before_it(
    tmp_path: Path, *, has_account: bool, steps: int
) -> None:
    room = await room_at(tmp_path, has_account=has_account)
    found = steps_to_trading(room.world, room.machine, room.trading, {})
    assert [step.grace_ms for step in found] == [0, 10_000, *[0] * (steps - 2)]
    assert found[1].act == room.trading.recover


async def room_at(
    home: Path,
    *,
    setup: OfflineSetup | None = None,
    has_account: bool = True,
    knows_terms: bool = True,
) -> TradingRoom:
    return await new_room(
        home,
        VirtualClock(START_MS),
        has_account=has_account,
        knows_terms=knows_terms,
        setup=setup,
    )
