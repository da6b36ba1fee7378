"""Each doubt that a run raises is one sentence with its number, and silent without cause."""

import pytest

from noctule.performance.doubt import Doubt, Gravity
from noctule.performance.doubts_of_run import ON_RUN
from noctule.performance.equity import DAY_MS
from noctule.performance.records import Course
from noctule.performance.summary import summarise
from tests.course_builders import (
    BTC,
    ETH,
    HOUR_MS,
    START_MS,
    course,
    curve,
    daily_course,
    held,
    trade,
)


def doubts(run: Course) -> dict[str, Doubt]:
    found = [ask(run, summarise(run)) for ask in ON_RUN]
    return {doubt.name: doubt for doubt in found if doubt}


def days_of(count: int, **rest: object) -> Course:
    return daily_course(*[1_000.0] * count, **rest)


def test_a_year_of_nothing_raises_no_doubt_about_itself() -> None:
    assert doubts(days_of(365)) == {}


def test_a_lost_account_is_grave() -> None:
    run = course(trade("-1000"), curve=curve([1_000, 0]))

    assert doubts(run)["ruin"] == Doubt(
        name="ruin",
        gravity=Gravity.GRAVE,
        text="The account was lost: equity fell by 100.0 % of its peak.",
        number=1.0,
    )
    assert "ruin" not in doubts(course(trade("-999"), curve=curve([1_000, 1])))


@pytest.mark.parametrize(
    ("net", "fees", "gravity"), [("10", "10", Gravity.SERIOUS), ("-1", "21", Gravity.GRAVE)]
)
def test_costs_that_eat_the_profit_are_told(net: str, fees: str, gravity: Gravity) -> None:
    found = doubts(course(trade(net, fees=fees)))["costs"]

    assert found.gravity is gravity
    assert found.text == (
        f"Fees, funding and slippage took {fees}.00 of the 20.00 that the trades made before them."
    )


def test_small_costs_and_trades_that_lost_anyway_raise_no_doubt_about_costs() -> None:
    assert "costs" not in doubts(course(trade("19", fees="1")))
    assert "costs" not in doubts(course(trade("-10", fees="1")))


def test_a_run_that_holding_beats_is_told_so() -> None:
    found = doubts(course(trade("10"), held={BTC: held([100.0, 100.0, 100.0, 150.0])}))["holding"]

    assert found.gravity is Gravity.SERIOUS
    assert found.number == 0.5
    assert found.text == "Buying and holding made 50.0 % over the same time, this run 1.0 %."


def test_a_run_that_lost_less_than_holding_beats_it() -> None:
    falling = {BTC: held([100.0, 100.0, 100.0, 50.0])}

    assert "holding" not in doubts(course(trade("-10"), held=falling))


@pytest.mark.parametrize(
    ("days", "gravity"),
    [(30, Gravity.GRAVE), (31, Gravity.SERIOUS), (91, Gravity.MILD), (364, Gravity.MILD)],
)
def test_less_than_a_year_is_short(days: int, gravity: Gravity) -> None:
    found = doubts(days_of(days))["short_span"]

    assert found.gravity is gravity
    assert found.number == days
    assert found.text == f"It ran for {days} d: less than a year shows few moods of a market."


def test_a_market_that_went_one_way_only_is_one_market() -> None:
    rising = held([100.0 + day for day in range(365)])
    falling = held([500.0 - day for day in range(365)])
    hump = held([100.0 + min(day, 365 - day) for day in range(365)])

    up = doubts(days_of(365, held={BTC: rising}))["one_regime"]
    down = doubts(days_of(365, held={BTC: falling}))["one_regime"]

    assert up.gravity is Gravity.SERIOUS
    assert up.text == (
        "The market knew one direction, up: 100 % of its way in 30-day steps led there."
    )
    assert (up.number, down.number) == (1.0, -1.0)
    assert "direction, down" in down.text
    assert "one_regime" not in doubts(days_of(365, held={BTC: hump}))


@pytest.mark.parametrize(
    ("missing", "gravity"), [(1, Gravity.MILD), (20, Gravity.SERIOUS), (300, Gravity.GRAVE)]
)
def test_candles_that_lack_are_told(missing: int, gravity: Gravity) -> None:
    run = days_of(365, candles={BTC: 500, ETH: 500}, missing={BTC: missing, ETH: 0})

    found = doubts(run)["gaps"]

    assert found.gravity is gravity
    assert found.number == missing / (1_000 + missing)
    assert found.text.startswith(f"{missing} candles are missing from the data of 1 symbol (")


def test_gaps_in_several_symbols_are_told_together() -> None:
    run = days_of(365, candles={BTC: 50, ETH: 50}, missing={BTC: 1, ETH: 2})

    assert doubts(run)["gaps"].text == (
        "3 candles are missing from the data of 2 symbols (2.91 % of all)."
    )


def test_profit_that_nobody_took_is_told() -> None:
    most = doubts(course(trade("10"), curve=curve([1_000, 1_030]), open_at_end=2))["open_at_end"]
    little = doubts(course(trade("30"), curve=curve([1_000, 1_031]), open_at_end=1))["open_at_end"]

    assert most.gravity is Gravity.SERIOUS
    assert most.text == (
        "2 positions were still open at the end: 20.00 of the result 30.00 is theirs."
    )
    assert little.gravity is Gravity.MILD
    assert little.text.startswith("1 position was still open")


def test_books_that_do_not_balance_are_grave() -> None:
    run = course(trade("10"), curve=curve([1_000, 1_030]))

    assert doubts(run)["unexplained"] == Doubt(
        name="unexplained",
        gravity=Gravity.GRAVE,
        text=(
            "Nothing is open, and yet equity and trades differ by 20.00: "
            "the account holds what no trade tells."
        ),
        number=20.0,
    )


@pytest.mark.parametrize(
    ("days", "gravity"), [(1, Gravity.MILD), (100, Gravity.SERIOUS), (200, Gravity.GRAVE)]
)
def test_halts_weigh_by_their_time(days: int, gravity: Gravity) -> None:
    run = days_of(365, halts=("drawdown since 2023-05-03",), halted_ms=days * DAY_MS)

    found = doubts(run)["halts"]

    assert found.gravity is gravity
    assert found.number == pytest.approx(days / 365)
    assert found.text.startswith(f"Entries were kept off for {days} d (")
    assert found.text.endswith("by a halt; the last: drawdown since 2023-05-03.")


def test_several_halts_are_counted_and_nameless_ones_told_too() -> None:
    several = doubts(days_of(365, halts=("one", "two"), halted_ms=HOUR_MS))["halts"]
    nameless = doubts(days_of(365, halted_ms=HOUR_MS))["halts"]
    timeless = doubts(days_of(365, halts=("one", "two")))["halts"]

    assert several.text == (
        "Entries were kept off for 1 h (0.01 % of the time) by 2 halts; the last: two."
    )
    assert nameless.text == "Entries were kept off for 1 h (0.01 % of the time) by a halt."
    assert timeless.text == "Entries were kept off by 2 halts; the last: two."


@pytest.mark.parametrize(("days", "gravity"), [(100, Gravity.MILD), (200, Gravity.SERIOUS)])
def test_a_run_that_held_nothing_for_long_is_told_so(days: int, gravity: Gravity) -> None:
    early = trade(opened_ms=START_MS, closed_ms=START_MS + 65 * DAY_MS)
    late = trade(opened_ms=START_MS + (65 + days) * DAY_MS, closed_ms=START_MS + 365 * DAY_MS)
    worth = curve([1_020.0] * 365, base_ms=DAY_MS)

    found = doubts(course(early, late, curve=worth, base_ms=DAY_MS))["idle"]

    assert found.gravity is gravity
    assert found.number == days / 365
    assert found.text == (f"It held nothing for {days} d on end ({days / 3.65:.1f} % of its time).")


def test_short_rests_and_runs_without_a_trade_are_not_called_idle() -> None:
    assert "idle" not in doubts(days_of(365))
    assert "idle" not in doubts(course(trade(closed_ms=START_MS + 4 * HOUR_MS)))


@pytest.mark.parametrize(("refused", "gravity"), [(5, Gravity.MILD), (8, Gravity.SERIOUS)])
def test_signals_that_were_mostly_refused_are_told_with_the_check(
    refused: int, gravity: Gravity
) -> None:
    run = days_of(365, signals=10, refused={"spread": 1, "drawdown": refused - 1})

    found = doubts(run)["refusals"]

    assert found.gravity is gravity
    assert found.text == (
        f"{refused} of 10 signals were refused ({refused * 10}.0 %), "
        f"{refused - 1} of them by drawdown."
    )


def test_few_refusals_raise_no_doubt() -> None:
    assert "refusals" not in doubts(days_of(365, signals=10, refused={"spread": 4}))


def test_sizes_that_a_limit_chose_are_told() -> None:
    few = doubts(course(trade(), trade(), trade(), capped=1))["capped"]
    most = doubts(course(trade(), capped=1))["capped"]

    assert few.gravity is Gravity.MILD
    assert few.text == (
        "1 of 3 entries were made smaller by a limit: they risked less than was asked for."
    )
    assert (most.gravity, most.number) == (Gravity.SERIOUS, 1.0)
