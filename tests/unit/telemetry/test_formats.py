"""Log lines, for eyes and for machines."""

import json
from decimal import Decimal

import msgspec
import pytest
from typing_extensions import override

from noctule.domain.values import Side
from noctule.telemetry.formats import Colour, Entry, Plain, iso_ms, json_line, plain, text_line

AT_MS = 1_795_223_854_123
TRACE = "BTCUSDT:1m:1795223820000"


class Evil:
    @override
    def __str__(self) -> str:
        raise Odd


class Odd(Exception):
    pass


def entry(
    *,
    level: str = "INFO",
    component: str = "engine.bus",
    message: str = "queue drained",
    trace: str = TRACE,
    exception: BaseException | str | None = None,
    **fields: Plain,
) -> Entry:
    return Entry(
        at_ms=AT_MS,
        level=level,
        component=component,
        trace=trace,
        message=message,
        fields=fields,
        exception=exception,
    )


def caught(message: str) -> ValueError:
    with pytest.raises(ValueError, match="bad") as raised:
        raise ValueError(message)
    return raised.value


def test_a_text_line_has_columns_then_message_fields_and_trace() -> None:
    assert text_line(entry(queue="data", left=0), Colour.OFF) == (
        "2026-11-21 01:17:34.123Z INFO    engine.bus     "
        "queue drained  queue=data left=0  [BTCUSDT:1m:1795223820000]\n"
    )


def test_an_entry_without_fields_and_trace_ends_with_its_message() -> None:
    assert text_line(entry(trace=""), Colour.OFF) == (
        "2026-11-21 01:17:34.123Z INFO    engine.bus     queue drained\n"
    )


def test_colour_marks_the_level_and_dims_the_trace() -> None:
    line = text_line(entry(level="WARNING", trace="T"), Colour.ON)
    assert line == (
        "2026-11-21 01:17:34.123Z \x1b[33mWARNING\x1b[0m engine.bus     "
        "queue drained\x1b[2m  [T]\x1b[0m\n"
    )


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("plain", "plain"),
        ("", '""'),
        ("two words", '"two words"'),
        ("a=b", '"a=b"'),
        ('say "no"', r'"say \"no\""'),
        ("line\nbreak", r'"line\nbreak"'),
        ("\x1b[2Jgone", r'"\u001b[2Jgone"'),
        ("next\x85line\u2028", r'"next\x85line\u2028"'),
        ("turned\u202earound", r'"turned\u202earound"'),
        ("half\udc80", r'"half\udc80"'),
        (None, "None"),
        (True, "True"),
    ],
)
def test_a_text_value_can_neither_break_the_line_nor_steer_the_terminal(
    value: Plain, written: str
) -> None:
    line = text_line(entry(trace="", value=value), Colour.OFF)
    assert line.endswith(f"queue drained  value={written}\n")


def test_a_line_break_in_message_trace_component_or_field_name_is_escaped() -> None:
    odd = entry(component="evil\nlog", message="one\ntwo", trace="a\nb")
    line = text_line(msgspec.structs.replace(odd, fields={"na\nme": 1}), Colour.OFF)
    assert line == (
        "2026-11-21 01:17:34.123Z INFO    evil\\nlog      one\\ntwo  na\\nme=1  [a\\nb]\n"
    )


def test_without_a_trace_there_is_nothing_to_dim() -> None:
    line = text_line(entry(trace=""), Colour.ON)
    assert line.endswith("engine.bus     queue drained\n")


def test_no_line_of_a_traceback_can_pass_for_an_entry() -> None:
    failure = caught("bad\n2026-11-21 01:17:34.123Z INFO forged\x1b[2J")
    lines = text_line(entry(exception=failure), Colour.OFF).splitlines()
    assert lines[1] == "    Traceback (most recent call last):"
    assert lines[-1] == "    2026-11-21 01:17:34.123Z INFO forged\\x1b[2J"
    assert all(line.startswith("    ") for line in lines[1:])


def test_a_json_line_has_the_known_keys_first_and_stays_one_line() -> None:
    line = json_line(entry(queue="da\nta", left=0, share=0.5, known=None))
    assert line == (
        '{"at":"2026-11-21T01:17:34.123Z","level":"INFO","component":"engine.bus",'
        '"trace":"BTCUSDT:1m:1795223820000","message":"queue drained",'
        '"queue":"da\\nta","left":0,"share":0.5,"known":null}\n'
    )


def test_a_field_cannot_overwrite_a_known_key() -> None:
    line = json.loads(json_line(entry(at="never")))
    assert (line["at"], line["at_"]) == ("2026-11-21T01:17:34.123Z", "never")


def test_a_traceback_that_is_text_already_is_written_as_it_is() -> None:
    one = entry(exception="Traceback\n  here")
    assert json.loads(json_line(one))["exception"] == "Traceback\n  here"
    assert text_line(one, Colour.OFF).splitlines()[1:] == ["    Traceback", "      here"]


def test_an_exception_is_text_in_json() -> None:
    line = json_line(entry(exception=caught("bad\nnews")))
    assert line.count("\n") == 1
    assert json.loads(line)["exception"].endswith("ValueError: bad\nnews")


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("text", "text"),
        (7, 7),
        (None, None),
        (1.5, 1.5),
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        (Decimal("0.10"), "0.10"),
        (Side.BUY, "BUY"),
        (["a", 1], "['a', 1]"),
        (10**300, 10**300),
        pytest.param(-(10**5000), "an int of 16610 bits", id="huge"),
        pytest.param([10**5000], "unprintable list (ValueError)", id="huge inside"),
        pytest.param(Evil(), "unprintable Evil (Odd)", id="evil"),
    ],
)
def test_a_field_is_kept_as_json_can_hold_it(value: object, kept: Plain) -> None:
    assert plain(value) == kept
    assert type(plain(value)) is type(kept)


def test_an_instant_is_written_in_utc_with_milliseconds() -> None:
    assert iso_ms(0) == "1970-01-01T00:00:00.000Z"
    assert iso_ms(AT_MS) == "2026-11-21T01:17:34.123Z"


@pytest.mark.parametrize("at_ms", [1_795_223_854_123_000, -(10**18), 10**300])
def test_an_instant_beyond_the_calendar_is_written_as_the_number_it_is(at_ms: int) -> None:
    assert iso_ms(at_ms) == str(at_ms)


def test_an_instant_beyond_all_bounds_is_still_written() -> None:
    assert iso_ms(10**5000) == "an int of 16610 bits"
