"""Whatever is lost, refused, late or done by hand: one entry, never naked for long, always flat."""

from collections.abc import Callable
from decimal import Decimal
from itertools import chain
from typing import Final

from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec import Struct

from noctule.domain.order import ClientOrderId, Leg, OrderKey, OrderKind, OrderRequest
from noctule.domain.signals import Direction
from noctule.domain.trade import ExitReason
from noctule.domain.values import Price, Quantity, Timeframe
from noctule.orders.blotter import Blotter
from noctule.orders.bracket import Bracket
from noctule.orders.names import OrderNames
from noctule.orders.plan import BracketPlan, EntryTerms, OrderWords
from noctule.orders.state import Goal
from tests import builders
from tests.fakes.toy_desk import ToyDesk

ENTERED_MS: Final = 15_000  # an entry has filled or is gone by then
SETTLED_MS: Final = 60_000
SIZE: Final = Decimal("0.120")
STRANGER: Final = ClientOrderId("web_stop")


class Start(Struct, frozen=True, kw_only=True):
    """How a life begins, and what happens in it."""

    direction: Direction = Direction.LONG
    is_limit: bool = False
    has_limit_target: bool = False
    has_target: bool = True
    in_slices: bool = False
    refusal: str = ""  # what the exchange refuses for ever
    numbers: tuple[int, ...] = ()
    deeds: tuple[tuple[int, str], ...] = ()
    exit_is_urgent: bool = False


DEEDS = (
    *("price 10000", "price 9600", "price 9400", "price 10400", "price 11100", "price 10050"),
    *("close by hand", "halve by hand", "flip by hand", "cancel our stop", "cancel our target"),
    *("a stranger's stop", "no stranger's stop", "stop to 9700", "stop to 9800", "stop to 9300"),
    *("exit", "flatten", "cancel entries", "look"),
)
# Lists of lists, for Hypothesis likes a list short; zero, the good choice, is the likeliest.
NUMBERS = st.lists(
    st.lists(st.sampled_from([0, 0, 0, 0, 0, 0, 0, 0, *range(11)]), max_size=12), max_size=12
)
STARTS = st.builds(
    Start,
    direction=st.sampled_from([Direction.LONG, Direction.SHORT]),
    is_limit=st.booleans(),
    has_limit_target=st.booleans(),
    has_target=st.booleans(),
    in_slices=st.booleans(),
    refusal=st.sampled_from(["", "", "", "", "stops", "whole stops", "market"]),
    numbers=NUMBERS.map(lambda lists: tuple(chain.from_iterable(lists))),
    deeds=st.lists(
        st.tuples(st.sampled_from([0, 10, 25, 100, 700, 3_000]), st.sampled_from(DEEDS)),
        max_size=8,
    ).map(tuple),
    exit_is_urgent=st.booleans(),
)


# The entry is filled in part, its limit target fires and rests in the book while the price goes
# back, and then the position is to be left.
TARGET_RESTS = Start(
    is_limit=True,
    has_limit_target=True,
    numbers=(0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 5),
    deeds=(
        *((100, "price 9600"), (300, "price 11100"), (100, "price 10050"), (100, "look")),
        *((25, "cancel entries"), (10, "cancel our stop")),
    ),
)


class Life:
    """One bracket from its decision until it is over."""

    def __init__(self, start: Start) -> None:
        self.start = start
        key = OrderKey(
            close_ms=builders.START_MS - 1, timeframe=Timeframe.M1, leg=Leg.ENTRY, attempt=0
        )
        self.is_long = start.direction is Direction.LONG
        self.bracket = Bracket(
            BracketPlan(
                symbol=builders.BTCUSDT,
                strategy="sma",
                trace="BTCUSDT:1m:1",
                key=key,
                direction=start.direction,
                stop=self.price("9500"),
                target=self.price("11000") if start.has_target else None,
            ),
            instrument=builders.instrument(
                market_lot=builders.lot(quantity_max="0.05" if start.in_slices else "120")
            ),
            names=OrderNames(account="qpai6s", strategy="sma", symbol=builders.BTCUSDT, key=key),
            blotter=Blotter(),
            words=OrderWords(has_limit_target=start.has_limit_target),
        )
        self.desk = ToyDesk(self.bracket, start.numbers, mark="10000")
        self.desk.exchange.refusal = start.refusal

    def price(self, text: str) -> Price:
        """Return a price as seen by one who is long; for one who is short it is mirrored."""
        return Price(Decimal(text) if self.is_long else 20_000 - Decimal(text))

    def live(self) -> None:
        """Enter, do the deeds, settle."""
        is_limit = self.start.is_limit
        terms = EntryTerms(
            quantity=Quantity(SIZE),
            kind=OrderKind.LIMIT if is_limit else OrderKind.MARKET,
            price=self.price("10020" if len(self.start.deeds) % 2 else "9990")
            if is_limit
            else None,
            timeout_ms=4_000,
        )
        self.desk.enter(terms)
        for delay_ms, deed in self.start.deeds:
            self.desk.run(delay_ms)
            self.desk.log.append(f"{self.desk.now_ms:6} deed: {deed}")
            self.do(deed)
            self.desk.watch()
        self.desk.run(ENTERED_MS)
        entries = [each for each in self.desk.ours() if each.leg is Leg.ENTRY]
        assert not entries, f"{entries} rest although their time is over"
        self.desk.run(SETTLED_MS)
        self.assert_settled()

    def do(self, deed: str) -> None:
        word, _, rest = deed.partition(" ")
        deeds: dict[str, Callable[[str], None]] = {
            "price": lambda text: self.desk.exchange.move(self.price(text)),
            "close": lambda _: self._trade_by_hand(Decimal(1)),
            "halve": lambda _: self._trade_by_hand(Decimal("0.5")),
            "flip": lambda _: self._trade_by_hand(Decimal(2)),
            "cancel": self._cancel,
            "a": lambda _: self._place_stranger(),
            "no": lambda _: self._take_stranger_out(),
            "stop": lambda text: self._move_stop(self.price(text.removeprefix("to "))),
            "look": lambda _: self._look(),
            "exit": lambda _: self.leave(is_urgent=False),
            "flatten": lambda _: self.leave(is_urgent=True),
        }
        deeds[word](rest)

    def leave(self, *, is_urgent: bool) -> None:
        """Want out."""
        if self.bracket.is_over:
            return
        reason = ExitReason.FLATTEN if is_urgent else ExitReason.SIGNAL
        leg = Leg.FLATTEN if is_urgent else Leg.CLOSE
        self.bracket.request_exit(reason, self.desk.now_ms, leg=leg, is_urgent=is_urgent)
        self.desk.decide()

    def _trade_by_hand(self, share: Decimal) -> None:
        """Let the owner end this share of what we entered, in Binance's app."""
        sign = self.bracket.plan.side.sign
        ours = max(Decimal(0), self.desk.exchange.position * sign) * sign
        self.desk.exchange.trade_by_hand(-(ours * share).quantize(Decimal("0.001")))

    def _cancel(self, what: str) -> None:
        """Cancel entries as the bot may, or what guards the position as the owner may."""
        if what == "entries":
            self.bracket.cancel_entries(self.desk.now_ms)
            self.desk.decide()
            return
        leg = Leg.STOP if what == "our stop" else Leg.TARGET
        for each in self.desk.ours():
            if each.leg is leg:
                self.desk.exchange.cancel(each.client_order_id)

    def _take_stranger_out(self) -> None:
        self.desk.exchange.cancel(STRANGER)
        self._look()

    def _place_stranger(self) -> None:
        stop = OrderRequest(
            client_order_id=ClientOrderId(f"{STRANGER}"),
            symbol=builders.BTCUSDT,
            side=self.bracket.plan.side.opposite,
            kind=OrderKind.STOP_MARKET,
            leg=Leg.STOP,
            quantity=None,
            trigger_price=self.price("9200"),
        )
        if STRANGER not in self.desk.exchange.orders:
            self.desk.exchange.place(stop, is_ours=False)

    def _look(self) -> None:
        """Let the minute's check, or the stream's word of a stranger's order, ask for a look."""
        if not self.bracket.is_over:
            self.bracket.want_look()
            self.desk.decide()

    def _move_stop(self, stop: Price) -> None:
        is_below = stop < self.desk.exchange.mark
        if not self.bracket.is_over and is_below == self.is_long:
            self.bracket.move_stop(stop, "trailing")
            self.desk.decide()

    # What must hold when nothing was amiss for a minute

    def assert_settled(self) -> None:
        """Assert that it is flat and over, or held behind one stop and one target."""
        exchange, bracket = self.desk.exchange, self.bracket
        sign = bracket.plan.side.sign
        assert exchange.entered <= SIZE, f"entered {exchange.entered}"
        entries = [each for each in exchange.orders.values() if each.request.leg is Leg.ENTRY]
        assert len(entries) <= self.desk.entries, f"{len(entries)} entries for one decision"
        if exchange.position * sign <= 0:
            assert not self.desk.ours(), f"flat, and yet {self.desk.ours()}"
            assert bracket.is_over, "flat, and yet not over"
            return
        assert not bracket.is_over, f"over, and yet {exchange.position} is held"
        assert bracket.goal is Goal.HOLD, f"leaves for ever: {exchange.position}"
        assert bracket.is_protected, "does not know that it is protected"
        self._assert_stops(abs(exchange.position))
        self._assert_targets(abs(exchange.position))

    def _assert_stops(self, held: Decimal) -> None:
        stops = [each for each in self.desk.exchange.resting() if each.is_stop]
        if any(not each.is_ours for each in stops):
            return
        assert {each.request.trigger_price for each in stops} == {self.bracket.stop}, f"{stops}"
        if len(stops) > 1:
            least = min(each.remaining for each in stops)
            assert not any(each.guards_all for each in stops), f"one too many: {stops}"
            assert sum(each.remaining for each in stops) - least < held, f"one too many: {stops}"

    def _assert_targets(self, held: Decimal) -> None:
        resting = [each for each in self.desk.exchange.resting() if each.is_ours]
        targets = [each for each in resting if each.request.leg is Leg.TARGET]
        if self.bracket.target is None:
            assert not targets, f"unwanted: {targets}"
            return
        prices = {each.request.trigger_price or each.request.price for each in targets}
        assert prices == {self.bracket.target}, f"{targets}"
        assert len(targets) == 1 or not any(each.guards_all for each in targets), f"{targets}"
        if not targets[0].guards_all and self.start.has_limit_target:
            assert sum(each.remaining for each in targets) == held, f"{held} and {targets}"


@settings(max_examples=max(400, settings().max_examples))
@given(start=STARTS)
@example(start=TARGET_RESTS)
def test_a_position_is_entered_once_never_long_without_a_stop_and_ends_flat(start: Start) -> None:
    life = Life(start)
    try:
        life.live()
        life.leave(is_urgent=start.exit_is_urgent)
        life.desk.run(SETTLED_MS)
        assert life.bracket.is_over, "wanted out, and never got there"
        assert life.desk.exchange.position * life.bracket.plan.side.sign <= 0, "held for ever"
    except AssertionError as error:
        story = "\n".join(life.desk.log[-150:])
        raise AssertionError(f"{error}\n{start}\n{story}") from error
