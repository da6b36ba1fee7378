"""What a dry run comes to, in findings: answers, signals, time, and what was touched."""

from collections import Counter
from collections.abc import Iterable, Iterator
from statistics import median
from typing import Final

from noctule.adapters.report.axes import minute_text
from noctule.app.online.findings import Finding, Verdict, failed, passed, warned
from noctule.app.workbench.asking import Questioner, Said
from noctule.app.workbench.purity import Impurity
from noctule.app.workbench.seal import Breach
from noctule.domain.market import Candle
from noctule.domain.signals import Direction, Signal
from noctule.engine.opinions import OpinionLimits

__all__ = ["LIMITS", "answers", "purity", "refusals", "signals", "timing"]

LIMITS: Final = OpinionLimits()

_TOLD_MAX: Final = 3
_REASON_MAX: Final = 80  # characters of it that are quoted
_US: Final = 1_000  # nanoseconds
_MS: Final = 1_000_000
_PURE: Final = "what it needs must come with candle, view or settings"


def refusals(problems: Iterable[str], *, command: str) -> Iterator[Finding]:
    """Say why the strategy could not be made: its file, or what its settings were told."""
    of_file = (f"{command} [strategy] path: ", f"{command} [strategy] name: ")
    for problem in problems:
        text = problem
        for beginning in of_file:
            text = text.removeprefix(beginning)
        topic = "settings" if text == problem else "file"
        yield Finding(topic=topic, verdict=Verdict.FAIL, text=text)


def answers(questioner: Questioner) -> Iterator[Finding]:
    """Tell what was raised or returned wrong, the most frequent first."""
    asked = len(questioner.took_ns)
    if not questioner.troubles:
        yield passed("answers", f"asked {asked} times, it answered with a Signal or None each time")
        return
    for trouble, count in questioner.troubles.most_common(_TOLD_MAX):
        what = f"{trouble}: {count} of {asked} times, first at {questioner.first[trouble]}"
        yield failed("answers", what, remedy=_remedy(trouble))
    more = len(questioner.troubles) - _TOLD_MAX
    if more > 0:
        yield failed("answers", f"and {more} other mistakes", remedy="mend these first")


def _remedy(trouble: str) -> str:
    if "higher_timeframes" in trouble:
        return "here they are named with --higher, e.g. --higher 1h"
    return f"mend it: {LIMITS.failures_max} in a row disable it"


def signals(said: Said, questioner: Questioner) -> Iterator[Finding]:
    """Count what it called for and quote the first of each; silence is strange, if it can speak."""
    if not said:
        if not questioner.troubles:
            remedy = "try other settings with --set, or candles of your own with --data"
            yield warned("signals", "it signalled nothing at all", remedy=remedy)
        return
    counted = Counter(signal.direction for _, signal in said)
    counts = ", ".join(f"{counted[each]} {each}" for each in Direction)
    firsts = {signal.direction: (candle, signal) for candle, signal in reversed(said)}
    quoted = "; ".join(_quoted(*firsts[each]) for each in Direction if each in firsts)
    yield passed("signals", f"{len(said)}: {counts}; the first {quoted}")


def _quoted(candle: Candle, signal: Signal) -> str:
    when = f"{candle.timeframe} {minute_text(candle.close_ms + 1)}"
    return f"{signal.direction} at {when} because of {signal.reason[:_REASON_MAX]!r}"


def timing(took_ns: Iterable[int]) -> Finding:
    """Compare what the calls took with what the bot bears."""
    took = sorted(took_ns)
    longest_ms = took[-1] / _MS
    usual = f"{median(took) / _US:.0f} µs as a rule, {longest_ms:.1f} ms at most"
    if longest_ms > LIMITS.too_slow_ms:
        remedy = f"it is disabled above {LIMITS.too_slow_ms} ms: nothing else runs meanwhile"
        return failed("time", f"a call took {usual}", remedy=remedy)
    if longest_ms > LIMITS.slow_ms:
        remedy = f"the bot warns above {LIMITS.slow_ms} ms: nothing else runs meanwhile"
        return warned("time", f"a call took {usual}", remedy=remedy)
    return passed("time", f"a call took {usual}; {LIMITS.slow_ms} ms are fine")


def purity(
    text: Iterable[tuple[str, Impurity]], breaches: Iterable[Breach], changed: Iterable[str]
) -> Iterator[Finding]:
    """Tell what it touches of the world: as its text says, as was heard, as was found changed."""
    of_text = {f"{shown}:{each.line}": each.what for shown, each in text}
    for where, what in of_text.items():
        yield Finding(topic="purity", verdict=Verdict.FAIL, text=f"{where}: {what}")
    heard = [f"{each.where}: {each.what}" for each in sorted(breaches) if each.where not in of_text]
    found = [*heard, *changed]
    for what in found:
        yield failed("purity", what, remedy=_PURE)
    if not (of_text or found):
        yield passed("purity", "it asks for no clock, network, file or chance, and changes nothing")
