"""Between audits a quick look at what is held, and a doubt where the stream did not tell it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

import pytest

from noctule.adapters.binance.account.merge import AccountMerge
from noctule.adapters.binance.account.pulse import AccountPulse
from noctule.adapters.binance.account.settings import AccountSettings
from noctule.adapters.binance.wire.user import read_user_event
from noctule.adapters.clock import VirtualClock
from noctule.domain.errors import BudgetExhausted, OutcomeUnknown, VenueError
from noctule.domain.position import Position
from noctule.domain.values import Symbol
from tests.builders import BTCUSDT
from tests.fakes.audits import NOTHING, audit, held
from tests.fakes.user_frames import account_frame, new_order_frame

SETTINGS = AccountSettings(pulse_ms=3_000, flat_pulse_ms=10_000, patience_ms=2_000)
ETHUSDT = Symbol("ETHUSDT")


class Wrist:
    """A pulse over a real merge; a test says what REST tells, and what comes meanwhile."""

    def __init__(self) -> None:
        self.clock = VirtualClock(0)
        self.merge = AccountMerge([BTCUSDT], settings=SETTINGS)
        self.merge.begin(NOTHING)
        self.told: tuple[Position, ...] = ()
        self.failure: VenueError | None = None
        self.meanwhile: Callable[[], None] = lambda: None
        self.pulse = AccountPulse(self.merge, self._ask, clock=self.clock, settings=SETTINGS)

    def hear(self, frame: bytes) -> None:
        event = read_user_event(frame)
        assert event is not None
        self.merge.hear(event, elapsed_ms=self.clock.elapsed_ms())

    def hold(self, amount: str = "0.010", *, at_ms: int = 1_000) -> None:
        """Let the account be told of a position, by REST and whole."""
        position = held(amount, at_ms=at_ms)
        self.merge.end_audit(audit(positions=(position,)), elapsed_ms=0)
        assert not self.doubted

    def wait(self, duration_ms: int) -> None:
        self.clock.advance_to_ms(self.clock.now_ms() + duration_ms)

    def beat(self, *told: Position) -> frozenset[Symbol]:
        """Take the pulse, and return the symbols in doubt."""
        self.told = told
        asyncio.run(self._beat())
        return self.doubted

    @property
    def doubted(self) -> frozenset[Symbol]:
        return self.merge.doubts.symbols

    async def _beat(self) -> None:
        await self.pulse.beat()

    def _ask(self) -> Awaitable[Iterable[Position]]:
        async def answer() -> Iterable[Position]:
            self.meanwhile()
            if self.failure is not None:
                raise self.failure
            return self.told

        return answer()


@pytest.fixture
def wrist() -> Wrist:
    return Wrist()


def test_what_was_told_raises_no_doubt(wrist: Wrist) -> None:
    wrist.hold()
    assert wrist.beat(held()) == frozenset()


def test_an_answer_is_remembered_by_its_time(wrist: Wrist) -> None:
    wrist.wait(3_000)
    wrist.beat()
    assert wrist.pulse.answered_ms == 3_000
    wrist.wait(500)
    wrist.pulse.note_audit()
    assert wrist.pulse.answered_ms == 3_500


def test_a_position_that_vanished_in_silence_is_in_doubt(wrist: Wrist) -> None:
    wrist.hold()
    assert wrist.beat() == {BTCUSDT}


def test_a_position_that_grew_in_silence_is_in_doubt(wrist: Wrist) -> None:
    wrist.hold()
    assert wrist.beat(held("0.020", at_ms=2_000)) == {BTCUSDT}


def test_a_position_nobody_told_of_is_in_doubt(wrist: Wrist) -> None:
    wrist.hold()
    assert wrist.beat(held(), held("1", symbol=ETHUSDT)) == {ETHUSDT}


def test_a_flat_symbol_whose_orders_rest_is_no_news(wrist: Wrist) -> None:
    wrist.hold()
    assert wrist.beat(held(), held("0", symbol=ETHUSDT)) == frozenset()


def test_the_doubt_is_old_enough_to_be_asked_about_at_once(wrist: Wrist) -> None:
    wrist.hold()
    wrist.wait(10_000)
    wrist.beat()
    assert wrist.merge.doubts.since_ms == wrist.clock.elapsed_ms() - SETTINGS.patience_ms


def test_the_stream_lays_it_by_telling(wrist: Wrist) -> None:
    wrist.hold()
    wrist.beat()
    wrist.hear(account_frame("0.010", at_ms=2_000))
    assert wrist.doubted == frozenset()


def test_what_the_stream_told_meanwhile_may_be_newer_than_the_answer(wrist: Wrist) -> None:
    wrist.hold()
    wrist.meanwhile = lambda: wrist.hear(account_frame("0.030", at_ms=2_000))
    wrist.beat(held())
    assert wrist.merge.doubts.since_ms == wrist.clock.elapsed_ms()  # the untold fill's, and young


def test_a_row_from_before_what_was_told_is_the_exchanges_lag(wrist: Wrist) -> None:
    wrist.hold(at_ms=5_000)
    assert wrist.beat(held("0.005", at_ms=4_000)) == frozenset()


@pytest.mark.parametrize(
    "failure", [BudgetExhausted("spent", retry_after_ms=9_000), OutcomeUnknown("no answer")]
)
def test_without_an_answer_nothing_is_doubted_and_the_next_pulse_comes_in_its_time(
    wrist: Wrist, failure: VenueError
) -> None:
    wrist.hold()
    wrist.wait(3_000)
    wrist.failure = failure
    assert wrist.beat() == frozenset()
    assert wrist.pulse.answered_ms == 0
    assert not wrist.pulse.is_due
    wrist.wait(3_000)
    assert wrist.pulse.is_due


def test_with_nothing_at_stake_that_was_told_it_is_asked_more_seldom(wrist: Wrist) -> None:
    wrist.wait(9_999)
    assert not wrist.pulse.is_due
    wrist.wait(1)
    assert wrist.pulse.is_due


def test_it_says_when_it_is_due(wrist: Wrist) -> None:
    dues = [wrist.pulse.due_ms]
    wrist.hold()
    dues.append(wrist.pulse.due_ms)
    wrist.wait(500)
    wrist.pulse.note_audit()
    dues.append(wrist.pulse.due_ms)
    assert dues == [10_000, 3_000, 3_500]


def test_what_was_entered_in_silence_is_in_doubt_too(wrist: Wrist) -> None:
    assert wrist.beat(held()) == {BTCUSDT}


def test_an_open_order_is_at_stake_too(wrist: Wrist) -> None:
    wrist.hear(new_order_frame())
    wrist.wait(2_999)
    assert not wrist.pulse.is_due
    wrist.wait(1)
    assert wrist.pulse.is_due


def test_after_an_audit_the_pulse_waits(wrist: Wrist) -> None:
    wrist.hold()
    wrist.wait(2_000)
    wrist.pulse.note_audit()
    wrist.wait(2_999)
    assert not wrist.pulse.is_due
    wrist.wait(1)
    assert wrist.pulse.is_due
