"""However long it reads, an ICT reading keeps no more than it says."""

from collections import deque
from collections.abc import Iterator

from noctule.strategies.ict.bias import Bias
from noctule.strategies.ict.pools import RESTING_MAX
from noctule.strategies.ict.reading import Reading
from noctule.strategies.ict.settings import IctSettings
from noctule.strategies.ict.structure import BREAKS_KEPT, SWINGS_KEPT
from noctule.strategies.ict.zones import STANDING_MAX
from tests.ict_builders import SMALL, walked

LONGEST = max(RESTING_MAX, BREAKS_KEPT, SWINGS_KEPT, STANDING_MAX)
PLACES_MAX = 80  # lists and the like in one reading: a list per candle would be thousands


def test_no_list_in_a_reading_grows_beyond_its_bound() -> None:
    reading = Reading(SMALL.model_copy(update={"memory_bars": 10_000}).model_dump_json(), "5m")
    longest = 0
    for index, bar in enumerate(walked(20_000, seed=11)):
        reading.update(bar)
        if index % 500 == 0:
            lengths = [*_lengths(reading, set())]
            longest = max(longest, *lengths)
            assert longest <= LONGEST
            assert len(lengths) <= PLACES_MAX
    assert longest == LONGEST  # else the market was too short to fill anything


def test_no_list_in_a_bias_grows_beyond_its_bound() -> None:
    bias = Bias("1h", 3, 10_000)
    for bar in walked(5_000, seed=12):
        bias.update(bar)
    assert max(_lengths(bias, set())) == max(BREAKS_KEPT, SWINGS_KEPT)


def test_settings_are_the_only_thing_that_is_as_long_as_somebody_wishes() -> None:
    widest = IctSettings(range_strength=200, memory_bars=10_000)
    reading = Reading(widest.model_dump_json(), "5m")
    for bar in walked(2_000, seed=13):
        reading.update(bar)
    assert max(_lengths(reading, set())) <= 2 * 200 + 1


def _lengths(thing: object, seen: set[int]) -> Iterator[int]:
    """Yield the length of everything that holds others, wherever it hides."""
    if id(thing) in seen or isinstance(thing, str | int | float):
        return
    seen.add(id(thing))
    if isinstance(thing, list | deque | tuple | set | frozenset):
        yield len(thing)
        for each in thing:
            yield from _lengths(each, seen)
    elif type(thing).__module__.startswith("noctule."):
        for each in _parts(thing):
            yield from _lengths(each, seen)


def _parts(thing: object) -> Iterator[object]:
    yield from getattr(thing, "__dict__", {}).values()
    for kind in type(thing).__mro__:
        names = getattr(kind, "__slots__", ())
        yield from (getattr(thing, name) for name in names if hasattr(thing, name))
