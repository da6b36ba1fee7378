import json

import msgspec

from noctule.app.explain.telling import (
    SAW_HEADINGS,
    SIGNAL_HEADINGS,
    account_of,
    headline,
    saw_rows,
    signal_rows,
    verdict,
)
from noctule.app.explain.witness import Witness, witness
from noctule.domain.signals import Direction, Signal
from tests.builders import candles
from tests.fakes.explained import desk_of

CANDLES = candles([101.0 + number for number in range(40)])


def seen_at(index: int) -> Witness:
    return witness(desk_of(), CANDLES, at=index, bars=15, after=4)


def test_the_headline_names_candle_and_strategy() -> None:
    assert headline(seen_at(20), "toy") == "BTCUSDT 1m, 2026-09-28 00:20 UTC: toy"


def test_the_verdict_tells_the_prices_and_what_was_called_for() -> None:
    prices, call = verdict(seen_at(19))

    assert prices == "Open 120, high 120, low 120, close 120, volume 10."
    assert call == "It signalled LONG, stop 1.5: round on 1m"
    assert list(verdict(seen_at(20)))[1:] == ["It signalled nothing."]


def test_every_drawing_has_its_row_the_curves_at_the_candle_last() -> None:
    rows = list(saw_rows(seen_at(20)))

    assert {len(row) for row in rows} == {len(SAW_HEADINGS)}
    assert rows == [
        ("area", "zone", "bullish", "121 – 121", "2026-09-28 00:20", "still"),
        ("level", "level", "neutral", "121", "2026-09-28 00:20", "2026-09-28 00:21"),
        ("mark", "mark", "spent", "121", "2026-09-28 00:20", ""),
        ("curve", "curve", "", "121", "2026-09-28 00:20", ""),
    ]


def test_every_signal_has_its_row_and_the_one_in_question_is_marked() -> None:
    rows = list(signal_rows(seen_at(19)))

    assert {len(row) for row in rows} == {len(SIGNAL_HEADINGS)}
    assert rows == [
        ("2026-09-28 00:09", "1m", "LONG", "110", "1.5", "", "round on 1m"),
        ("2026-09-28 00:19 ◀", "1m", "LONG", "120", "1.5", "", "round on 1m"),
    ]


def test_programs_read_the_same() -> None:
    account = account_of(seen_at(19), strategy="toy", settings={"fast": "1"}, chart="a.html")

    told = json.loads(msgspec.json.encode(account))

    assert (told["symbol"], told["timeframe"], told["strategy"]) == ("BTCUSDT", "1m", "toy")
    assert told["candle"]["close"] == 120.0
    assert [each["kind"] for each in told["saw"]] == ["area", "level", "mark"]
    assert told["curves"][0]["drawing"]["price"] == 120.0
    assert told["signals"][1]["signal"]["reason"] == "round on 1m"
    assert told["signals"][1]["close_ms"] == CANDLES[19].close_ms
    assert (told["shown_from_ms"], told["shown_to_ms"]) == (
        CANDLES[9].open_ms, CANDLES[23].close_ms,
    )  # fmt: skip
    assert told["chart"] == "a.html"


def test_a_target_is_told_where_there_is_one() -> None:
    seen = seen_at(19)
    signal = Signal(direction=Direction.SHORT, reason="so", target=99.5)
    said = msgspec.structs.replace(seen.said[-1], signal=signal)

    shown = msgspec.structs.replace(seen, said=(said,))

    assert list(verdict(shown))[1] == "It signalled SHORT, target 99.5: so"
    assert next(signal_rows(shown))[4:6] == ("", "99.5")
