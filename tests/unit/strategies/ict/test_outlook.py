"""It waits for the next step of the story that has come furthest, with the bias it needs."""

from noctule.domain.market import Candle
from noctule.strategies.ict.settings import IctSettings
from noctule.strategies.ict.strategy import Ict
from tests.builders import BTCUSDT
from tests.fakes.seat import Seat
from tests.ict_builders import SMALL, STORY, drawn, mirrored


def outlooks(bars: list[Candle], settings: IctSettings = SMALL) -> list[str | None]:
    """Return what it waits for after each candle, told once for as long as it stays the same."""
    seat = Seat(Ict(settings), symbol=BTCUSDT, base=bars[0].timeframe, capacity=100)
    told: list[str | None] = []
    for bar in bars:
        seat.see(bar)
        waits = seat.waits_for()
        if not told or told[-1] != waits:
            told.append(waits)
    return told


def test_a_story_is_told_step_by_step() -> None:
    assert outlooks(drawn(STORY)) == [
        "5m trendless: waits for a sweep of stops below lows or above highs",
        "5m trendless: swing low 95 swept 2026-09-28 01:00, "
        "waits for structure to break up with force",
        "5m up: swing low 95 swept 2026-09-28 01:00, waits for structure to break up with force",
        "5m up: swing low 95 swept 2026-09-28 01:00, structure broke 2026-09-28 01:10, "
        "waits for the price to come back into the move",
        "5m up: waits for a sweep of stops below lows or above highs",
    ]


def test_upside_down_it_waits_for_the_break_down() -> None:
    _, second, *_ = outlooks(mirrored(drawn(STORY)))
    assert second == (
        "5m trendless: swing high 105 swept 2026-09-28 01:00, "
        "waits for structure to break down with force"
    )


def test_without_a_bias_that_it_needs_it_waits_for_one_and_then_with_it_only() -> None:
    strict = SMALL.model_copy(update={"bias_required": True})
    first, *_, last = outlooks(drawn(STORY), strict)
    assert first == "5m without a trend: waits for one"
    assert last == "5m up: waits for a sweep of stops below lows"
    *_, last = outlooks(mirrored(drawn(STORY)), strict)
    assert last == "5m down: waits for a sweep of stops above highs"
