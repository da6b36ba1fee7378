"""Of the log a person sees what is wrong, what is worth a line, and nothing else."""

import pytest

from noctule.app.narration.shown_log import ShownLog
from noctule.telemetry.formats import Entry, Plain
from tests.builders import START_MS


def entry(message: str, *, level: str = "INFO", **fields: Plain) -> Entry:
    return Entry(
        at_ms=START_MS, level=level, component="c", trace="", message=message, fields=fields
    )


def shown(each: Entry, *, is_verbose: bool = False) -> list[str]:
    lines = ShownLog(is_verbose=is_verbose).show(each)
    return [f"{line.symbol or '-'} {line.word} {line.text}" for line in lines]


@pytest.mark.parametrize(
    ("each", "line"),
    [
        (
            entry("feed lost", level="WARNING", symbol="BTCUSDT", reason="reset by peer"),
            'BTCUSDT WARN feed lost  reason="reset by peer"',
        ),
        (entry("second bot", level="ERROR"), "- ERROR second bot"),
        (entry("feed restored", symbol="BTCUSDT"), "BTCUSDT NOTE feed restored"),
        (
            entry("warmed up", symbol="BTCUSDT", timeframe="1m", kept=500, told=500),
            "BTCUSDT WARM 500 candles of 1m history read: indicators are warm",
        ),
        (entry("running"), "- READY entries are on; Ctrl-C stops"),
        (entry("alert", level="ERROR", text="naked"), "- ALERT naked"),
        (
            entry("command received", command="pause", actor="ana", origin="socket"),
            "- COMMAND pause by ana (socket)",
        ),
        (
            entry("shutting down", cause="SIGINT"),
            "- LEAVING SIGINT; a second Ctrl-C leaves at once",
        ),
        (
            entry("REAL MONEY", level="WARNING", per_trade="10.00 USDT"),
            "- STAKE per trade: 10.00 USDT",
        ),
        (entry("online check", finding="ok  clock"), "- CHECK ok  clock"),
        (entry("online check", level="WARNING", finding="fails"), "- CHECK fails"),
        (
            entry("exchange does not answer", level="WARNING", cause="no route", again_in_ms=500),
            "- WARN the exchange does not answer (no route): again in 0.5 s",
        ),
        (entry("odd", level="DEBUG"), "- NOTE odd"),
    ],
)
def test_what_a_person_wants_to_know_is_a_line(each: Entry, line: str) -> None:
    assert shown(each) == [line]


@pytest.mark.parametrize(
    "each",
    [
        entry("initialized", step="1/10"),
        entry("entries halted", level="WARNING", check="c"),
        entry("command received", command="cancel entries", actor="shutdown", origin="policy"),
    ],
)
def test_what_is_told_otherwise_or_says_nothing_to_a_person_is_left_to_the_file(
    each: Entry,
) -> None:
    assert shown(each) == []


def test_who_asked_for_everything_sees_everything() -> None:
    assert shown(entry("initialized", step="1/10"), is_verbose=True) == [
        "- NOTE initialized  step=1/10"
    ]


def test_an_exception_stands_below_its_line() -> None:
    failed = ShownLog(is_verbose=False).show(
        Entry(
            at_ms=0,
            level="ERROR",
            component="c",
            trace="",
            message="failed",
            fields={},
            exception="Traceback",
        )
    )
    assert failed[0].below == "Traceback"


def test_lines_are_dated_by_the_market_as_soon_as_there_is_one() -> None:
    log = ShownLog(is_verbose=False)
    assert log.show(entry("running"))[0].at_ms == START_MS
    log.market_ms = lambda: START_MS + 60_000
    assert log.show(entry("running"))[0].at_ms == START_MS + 60_000
