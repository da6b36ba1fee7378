"""An entry that was let through against its own gates' words is told of."""

import pytest

from noctule.app.storm.promises.gates import GatesSpeakForEntries
from noctule.app.storm.scene import Violation
from noctule.domain.events.order import TradingAuthorized
from noctule.domain.signals import Direction
from tests.builders import BTCUSDT
from tests.fakes.storm_scene import OPEN_MS, StormScene

SOUND = {
    "symbol_status": "BTCUSDT is TRADING",
    "foreign": "everything here is ours",
    "max_positions": "2 of 3 positions",
    "stale_data": "last heard of 12 ms ago, at most 90000",
    "clock_offset": "the clocks differ by -12 ms, at most 1000",
    "spread": "the spread is 0.001 %, at most 0.1 %",
    "price_band": "signal at 1, mark at 1: 0.1 % apart, at most 2 %",
    "correlation": "nothing held to compare with",
    "loss": "10.5 of 1000 if the stop at 59000 fills at 58990, entered at 60000",
    "news": "no news is expected",
}


def told_of(gates: dict[str, str]) -> list[Violation]:
    told: list[Violation] = []
    rule = GatesSpeakForEntries(StormScene(), told.append)
    rule.heard(
        TradingAuthorized(
            at_ms=OPEN_MS,
            trace="t",
            symbol=BTCUSDT,
            strategy="s",
            direction=Direction.LONG,
            reason="r",
            gates=gates,
        )
    )
    return told


def test_what_speaks_for_it_is_no_news() -> None:
    assert told_of(SOUND) == []


@pytest.mark.parametrize(
    ("check", "text"),
    [
        ("symbol_status", "BTCUSDT is SETTLING"),
        ("foreign", "a position of 1 is not ours"),
        ("max_positions", "3 of 3 positions"),
        ("stale_data", "nothing is heard of the symbol"),
        ("clock_offset", "the clocks differ by -1200 ms, at most 1000"),
        ("spread", "no bid and ask are not known yet"),
        ("loss", "1001 of 1000 if the stop at 59000 fills at 58990, entered at 60000"),
    ],
)
def test_a_gate_that_speaks_against_it_is_told_of(check: str, text: str) -> None:
    (told,) = told_of({**SOUND, check: text})
    assert told.text == f"BTCUSDT was let through though {check}: {text}"
