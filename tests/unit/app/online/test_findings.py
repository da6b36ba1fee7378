"""Findings in one line each, and the worst of them all."""

from noctule.app.online.findings import (
    Verdict,
    failed,
    line_of,
    passed,
    verdict_of,
    warned,
    wrapped,
)

GOOD = passed("clock", "12 ms")
DOUBTFUL = warned("rights", "may withdraw", remedy="make a key that may not")
BAD = failed("symbol", "NOSUCH is not listed", remedy="correct [trading] symbols")


def test_a_finding_is_one_line_with_its_remedy() -> None:
    assert [line_of(each) for each in (GOOD, DOUBTFUL, BAD)] == [
        "ok    clock     12 ms",
        "warn  rights    may withdraw; make a key that may not",
        "FAIL  symbol    NOSUCH is not listed; correct [trading] symbols",
    ]


def test_the_worst_finding_decides() -> None:
    assert verdict_of([]) is Verdict.OK
    assert verdict_of([GOOD]) is Verdict.OK
    assert verdict_of([GOOD, DOUBTFUL]) is Verdict.WARN
    assert verdict_of([BAD, DOUBTFUL, GOOD]) is Verdict.FAIL


def test_whatever_a_stranger_writes_a_finding_stays_one_line() -> None:
    told = failed("key", "refused: a\nb\x1b[31m\u2028c", remedy="look")
    assert line_of(told) == "FAIL  key       refused: a b [31m c; look"


def test_on_a_narrow_screen_the_topic_stands_out() -> None:
    assert wrapped(BAD, 40).splitlines() == [
        "FAIL  symbol    NOSUCH is not listed;",
        "                correct [trading]",
        "                symbols",
    ]
    assert wrapped(BAD, 80) == line_of(BAD)
