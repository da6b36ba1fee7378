"""A case is gathered from where things are known; what is not known is said so, not guessed."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from noctule.domain.events.signal import SignalGenerated
from noctule.domain.market import BookTicker
from noctule.domain.order import OrderKind
from noctule.domain.regime import Regime
from noctule.domain.signals import Direction, Reason, Refused
from noctule.domain.values import MINUTE_MS, Price, Symbol, Timeframe, quantity
from noctule.engine.cases import Cases
from noctule.engine.settings import TradingSettings
from noctule.market.board import Board
from noctule.market.regime_settings import RegimeSettings
from noctule.orders.plan import EntryTerms
from noctule.risk.calendar import NewsWindow
from noctule.risk.case import DeskState, EntryCase, EntryWish, MarketScene
from tests.builders import BTCUSDT, START_MS, candles, instrument, position
from tests.fakes.desk_events import SIGNAL, STRATEGY
from tests.fakes.floor import ETHUSDT, TradingFloor, known_contracts, look, new_floor, plan
from tests.fakes.market_weather import Weather
from tests.unit.engine.test_looks import stranger

UNLISTED = Symbol("NOSUCHUSDT")


def case_of(cases: Cases, event: SignalGenerated = SIGNAL) -> EntryCase:
    case = cases.case_of(event)
    assert isinstance(case, EntryCase)
    return case


def signal(direction: Direction, **changes: object) -> SignalGenerated:
    return replace(SIGNAL, signal=replace(SIGNAL.signal, direction=direction), **changes)


async def test_all_that_speaks_for_or_against_is_in_it() -> None:
    floor = await new_floor()
    floor.offset_ms = 3.0
    news = NewsWindow(from_ms=1, to_ms=2, reason="CPI")
    floor.wait(100)
    case = case_of(floor.cases(news=(news,)))
    assert case.wish == EntryWish(
        symbol=BTCUSDT,
        strategy=STRATEGY,
        direction=Direction.LONG,
        price=60_000.0,
        stop=59_000.0,
        target=None,
        timeframe=SIGNAL.timeframe,
        close_ms=SIGNAL.close_ms,
    )
    assert case.instrument == instrument()
    assert case.terms == floor.contracts.terms(BTCUSDT)
    assert case.portfolio.equity == Decimal(10_000)
    assert case.scene == MarketScene(
        mark_price=60_000.0,
        bid=60_000.0,
        ask=60_000.0,
        silent_ms=100,
        funding_rate=0.0001,
        next_funding_ms=START_MS + 240 * MINUTE_MS,
        clock_offset_ms=3.0,
    )
    assert case.desk == DeskState(started_ms=START_MS + 100)
    assert (case.now_ms, case.news, case.closes) == (START_MS + 100, (news,), {})


async def test_before_the_account_is_told_there_is_no_case() -> None:
    floor = TradingFloor(await known_contracts())
    unknown = Reason(check="start", text="the account, the contract or its terms are not known yet")
    assert floor.cases().case_of(SIGNAL) == Refused(reasons=(unknown,))


async def test_what_keeps_entries_off_is_told_where_there_is_no_case_either() -> None:
    floor = TradingFloor(await known_contracts())
    no_account = Reason(check="account", text="there is no account to trade on")
    floor.halts.observe(no_account)
    assert floor.cases().case_of(SIGNAL) == Refused(reasons=(no_account,))


async def test_a_strategy_that_was_disabled_since_enters_nothing() -> None:
    floor = await new_floor()
    cases = floor.cases()
    floor.desks[BTCUSDT].disabled = "disabled by ana"
    disabled = Reason(check="strategy", text=f"{STRATEGY} is disabled: disabled by ana")
    assert case_of(cases).desk.halts == (disabled,)
    assert case_of(cases, replace(SIGNAL, symbol=ETHUSDT)).desk.halts == ()
    floor.desks[BTCUSDT].disabled = None
    assert case_of(cases).desk.halts == ()


async def test_nor_is_there_one_for_a_contract_without_rules() -> None:
    floor = await new_floor()
    assert isinstance(floor.cases().case_of(replace(SIGNAL, symbol=UNLISTED)), Refused)


async def test_a_market_that_nobody_saw_yet_is_not_known() -> None:
    floor = await new_floor()
    board = floor.boards[BTCUSDT]
    board.mark, board.book = None, None
    assert case_of(floor.cases()).scene == MarketScene(silent_ms=0)


async def test_the_regime_is_the_one_on_the_symbols_board() -> None:
    floor = await new_floor()
    regimes = RegimeSettings(trend_candles=10, recent_candles=5, norm_candles=50)
    board = Board(BTCUSDT, base=Timeframe.M1, capacity=1, regimes=regimes)
    floor.boards[BTCUSDT] = board
    assert case_of(floor.cases()).scene.regime is None
    for bar in Weather().go([1.0] * 50):
        board.take(bar)
    assert case_of(floor.cases()).scene.regime is Regime.TREND_UP


async def test_while_the_feed_is_lost_nothing_is_heard_of_a_symbol() -> None:
    floor = await new_floor()
    floor.freshness.lose(BTCUSDT)
    assert case_of(floor.cases()).scene.silent_ms is None


async def test_bid_and_ask_are_what_the_book_said_last() -> None:
    floor = await new_floor()
    floor.boards[BTCUSDT].book = BookTicker(
        symbol=BTCUSDT,
        bid_price=59_999.0,
        bid_quantity=1.0,
        ask_price=60_001.0,
        ask_quantity=1.0,
        update_id=2,
    )
    scene = case_of(floor.cases()).scene
    assert (scene.bid, scene.ask) == (59_999.0, 60_001.0)


@pytest.mark.parametrize(
    ("direction", "price"), [(Direction.LONG, "59940.0"), (Direction.SHORT, "60060.1")]
)
async def test_a_limit_entry_stands_on_the_tick_at_or_beyond_its_offset(
    direction: Direction, price: str
) -> None:
    floor = await new_floor()
    trading = TradingSettings(entry_order="limit", entry_offset=Decimal("0.001"))
    wish = case_of(floor.cases(trading), signal(direction, price=60_000.01)).wish
    assert wish.limit_price == Price(Decimal(price))
    assert wish.kind is OrderKind.LIMIT


async def test_a_signal_is_acted_on_once() -> None:
    floor = await new_floor()
    cases = floor.cases()
    cases.note_entry(SIGNAL)
    assert case_of(cases).desk.is_acted_on
    later = replace(SIGNAL, close_ms=SIGNAL.close_ms + MINUTE_MS)
    assert not case_of(cases, later).desk.is_acted_on
    assert not case_of(cases, replace(SIGNAL, symbol=ETHUSDT)).desk.is_acted_on


async def test_a_bracket_that_is_not_over_is_told_even_when_nothing_is_held() -> None:
    floor = await new_floor()
    assert not case_of(floor.cases()).desk.has_bracket
    floor.desk.begin(plan(), EntryTerms(quantity=quantity("0.010")))
    assert case_of(floor.cases()).desk.has_bracket


async def test_what_entries_in_flight_will_take_is_available_no_more() -> None:
    floor = await new_floor()
    floor.book.hear_mark(BTCUSDT, 60_000.0, at_ms=START_MS)
    leverage = case_of(floor.cases()).terms.leverage
    before = case_of(floor.cases()).portfolio.available
    floor.desk.begin(plan(), EntryTerms(quantity=quantity("0.100")))
    taken = Decimal("0.100") * 60_000 / leverage
    assert before - case_of(floor.cases()).portfolio.available == taken


async def test_entries_of_the_last_minute_are_counted() -> None:
    floor = await new_floor()
    cases = floor.cases()
    cases.note_entry(SIGNAL)
    floor.wait(MINUTE_MS - 1)
    cases.note_entry(SIGNAL)
    assert case_of(cases).desk.entries_last_minute == 2
    floor.wait(1)
    assert case_of(cases).desk.entries_last_minute == 1


async def test_what_keeps_entries_off_is_in_the_case() -> None:
    floor = await new_floor()
    off = Reason(check="account", text="the private stream is lost")
    floor.halts.observe(off)
    assert case_of(floor.cases()).desk.halts == (off,)


async def test_a_position_that_no_bracket_leads_is_not_ours() -> None:
    floor = await new_floor(position("-0.5", "60000"))
    assert case_of(floor.cases()).desk.foreign == (
        "a position of -0.5 that is not ours is open there"
    )


async def test_orders_that_are_not_ours_are_foreign_too() -> None:
    floor = await new_floor()
    floor.desk.take_look(look("0", stranger()))
    assert case_of(floor.cases()).desk.foreign == "orders rest there that are not ours: web_1"


async def test_the_position_of_our_own_bracket_is_ours_and_counts_with_what_is_in_flight() -> None:
    floor = await new_floor()
    floor.enter(EntryTerms(quantity=quantity("0.010")))
    case = case_of(floor.cases())
    (held,) = case.portfolio.holdings
    assert (held.signed_quantity, held.is_ours, held.has_orders_in_flight) == (
        Decimal("0.010"),
        True,
        True,
    )
    assert case.desk.foreign is None


def at_close_of(minutes: int) -> SignalGenerated:
    """Return the signal of so many minutes after the start."""
    return replace(SIGNAL, close_ms=START_MS + minutes * MINUTE_MS - 1)


@pytest.mark.parametrize("has_come", [False, True])
async def test_closes_are_compared_up_to_the_candle_before_the_signals_whoever_has_that_already(
    has_come: bool,
) -> None:
    floor = await new_floor(replace(position("1", "3000"), symbol=ETHUSDT))
    for bar in candles((1.0, 2.0, 3.0)):
        floor.boards[BTCUSDT].take(bar)
    for bar in candles((10.0, 20.0, 30.0)[: 3 if has_come else 2], symbol=ETHUSDT):
        floor.boards[ETHUSDT].take(bar)
    case = case_of(floor.cases(), at_close_of(3))
    assert case.closes == {BTCUSDT: [1.0, 2.0], ETHUSDT: [10.0, 20.0]}


async def test_closes_all_end_with_the_same_candle() -> None:
    floor = await new_floor(replace(position("1", "3000"), symbol=ETHUSDT))
    for bar in candles((1.0, 2.0, 3.0)):
        floor.boards[BTCUSDT].take(bar)
    for bar in candles((10.0,), symbol=ETHUSDT):
        floor.boards[ETHUSDT].take(bar)
    case = case_of(floor.cases(), at_close_of(3))
    assert case.closes == {BTCUSDT: [1.0], ETHUSDT: [10.0]}


async def test_a_symbol_without_candles_is_compared_with_nothing() -> None:
    floor = await new_floor(replace(position("1", "3000"), symbol=ETHUSDT))
    for bar in candles((1.0, 2.0)):
        floor.boards[BTCUSDT].take(bar)
    assert case_of(floor.cases(), at_close_of(3)).closes == {BTCUSDT: [1.0, 2.0]}


async def test_the_last_120_candles_are_compared() -> None:
    floor = await new_floor(replace(position("1", "3000"), symbol=ETHUSDT))
    for bar in candles([float(number) for number in range(1, 151)]):
        floor.boards[BTCUSDT].take(bar)
    (closes,) = case_of(floor.cases(), at_close_of(150)).closes.values()
    assert list(closes) == [float(number) for number in range(30, 150)]


async def test_a_holding_that_is_not_traded_here_has_no_candles() -> None:
    floor = await new_floor(replace(position("1", "3000"), symbol=UNLISTED))
    assert case_of(floor.cases()).closes == {}


async def test_a_full_lane_has_no_room() -> None:
    floor = await new_floor()
    assert case_of(floor.cases()).desk.has_room
    floor.lanes.places_left = 0
    assert not case_of(floor.cases()).desk.has_room
