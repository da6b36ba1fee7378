"""Each check lets pass what it should, and tells the numbers that made it refuse."""

from collections.abc import Mapping, Sequence

import pytest
from msgspec.structs import replace

from noctule.domain.instrument import InstrumentStatus
from noctule.domain.regime import Regime
from noctule.domain.signals import Direction
from noctule.domain.values import MINUTE_MS, Symbol
from noctule.positions.portfolio import Holding
from noctule.risk.calendar import NewsWindow
from noctule.risk.case import EntryCase
from noctule.risk.checks import CHECKS
from noctule.risk.gate import Gate
from noctule.risk.limits import RiskLimits
from tests.builders import BTCUSDT, START_MS, instrument
from tests.risk_builders import (
    ETHUSDT,
    NOW_MS,
    case,
    desk,
    holding,
    portfolio,
    scene,
    wish,
)


def gate(check: str, of: EntryCase, limits: RiskLimits | None = None) -> Gate:
    """Run one check of the policy, by its name."""
    (function,) = (each for each in CHECKS if each.__name__ == check)
    found = function(of, limits or RiskLimits())
    assert found.check == check
    return found


def told(check: str, of: EntryCase, limits: RiskLimits | None = None) -> tuple[bool, str]:
    found = gate(check, of, limits)
    return found.is_open, found.text


@pytest.mark.parametrize("check", CHECKS)
def test_every_check_lets_a_sound_case_pass(check: object) -> None:
    assert callable(check)
    assert check(case(), RiskLimits()).is_open


def test_what_the_venue_does_not_trade_is_refused() -> None:
    halted = replace(instrument(), status=InstrumentStatus.NOT_TRADING)
    assert told("symbol_status", case(contract=halted)) == (False, "BTCUSDT is NOT_TRADING")


def test_a_symbol_with_orders_of_somebody_else_is_refused() -> None:
    theirs = case(at_desk=desk(foreign="2 orders are not ours"))
    assert told("foreign", theirs) == (False, "2 orders are not ours")


def test_a_symbol_with_a_position_of_somebody_else_is_refused_as_theirs() -> None:
    theirs = case(account=portfolio(holding("-0.5", symbol=BTCUSDT, is_ours=False)))
    assert told("foreign", theirs) == (False, "a position of -0.5 is not ours")
    assert gate("position", theirs).is_open


def test_our_own_position_is_not_foreign() -> None:
    ours = case(account=portfolio(holding(symbol=BTCUSDT)))
    assert gate("foreign", ours).is_open


@pytest.mark.parametrize(("in_flight", "state"), [(False, "held"), (True, "in flight")])
def test_a_symbol_that_is_held_or_being_entered_is_refused(in_flight: bool, state: str) -> None:
    held = holding("0.2", symbol=BTCUSDT, has_orders_in_flight=in_flight)
    assert told("position", case(account=portfolio(held))) == (False, f"0.2 is {state} already")


def test_a_signal_is_acted_upon_once() -> None:
    assert told("duplicate", case(at_desk=desk(is_acted_on=True))) == (
        False,
        "the signal of this candle was acted upon before",
    )


def test_a_candle_that_closed_before_the_start_is_history() -> None:
    early = case(wish(close_ms=START_MS - 1))
    assert told("before_start", early) == (False, "the candle closed 0.001 s before the start")
    assert gate("before_start", case(wish(close_ms=START_MS))).is_open


def test_positions_are_counted_up_to_their_limit_and_others_are_not_ours() -> None:
    limits = RiskLimits(max_positions=2)
    theirs = holding(symbol=Symbol("XRPUSDT"), is_ours=False)
    one = case(account=portfolio(holding(), theirs))
    two = case(account=portfolio(holding(), holding(symbol=Symbol("BNBUSDT")), theirs))
    assert told("max_positions", one, limits) == (True, "1 of 2 positions")
    assert told("max_positions", two, limits) == (False, "2 of 2 positions")


def test_entries_are_counted_up_to_their_rate() -> None:
    assert gate("order_rate", case(at_desk=desk(entries_last_minute=29))).is_open
    assert told("order_rate", case(at_desk=desk(entries_last_minute=30))) == (
        False,
        "30 of 30 entries in the last minute",
    )


def test_a_trade_that_is_not_wound_up_yet_keeps_the_next_one_out() -> None:
    assert told("position", case(at_desk=desk(has_bracket=True))) == (
        False,
        "the last trade is not wound up yet",
    )


def test_what_could_not_be_queued_is_refused() -> None:
    assert told("room", case(at_desk=desk(has_room=False))) == (
        False,
        "too many orders wait to be sent",
    )


@pytest.mark.parametrize(
    ("silent_ms", "expected"),
    [
        (90_000, (True, "last heard of 90000 ms ago, at most 90000")),
        (90_001, (False, "last heard of 90001 ms ago, at most 90000")),
        (None, (False, "nothing is heard of the symbol")),
    ],
)
def test_a_symbol_that_fell_silent_is_refused(
    silent_ms: int | None, expected: tuple[bool, str]
) -> None:
    assert told("stale_data", case(market=scene(silent_ms=silent_ms))) == expected


@pytest.mark.parametrize(
    ("offset_ms", "expected"),
    [
        (-1_000.0, (True, "the clocks differ by -1000 ms, at most 1000")),
        (-1_001.0, (False, "the clocks differ by -1001 ms, at most 1000")),
        (1_001.0, (False, "the clocks differ by 1001 ms, at most 1000")),
        (None, (True, "no other clock to compare with")),
    ],
)
def test_clocks_that_disagree_are_refused(
    offset_ms: float | None, expected: tuple[bool, str]
) -> None:
    assert told("clock_offset", case(market=scene(clock_offset_ms=offset_ms))) == expected


@pytest.mark.parametrize(
    ("scale", "regime", "expected"),
    [
        ((), Regime.ILLIQUID, (True, "no regime changes what is risked")),
        ((), None, (True, "no regime changes what is risked")),
        (("illiquid: 0",), Regime.ILLIQUID, (False, "the regime is illiquid: no entries are made")),
        (
            ("illiquid: 0",),
            Regime.RANGE,
            (True, "the regime is range: 1 of risk_per_trade is taken"),
        ),
        (("illiquid: 0",), None, (False, "the regime is not known yet: no entries are made")),
        (
            ("high_volatility: 0.50",),
            Regime.HIGH_VOLATILITY,
            (True, "the regime is high_volatility: 0.5 of risk_per_trade is taken"),
        ),
        (
            ("high_volatility: 0.5",),
            None,
            (True, "the regime is not known yet: 0.5 of risk_per_trade is taken"),
        ),
    ],
)
def test_a_regime_in_which_nothing_may_be_risked_is_refused(
    scale: tuple[str, ...], regime: Regime | None, expected: tuple[bool, str]
) -> None:
    limits = RiskLimits.model_validate({"regime_scale": scale})
    assert told("regime", case(market=scene(regime=regime)), limits) == expected


@pytest.mark.parametrize(
    ("bid", "ask", "expected"),
    [
        (999.5, 1_000.5, (True, "the spread is 0.1 %, at most 0.1 %")),
        (999.0, 1_001.0, (False, "the spread is 0.2 %, at most 0.1 %")),
        (None, 1_000.0, (False, "no bid and ask are known yet")),
        (1_000.0, None, (False, "no bid and ask are known yet")),
    ],
)
def test_a_wide_market_is_refused(
    bid: float | None, ask: float | None, expected: tuple[bool, str]
) -> None:
    assert told("spread", case(market=scene(bid=bid, ask=ask))) == expected


@pytest.mark.parametrize(
    ("mark_price", "expected"),
    [
        (60_500.0, (True, "signal at 60000.0, mark at 60500.0: 0.8264 % apart, at most 2 %")),
        (61_500.0, (False, "signal at 60000.0, mark at 61500.0: 2.439 % apart, at most 2 %")),
        (58_500.0, (False, "signal at 60000.0, mark at 58500.0: 2.564 % apart, at most 2 %")),
        (None, (False, "no mark price is known yet")),
    ],
)
def test_a_signal_that_the_market_left_behind_is_refused(
    mark_price: float | None, expected: tuple[bool, str]
) -> None:
    assert told("price_band", case(market=scene(mark_price=mark_price))) == expected


@pytest.mark.parametrize(
    ("minutes_left", "expected"),
    [
        (10.5, (True, "funding of 0.01 % in 10.5 minutes, not within 10")),
        (10, (False, "funding of 0.01 % in 10.0 minutes, not within 10")),
        (-0.5, (False, "funding of 0.01 % in -0.5 minutes, not within 10")),
    ],
)
def test_nothing_is_entered_shortly_before_funding(
    minutes_left: float, expected: tuple[bool, str]
) -> None:
    market = scene(next_funding_ms=NOW_MS + int(minutes_left * MINUTE_MS))
    assert told("funding", case(market=market), RiskLimits(funding_guard_minutes=10)) == expected


def test_a_funding_time_that_is_not_known_cannot_be_guarded() -> None:
    limits, market = RiskLimits(funding_guard_minutes=10), scene(next_funding_ms=None)
    assert told("funding", case(market=market), limits) == (
        False,
        "the next funding time is not known yet",
    )


def test_funding_of_an_unknown_rate_is_guarded_against_too() -> None:
    market = scene(funding_rate=None, next_funding_ms=NOW_MS)
    assert told("funding", case(market=market), RiskLimits(funding_guard_minutes=1)) == (
        False,
        "funding of unknown in 0.0 minutes, not within 1",
    )


def test_nothing_is_entered_while_news_is_expected() -> None:
    window = NewsWindow(from_ms=NOW_MS, to_ms=NOW_MS + 90_000, reason="payrolls")
    assert told("news", case(news=(window,))) == (False, "payrolls, for 1.5 minutes more")
    later = replace(window, from_ms=NOW_MS + 1)
    assert gate("news", case(news=(later,))).is_open


def test_a_day_that_lost_its_limit_is_over() -> None:
    account = portfolio(wallet="9500", day_equity="10000")
    assert told("daily_loss", case(account=account)) == (False, "the day lost 5 %, at most 5 %")


def test_equity_too_far_below_its_peak_is_refused() -> None:
    account = portfolio(wallet="7900", equity_peak="10000")
    assert told("drawdown", case(account=account)) == (
        False,
        "equity is 21 % below its peak, at most 20 %",
    )


ZIGZAG = [100.0 + (index * 7 % 5) for index in range(60)]
MIRRORED = [1_000.0 - 9 * close for close in ZIGZAG]
TOGETHER: Mapping[Symbol, Sequence[float]] = {BTCUSDT: ZIGZAG, ETHUSDT: ZIGZAG}
APART: Mapping[Symbol, Sequence[float]] = {BTCUSDT: ZIGZAG, ETHUSDT: MIRRORED}


@pytest.mark.parametrize(
    ("closes", "held", "direction", "is_open"),
    [
        (TOGETHER, holding("1"), Direction.LONG, False),
        (TOGETHER, holding("-1"), Direction.SHORT, False),
        (TOGETHER, holding("-1"), Direction.LONG, True),  # a hedge
        (TOGETHER, holding("1"), Direction.SHORT, True),
        (APART, holding("1"), Direction.LONG, True),
        (APART, holding("1"), Direction.SHORT, False),
        (APART, holding("-1"), Direction.LONG, False),
    ],
)
def test_the_same_bet_is_not_made_twice(
    closes: Mapping[Symbol, Sequence[float]], held: Holding, direction: Direction, is_open: bool
) -> None:
    found = gate("correlation", case(wish(direction), account=portfolio(held), closes=closes))
    assert found.is_open == is_open


def test_the_closest_of_the_held_ones_counts() -> None:
    account = portfolio(holding(symbol=Symbol("AUSDT")), holding(), holding(symbol=Symbol("BUSDT")))
    closes = {**TOGETHER, Symbol("AUSDT"): MIRRORED, Symbol("BUSDT"): MIRRORED}
    assert told("correlation", case(account=account, closes=closes)) == (
        False,
        "moves 1.00 with ETHUSDT, at most 0.9",
    )


def test_a_limit_of_one_lets_even_the_same_bet_pass() -> None:
    limits = RiskLimits.model_validate({"max_correlation": "1"})
    assert gate("correlation", case(account=portfolio(holding()), closes=TOGETHER), limits).is_open
