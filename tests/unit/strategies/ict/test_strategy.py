"""The strategy says what the reading found, if the bias consents."""

from collections.abc import Iterable
from decimal import Decimal

import pytest

from noctule.domain.market import Candle
from noctule.domain.position import Position
from noctule.domain.signals import Direction, Signal
from noctule.domain.values import Timeframe, price
from noctule.market.board import Board
from noctule.market.view import MarketView
from noctule.strategies.factory import StrategyFactory
from noctule.strategies.ict.settings import IctSettings
from noctule.strategies.ict.strategy import Ict
from tests.builders import BTCUSDT, START_MS
from tests.ict_builders import FIVE_MINUTES_MS, SMALL, STORY, drawn, mirrored, said

ENTRY = 18  # the candle of the story that is one
STOP = 94.5 - 0.1 * 3.0217665  # a tenth of an average range behind the sweep
FACTORS = {
    "bias": 0.2,
    "liquidity": 0.2 * 0.4,  # a single swing
    "displacement": 0.2,  # twice as large as it has to be
    "structure": 0.1,
    "depth": 0.15 / 2,  # half way back is not the optimal entry
    "confluence": 0.15,
}

# Three quarters of an hour before the story, whose quarters of an hour turn up.
PREFACE = (
    "90 91/89 90, 92/89 91, 93/90 92, 95/91 94, 96/92 95, 95/92 93, 94/91 92, 93/90 91, 92/90 91, "
    "93/90.5 92, 97/91 96, 100/95 99, 101/98 100, 102/99 101, 102.5/100.5 102"
)


def test_the_story_is_a_signal_in_full() -> None:
    signals = said(drawn(STORY), SMALL)
    assert [index for index, signal in enumerate(signals) if signal] == [ENTRY]
    (signal,) = filter(None, signals)
    assert signal.stop == pytest.approx(STOP)
    assert signal == Signal(
        direction=Direction.LONG,
        reason=(
            "5m up since BOS 2026-09-28 01:10 above swing high 101 of 2026-09-28 00:45; "
            "swing low 95 of 2026-09-28 00:35 swept 2026-09-28 01:00 in asia, to 94.5; "
            "CHoCH 2026-09-28 01:10 above swing high 101 of 2026-09-28 00:45; "
            "displacement 2.25 × ATR 2026-09-28 01:10; "
            "back in fair value gap 96.5–100 of 2026-09-28 01:10, 50 % deep in the leg 94.5–105; "
            "stop 94.19782335 behind the sweep, target swing high 110 of 2026-09-28 00:20, 2.29 R"
        ),
        stop=signal.stop,
        target=110.0,
        confidence=sum(FACTORS.values()),
        factors=FACTORS,
    )


def test_upside_down_it_is_a_short_with_the_stop_above() -> None:
    signal = said(mirrored(drawn(STORY)), SMALL)[ENTRY]
    assert signal is not None
    assert (signal.direction, signal.target) == (Direction.SHORT, 90)
    assert signal.stop == pytest.approx(200 - 94.19782335)


def test_without_a_bias_or_against_it_nothing_is_said() -> None:
    strict = SMALL.model_copy(update={"bias_required": True, "bias_strength": 1})
    assert said(drawn(STORY), strict, higher=[Timeframe.M15]) == [None] * 20
    falling = mirrored(drawn(PREFACE), about=102)
    told = drawn(STORY, start_ms=START_MS + 15 * FIVE_MINUTES_MS)
    assert said([*falling, *told], strict, higher=[Timeframe.M15]) == [None] * 35


def test_with_the_bias_of_a_higher_timeframe_it_is_a_signal() -> None:
    strict = SMALL.model_copy(update={"bias_required": True, "bias_strength": 1})
    bars = drawn(f"{PREFACE}, {STORY}", start_ms=START_MS - 15 * FIVE_MINUTES_MS)
    signals = said(bars, strict, higher=[Timeframe.M15, Timeframe.M30])
    assert signals == [None] * 35
    strict = strict.model_copy(update={"bias_timeframe": Timeframe.M15})
    signal = said(bars, strict, higher=[Timeframe.M15, Timeframe.M30])[15 + ENTRY]
    assert signal is not None
    assert signal.reason.startswith(
        "15m up since BOS 2026-09-27 23:30 above swing high 96 of 2026-09-27 23:00; "
    )
    assert signal.factors["bias"] == 0.2


def test_where_there_are_only_base_candles_their_large_swings_are_the_bias() -> None:
    strict = SMALL.model_copy(update={"bias_required": True})
    signal = said(drawn(STORY), strict)[ENTRY]
    assert signal is not None
    assert signal.reason.startswith("5m up since BOS 2026-09-28 01:10 above swing high 101")


def test_a_story_still_open_has_no_bias_of_large_swings_to_lean_on() -> None:
    strict = SMALL.model_copy(update={"bias_required": True, "range_strength": 10})
    assert said(drawn(STORY), strict) == [None] * 20


def test_a_bias_of_candles_that_nobody_ordered_is_told() -> None:
    strict = SMALL.model_copy(update={"bias_timeframe": Timeframe.H4})
    with pytest.raises(LookupError, match="BTCUSDT has no 4h candles, only 5m"):
        said(drawn(STORY), strict)


def test_a_bias_of_candles_shorter_than_the_base_is_told_with_what_may_be_taken() -> None:
    strict = SMALL.model_copy(update={"bias_timeframe": Timeframe.M1})
    told = "bias_timeframe 1m is shorter than the base candles: take one of 5m, 15m, or none"
    with pytest.raises(LookupError, match=told):
        said(drawn(STORY), strict, higher=[Timeframe.M15])


def test_the_base_candles_may_be_named_as_the_bias() -> None:
    strict = SMALL.model_copy(update={"bias_timeframe": Timeframe.M5, "bias_required": True})
    signal = said(drawn(STORY), strict, higher=[Timeframe.M15])[ENTRY]
    assert signal is not None
    assert signal.reason.startswith("5m up since BOS 2026-09-28 01:10 above swing high 101")


def test_it_is_asked_about_higher_candles_and_says_nothing() -> None:
    strategy, view = seen(Timeframe.M15)
    assert strategy.analyze(view.history("15m")[-1], view) is None


def test_a_shift_against_what_is_held_leaves_it_if_the_trader_wants_that() -> None:
    down = 6  # the candle that closes below the low at 99, after a break up
    story = f"98, 98.5/97.5 98, 98, 99, {STORY}"
    for settings, expected in ((SMALL, None), (leaving(), Direction.FLAT)):
        signal = last_of(drawn(story)[: 4 + down + 1], settings, held="1")
        assert (signal.direction if signal else None) is expected
        if signal:
            assert signal.reason == (
                "structure shifted against the position: "
                "CHoCH 2026-09-28 00:50 below swing low 99 of 2026-09-28 00:25"
            )


@pytest.mark.parametrize("held", ["-1", "0"])
def test_a_shift_with_what_is_held_or_with_nothing_held_says_nothing(held: str) -> None:
    story = f"98, 98.5/97.5 98, 98, 99, {STORY}"
    assert last_of(drawn(story)[:11], leaving(), held=held) is None


def test_a_short_is_left_when_structure_shifts_up() -> None:
    story = mirrored(drawn(f"98, 98.5/97.5 98, 98, 99, {STORY}")[:11])
    signal = last_of(story, leaving(), held="-1")
    assert signal is not None
    assert signal.direction is Direction.FLAT


def test_a_shift_leaves_on_a_candle_that_would_be_an_entry_too() -> None:
    # The low of 01:20 is broken by the candle that comes back into the gap.
    story = STORY.replace("104.5/102 102.5, 103/98 99, 101/98.5 100", "104.5/102.8 103, ")
    bars = drawn(f"{story} 104/103 103.5, 103.6/98 99")
    bullish = last_of(bars, SMALL, held="0")
    assert bullish is not None
    assert bullish.direction is Direction.LONG
    strict = leaving().model_copy(update={"bias_required": True})
    for settings, higher in ((leaving(), ()), (strict, [Timeframe.M15])):  # without a bias yet
        signal = last_of(bars, settings, held="1", higher=higher)
        assert signal is not None
        assert signal.direction is Direction.FLAT
        assert "CHoCH 2026-09-28 01:35 below swing low 102.8" in signal.reason
    assert last_of(bars, leaving(), held="0") == bullish


def test_a_break_with_the_trend_leaves_nothing() -> None:
    assert last_of(drawn(STORY)[:7], leaving(), held="1") is None


def test_it_draws_what_it_sees() -> None:
    strategy, view = seen()
    labels = {shape.label for shape in strategy.explain(view.history("5m")[-1], view)}
    assert {"FVG partly filled", "OB mitigated", "OTE", "sweep", "CHoCH"} <= labels


def test_it_is_made_by_its_name_and_looks_as_far_back_as_its_memory() -> None:
    strategy = StrategyFactory.create("ict", IctSettings())
    assert isinstance(strategy, Ict)
    assert strategy.warmup_bars == 4320


def leaving() -> IctSettings:
    return SMALL.model_copy(update={"exit_on_shift": True})


def seen(*higher: Timeframe) -> tuple[Ict, MarketView]:
    """Show the story and return who saw it and what is to be seen."""
    board = Board(BTCUSDT, base=Timeframe.M5, higher=higher, capacity=200)
    for bar in drawn(STORY):
        board.take(bar)
    return Ict(SMALL), MarketView(board)


def last_of(
    bars: list[Candle], settings: IctSettings, *, held: str, higher: Iterable[Timeframe] = ()
) -> Signal | None:
    """Return what is said to the last candle by one who holds so much."""
    board = Board(BTCUSDT, base=Timeframe.M5, higher=higher, capacity=200)
    entry = None if held == "0" else price("100")
    position = Position(symbol=BTCUSDT, signed_quantity=Decimal(held), entry_price=entry)
    board.held = lambda: position
    view, strategy = MarketView(board), Ict(settings)
    for bar in bars:
        board.take(bar)
    return strategy.analyze(bars[-1], view)
