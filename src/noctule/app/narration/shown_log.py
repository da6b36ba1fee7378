"""Which entries of the log a person sees on the console, and in which words."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from noctule.telemetry.formats import Entry, fields_text, traceback_text
from noctule.telemetry.narration import Line, Tone

__all__ = ["ShownLog"]

_WARNINGS: Final[Mapping[str, Tone]] = {
    "WARNING": Tone.CARE,
    "ERROR": Tone.BAD,
    "CRITICAL": Tone.BAD,
}
# What the narrator tells of an event, or of its own accord, in better words.
_TOLD_OTHERWISE: Final = frozenset({"entries halted"})
# Of what is neither wrong nor told otherwise: what somebody who watches may wonder about.
_NOTES: Final = frozenset(
    {
        "account feed restored",
        "component recovered",
        "component restarts",
        "configuration reloaded",
        "feed restored",
        "halt ended",
        "key taken again",
        "kill switch off",
        "nothing to flatten",
        "online check passed",
        "setting applied",
        "strategy read the history",
    }
)
_OURSELVES: Final = frozenset({"shutdown", "watch over strategies"})


class ShownLog:
    """Shows warnings and errors, and of the rest what is worth a line.

    The log is dated by the wall. What a person sees is dated by the market, which may run faster:
    set `market_ms` as soon as there is one.
    """

    def __init__(self, *, is_verbose: bool) -> None:
        self.market_ms: Callable[[], int] | None = None
        self._is_verbose = is_verbose

    def show(self, entry: Entry) -> Sequence[Line]:
        """Return the line of an entry, if it is to be seen."""
        words = _WORDS.get(entry.message)
        if words is not None:
            line = words(entry, self._at_ms(entry))
            return () if line is None else (line,)
        tone = _WARNINGS.get(entry.level)
        is_note = entry.message in _NOTES or (self._is_verbose and entry.level != "DEBUG")
        if entry.message in _TOLD_OTHERWISE or not (tone or is_note or entry.level == "DEBUG"):
            return ()
        return (self._line(entry, tone),)

    def _line(self, entry: Entry, tone: Tone | None) -> Line:
        fields = {name: value for name, value in entry.fields.items() if name != "symbol"}
        return Line(
            at_ms=self._at_ms(entry),
            symbol=_symbol(entry),
            word="WARN" if entry.level == "WARNING" else "NOTE" if tone is None else entry.level,
            text=f"{entry.message}  {fields_text(fields)}".rstrip(),
            tone=tone or Tone.QUIET,
            below=traceback_text(entry.exception) if entry.exception is not None else "",
        )

    def _at_ms(self, entry: Entry) -> int:
        return entry.at_ms if self.market_ms is None else self.market_ms()


def _warmed_up(entry: Entry, at_ms: int) -> Line:
    fields = entry.fields
    text = f"{fields['kept']} candles of {fields['timeframe']} history read: indicators are warm"
    return Line(at_ms=at_ms, symbol=_symbol(entry), word="WARM", text=text, tone=Tone.QUIET)


def _running(_entry: Entry, at_ms: int) -> Line:
    return Line(at_ms=at_ms, word="READY", text="entries are on; Ctrl-C stops", tone=Tone.GOOD)


def _alert(entry: Entry, at_ms: int) -> Line:
    return Line(at_ms=at_ms, word="ALERT", text=str(entry.fields["text"]), tone=Tone.BAD)


def _leaving(entry: Entry, at_ms: int) -> Line:
    text = f"{entry.fields['cause']}; a second Ctrl-C leaves at once"
    return Line(at_ms=at_ms, word="LEAVING", text=text, tone=Tone.CARE)


def _command(entry: Entry, at_ms: int) -> Line | None:
    """Tell what somebody asked for; what we ask of ourselves is told by what comes of it."""
    command, actor, origin = (str(entry.fields[key]) for key in ("command", "actor", "origin"))
    if actor in _OURSELVES:
        return None
    text = f"{command} by {actor} ({origin})"
    return Line(at_ms=at_ms, word="COMMAND", text=text, tone=Tone.ACT)


def _silence(entry: Entry, at_ms: int) -> Line:
    again_s = int(str(entry.fields["again_in_ms"])) / 1_000
    text = f"the exchange does not answer ({entry.fields['cause']}): again in {again_s:.1f} s"
    return Line(at_ms=at_ms, word="WARN", text=text, tone=Tone.CARE)


def _stake(entry: Entry, at_ms: int) -> Line:
    text = "; ".join(f"{name.replace('_', ' ')}: {value}" for name, value in entry.fields.items())
    return Line(at_ms=at_ms, word="STAKE", text=text, tone=Tone.BAD)


def _finding(entry: Entry, at_ms: int) -> Line:
    tone = Tone.QUIET if entry.level == "INFO" else Tone.CARE
    return Line(at_ms=at_ms, word="CHECK", text=str(entry.fields["finding"]), tone=tone)


def _symbol(entry: Entry) -> str:
    return str(entry.fields.get("symbol", ""))


# By message: they are ours and fixed, and tests hold each against whoever writes it.
_WORDS: Final[Mapping[str, Callable[[Entry, int], Line | None]]] = {
    "warmed up": _warmed_up,
    "running": _running,
    "alert": _alert,
    "command received": _command,
    "REAL MONEY": _stake,
    "online check": _finding,
    "exchange does not answer": _silence,
    "shutting down": _leaving,
}
