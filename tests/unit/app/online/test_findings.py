"""Findings in one line each, and the worst of them all."""

from noctule.app.online.findings import Verdict, failed, line_of, passed, verdict_of, warned

GOOD = passed("clock", "12 ms")
DOUBTFUL = warned("rights", "may withdraw", remedy="make a key that may not")
BAD = failed("symbol", "NOSUCH is not listed", remedy="correct [trading] symbols")


def test_a_finding_is_one_line_with_its_remedy() -> None:
    assert [line_of(each) for each in (GOOD, DOUBTFUL, BAD)] == [
        "ok    clock         12 ms",
        "warn  rights        may withdraw; make a key that may not",
        "FAIL  symbol        NOSUCH is not listed; correct [trading] symbols",
    ]


def test_the_worst_finding_decides() -> None:
    assert verdict_of([]) is Verdict.OK
    assert verdict_of([GOOD]) is Verdict.OK
    assert verdict_of([GOOD, DOUBTFUL]) is Verdict.WARN
    assert verdict_of([BAD, DOUBTFUL, GOOD]) is Verdict.FAIL
