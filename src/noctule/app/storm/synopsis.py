"""A story in words: what the market did and what went wrong, in the order of time."""

from collections.abc import Iterator
from typing import Final

from noctule.app.storm.story import Mishap, Outage, Shock, Story, WireFault

__all__ = ["synopsis", "time_text"]

_SECOND_MS, _MINUTE_MS, _HOUR_MS = 1_000, 60_000, 3_600_000
_WORDS: Final = {
    "WireFault": "the exchange:",
    "Outage": "the exchange, for a while:",
    "Crash": "the process dies:",
    "Restart": "the process is restarted:",
    "DiskFailure": "the disk is full:",
    "ClockJump": "the wall clock is set:",
    "SlowStreams": "the streams are read late:",
    "KeyEnd": "the account's listen key ends:",
    "Operate": "the owner commands:",
    "Hand": "the owner's hand:",
    "Reload": "the configuration is read anew:",
    "Shock": "the market:",
}


def synopsis(story: Story) -> Iterator[str]:
    """Yield a line for what it plays on, and one for each thing that happens."""
    yield (
        f"{story.minutes} minutes of {', '.join(story.symbols)}, seed {story.seed}, "
        f"profile {story.profile}"
    )
    for setting in story.settings:
        yield f"with {setting}"
    for each in sorted((*story.troubles, *story.shocks), key=lambda each: each.at_ms):
        yield f"{time_text(each.at_ms)}  {_worded(each)}"


def time_text(at_ms: int) -> str:
    """Write the time since the opening."""
    sign, left_ms = ("-", -at_ms) if at_ms < 0 else ("", at_ms)
    hours, left_ms = divmod(left_ms, _HOUR_MS)
    minutes, left_ms = divmod(left_ms, _MINUTE_MS)
    return f"{sign}{hours}:{minutes:02}:{left_ms // _SECOND_MS:02}.{left_ms % _SECOND_MS:03}"


def _worded(each: Mishap | Shock) -> str:
    words = [_WORDS[type(each).__name__], *_details(each)]
    if isinstance(each, Shock) or each.on is None:
        return " ".join(words)
    return " ".join([f"on the next {each.on.value},", *words])


def _details(each: Mishap | Shock) -> Iterator[str]:
    if isinstance(each, WireFault | Outage):
        fault = each.fault
        yield f"{fault.kind.value} on {fault.match}"
        yield "until it ends" if fault.times is None else f"{fault.times} ×"
    for name in each.__struct_fields__:
        value = getattr(each, name)
        if name not in ("at_ms", "on", "fault") and value not in ("", 0.0):
            yield f"{name} {value}"
