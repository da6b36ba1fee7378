"""Every structure has a shape, and what counts no more looks spent."""

from noctule.strategies.drawing import Area, Level, Mark, Tone
from noctule.strategies.ict.drawings import drawn as drawings
from tests.builders import START_MS
from tests.ict_builders import FIVE_MINUTES_MS, SMALL, STORY, drawn, read, walked


def at(index: int) -> int:
    return START_MS + index * FIVE_MINUTES_MS


_MITIGATED = Area(
    label="OB mitigated", low=94.5, high=98, from_ms=at(12), to_ms=at(18), tone=Tone.SPENT
)


def test_nothing_read_is_nothing_drawn() -> None:
    assert list(drawings(read([]))) == []


def test_the_story_is_drawn() -> None:
    shapes = list(drawings(read(drawn(STORY)[:19])))
    expected = [
        Area(label="FVG partly filled", low=96.5, high=100, from_ms=at(14), tone=Tone.BULLISH),
        _MITIGATED,
        Level(label="swing high", price=110, from_ms=at(4), tone=Tone.BULLISH),
        Level(label="swing low", price=95, from_ms=at(7), to_ms=at(12), tone=Tone.SPENT),
        Mark(label="sweep", price=95, at_ms=at(12), tone=Tone.BULLISH),
        Mark(label="L", price=94.5, at_ms=at(12)),
        Level(label="CHoCH", price=101, from_ms=at(9), to_ms=at(14), tone=Tone.BULLISH),
        Level(label="range high", price=105, from_ms=at(12)),
        Level(label="equilibrium", price=99.75, from_ms=at(12)),
        Level(label="range low", price=94.5, from_ms=at(12)),
        Mark(label="entry LONG", price=99, at_ms=at(18), tone=Tone.BULLISH),
    ]
    assert [shape for shape in expected if shape not in shapes] == []
    (optimal,) = [shape for shape in shapes if shape.label == "OTE"]
    assert isinstance(optimal, Area)
    assert (round(optimal.low, 3), round(optimal.high, 3)) == (96.705, 98.49)


def test_a_session_is_an_area_that_ends_with_it() -> None:
    shapes = drawings(read(walked(60, seed=1)))
    (asia,) = [shape for shape in shapes if shape.label == "asia"]
    assert isinstance(asia, Area)
    assert (asia.from_ms, asia.to_ms, asia.tone) == (START_MS, at(48) - 1, Tone.NEUTRAL)


def test_a_session_that_runs_is_drawn_up_to_where_it_will_end() -> None:
    bars = walked(20, seed=1)
    (asia,) = [shape for shape in drawings(read(bars)) if shape.label == "asia"]
    assert asia == Area(
        label="asia",
        low=min(bar.low for bar in bars),
        high=max(bar.high for bar in bars),
        from_ms=START_MS,
        to_ms=at(48) - 1,
    )


def test_a_range_that_a_close_went_beyond_is_no_range_any_more() -> None:
    story = drawn(STORY)[:19]
    assert {"OTE", "equilibrium"} <= {shape.label for shape in drawings(read(story))}
    for close, is_drawn in (("105", True), ("105.1", False), ("94.5", True), ("94.4", False)):
        shapes = drawings(read(drawn(f"{STORY.rsplit(',', 1)[0]}, {close}")))
        assert ("equilibrium" in {shape.label for shape in shapes}) is is_drawn, close


def test_what_is_filled_broken_or_taken_is_drawn_as_spent() -> None:
    shapes = list(drawings(read(walked(3_000, seed=2), SMALL)))
    spent = {shape.label for shape in shapes if getattr(shape, "tone", None) is Tone.SPENT}
    assert {"FVG filled", "FVG inverted", "OB broken", "OB mitigated", "swing high"} <= spent


def test_an_area_ends_after_it_began_and_is_as_high_as_it_is_wide_in_prices() -> None:
    areas = [shape for shape in drawings(read(walked(3_000, seed=2))) if isinstance(shape, Area)]
    assert areas
    assert all(area.low < area.high for area in areas)
    assert all(area.to_ms is None or area.from_ms < area.to_ms for area in areas)
    assert all(area.to_ms is not None for area in areas if area.tone is Tone.SPENT)
