"""What a dry run comes to is said in a line each, with a remedy where it fails."""

import pytest
from typing_extensions import override

from noctule.app.online.findings import Finding, Verdict, line_of
from noctule.app.workbench.asking import Questioner
from noctule.app.workbench.purity import Impurity
from noctule.app.workbench.seal import Breach
from noctule.app.workbench.verdicts import answers, purity, refusals, signals, timing
from noctule.strategies import Candle, Direction, MarketView, Signal, Strategy, StrategySettings
from noctule.strategies.rehearsal import candles_from

MS = 1_000_000


class Silent(Strategy):
    @override
    def analyze(self, candle: Candle, view: MarketView) -> Signal | None:
        return None


def questioner(**troubles: int) -> Questioner:
    asked = Questioner(Silent(StrategySettings()), blame=repr)
    asked.took_ns = [1] * 100
    asked.troubles.update(troubles)
    asked.first = dict.fromkeys(troubles, "1m 2026-01-01 00:01")
    return asked


def lines(*findings: Finding) -> list[str]:
    return [line_of(each) for each in findings]


def test_a_refusal_is_the_files_or_the_settings() -> None:
    said = ["strategy check [strategy] path: f.py:3: no", "--set [strategy] n: unknown key"]
    assert lines(*refusals(said, command="strategy check")) == [
        "FAIL  file      f.py:3: no",
        "FAIL  settings  --set [strategy] n: unknown key",
    ]


def test_good_answers_are_one_line() -> None:
    assert lines(*answers(questioner())) == [
        "ok    answers   asked 100 times, it answered with a Signal or None each time"
    ]


def test_the_most_frequent_mistakes_are_told_first_and_the_rest_is_counted() -> None:
    found = lines(*answers(questioner(a=1, b=4, c=3, d=2, e=1)))
    first = "first at 1m 2026-01-01 00:01; mend it: 3 in a row disable it"
    assert found == [
        f"FAIL  answers   b: 4 of 100 times, {first}",
        f"FAIL  answers   c: 3 of 100 times, {first}",
        f"FAIL  answers   d: 2 of 100 times, {first}",
        "FAIL  answers   and 2 other mistakes; mend these first",
    ]


def test_a_missing_timeframe_has_its_own_remedy() -> None:
    (line,) = lines(*answers(questioner(**{"add 1h to [trading] higher_timeframes": 1})))
    assert line.endswith("; here they are named with --higher, e.g. --higher 1h")


def test_signals_are_counted_and_the_first_of_each_is_quoted() -> None:
    candles = candles_from([1, 2, 3, 4])
    said = [
        (candles[1], Signal(direction=Direction.LONG, reason="up")),
        (candles[2], Signal(direction=Direction.FLAT, reason="down")),
        (candles[3], Signal(direction=Direction.LONG, reason="up again")),
    ]
    assert lines(*signals(said, questioner())) == [
        "ok    signals   3: 2 LONG, 0 SHORT, 1 FLAT; the first LONG at 1m 2026-01-01 00:02 "
        "because of 'up'; FLAT at 1m 2026-01-01 00:03 because of 'down'"
    ]


def test_no_signal_at_all_is_strange_unless_it_failed() -> None:
    assert [each.verdict for each in signals([], questioner())] == [Verdict.WARN]
    assert [*signals([], questioner(a=1))] == []


@pytest.mark.parametrize(
    ("longest_ms", "verdict"),
    [(50, Verdict.OK), (51, Verdict.WARN), (1_000, Verdict.WARN), (1_001, Verdict.FAIL)],
)
def test_time_is_measured_by_what_the_bot_bears(longest_ms: int, verdict: Verdict) -> None:
    found = timing([2_000, 3_000, longest_ms * MS])
    assert found.verdict is verdict
    assert found.text.startswith(f"a call took 3 µs as a rule, {longest_ms}.0 ms at most")


def test_each_touch_of_the_world_is_told_once() -> None:
    text = [("f.py", Impurity(line=3, what="open asks for files"))]
    breaches = [
        Breach(where="f.py:3", what="it opened a file (open x)"),
        Breach(where="g.py:1", what="it opened a file (open y)"),
    ]
    remedy = "; what it needs must come with candle, view or settings"
    assert lines(*purity(text, breaches, ["f.py: it changed a candle"])) == [
        "FAIL  purity    f.py:3: open asks for files",
        f"FAIL  purity    g.py:1: it opened a file (open y){remedy}",
        f"FAIL  purity    f.py: it changed a candle{remedy}",
    ]
    assert [each.verdict for each in purity([], [], [])] == [Verdict.OK]
