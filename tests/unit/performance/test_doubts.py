"""The doubts of a run come heaviest first."""

from noctule.performance.doubts import Gravity, doubts_of
from noctule.performance.equity import DAY_MS
from noctule.performance.summary import summarise
from tests.course_builders import BTC, START_MS, course, curve, long_course, trade


def test_the_heaviest_doubt_comes_first() -> None:
    run = course(trade("10", is_ambiguous=True), trade("9"), capped=1)

    found = doubts_of(run, summarise(run))

    assert [(doubt.name, doubt.gravity) for doubt in found] == [
        ("few_trades", Gravity.GRAVE),
        ("ambiguous_candles", Gravity.GRAVE),
        ("short_span", Gravity.GRAVE),
        ("idle", Gravity.SERIOUS),
        ("capped", Gravity.SERIOUS),
    ]


def test_every_doubt_is_a_sentence_under_a_name_of_its_own() -> None:
    run = long_course(trades=40, symbols=(BTC,), hours=2_000)

    found = doubts_of(run, summarise(run))

    assert len(found) > 3
    assert len({doubt.name for doubt in found}) == len(found)
    assert all(doubt.text.endswith(".") for doubt in found)


def test_a_long_and_steady_run_is_not_doubted_for_the_sake_of_it() -> None:
    trades = [
        trade(net, closed_ms=START_MS + 3 * number * DAY_MS)
        for number, net in enumerate(["11", "9", "10", "-5"] * 30, start=1)
    ]
    worth = [1_000 + 750 * day / 365 for day in range(1, 366)]
    run = course(*trades, curve=curve(worth, base_ms=DAY_MS), base_ms=DAY_MS)

    assert doubts_of(run, summarise(run)) == ()
