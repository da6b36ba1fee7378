"""One thing the exchange was asked, what it said, and what to do where that is not good."""

import textwrap
from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct, structs

__all__ = ["Finding", "Verdict", "failed", "line_of", "passed", "verdict_of", "warned", "wrapped"]

_TOPIC_WIDTH = 8


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
    """Return a finding as a person reads it, in one line whatever a stranger wrote into it."""
    remedy = "" if finding.remedy is None else f"; {finding.remedy}"
    line = f"{finding.verdict.value:4}  {finding.topic:{_TOPIC_WIDTH}}  {finding.text}{remedy}"
    return "".join(each if each.isprintable() else " " for each in line)


def wrapped(finding: Finding, columns: int) -> str:
    """Return a finding as a person reads it on a screen so wide, its topic standing out."""
    indent = " " * len(line_of(structs.replace(finding, text="", remedy=None)))
    return textwrap.fill(
        line_of(finding), width=columns, subsequent_indent=indent, break_on_hyphens=False
    )


def verdict_of(findings: Iterable[Finding]) -> Verdict:
    """Return the worst of all verdicts."""
    verdicts = {finding.verdict for finding in findings}
    return next((each for each in (Verdict.FAIL, Verdict.WARN) if each in verdicts), Verdict.OK)
