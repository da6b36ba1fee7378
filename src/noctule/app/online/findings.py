"""One thing the exchange was asked, what it said, and what to do where that is not good."""

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

__all__ = ["Finding", "Verdict", "failed", "line_of", "passed", "verdict_of", "warned"]

_TOPIC_WIDTH = 12


class Verdict(StrEnum):
    """Whether one may trade like this."""

    OK = "ok"
    WARN = "warn"
    FAIL = "FAIL"


class Finding(Struct, frozen=True, kw_only=True):
    """One line of `check --online`."""

    topic: str
    verdict: Verdict
    text: str
    remedy: str | None = None


def passed(topic: str, text: str) -> Finding:
    """Find that something is as it should be."""
    return Finding(topic=topic, verdict=Verdict.OK, text=text)


def warned(topic: str, text: str, *, remedy: str) -> Finding:
    """Find something that one may live with."""
    return Finding(topic=topic, verdict=Verdict.WARN, text=text, remedy=remedy)


def failed(topic: str, text: str, *, remedy: str) -> Finding:
    """Find something that keeps us from trading."""
    return Finding(topic=topic, verdict=Verdict.FAIL, text=text, remedy=remedy)


def line_of(finding: Finding) -> str:
    """Return a finding as a person reads it, in one line."""
    remedy = "" if finding.remedy is None else f"; {finding.remedy}"
    return f"{finding.verdict.value:4}  {finding.topic:{_TOPIC_WIDTH}}  {finding.text}{remedy}"


def verdict_of(findings: Iterable[Finding]) -> Verdict:
    """Return the worst of all verdicts."""
    verdicts = {finding.verdict for finding in findings}
    return next((each for each in (Verdict.FAIL, Verdict.WARN) if each in verdicts), Verdict.OK)
