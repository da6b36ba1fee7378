"""An entry is a candle back in a zone, deep enough in the leg, with room to a target."""

import pytest
from msgspec import structs

from noctule.strategies.ict.entries import Entry, entry_at
from noctule.strategies.ict.gaps import Gap
from noctule.strategies.ict.order_blocks import OrderBlock
from noctule.strategies.ict.pools import Pool, PoolSource
from noctule.strategies.ict.settings import IctSettings
from noctule.strategies.ict.setups import Setup
from noctule.strategies.ict.way import Way
from tests.builders import START_MS
from tests.ict_builders import drawn

SETTINGS = IctSettings(stop_buffer=0.5, rr_min=2)
OTE = IctSettings(stop_buffer=0.5, rr_min=2, entry_within="ote")
TOUCH = "107 107/104 104.5"


def pool(price: float, way: Way = Way.UP) -> Pool:
    return Pool(way=way, source=PoolSource.SWING, label="swing", price=price, at_ms=0, since_ms=0)


def gap(low: float, high: float, way: Way = Way.UP) -> Gap:
    return Gap(way=way, low=low, high=high, at_ms=0, known_ms=0)


def block(low: float, high: float) -> OrderBlock:
    return OrderBlock(way=Way.UP, low=low, high=high, at_ms=0, known_ms=0)


# A leg from 100 up to 110: half of it is at 105, the OTE from 103.8 down to 102.1.
LONG = Setup(
    way=Way.UP,
    pool=pool(101, Way.DOWN),
    zone=None,
    swept_ms=0,
    extreme=100,
    extreme_ms=0,
    furthest=110,
    furthest_ms=1,
)
SHORT = structs.replace(LONG, way=Way.DOWN, pool=pool(109), extreme=110.0, furthest=100.0)


def entered(
    text: str,
    *zones: Gap | OrderBlock,
    targets: tuple[float, ...] = (120.0,),
    settings: IctSettings = SETTINGS,
    setup: Setup = LONG,
) -> Entry | None:
    (bar,) = drawn(text)
    pools = [pool(price, setup.way) for price in targets]
    return entry_at(bar, setup, zones, pools, atr=2.0, settings=settings)


def test_back_in_a_gap_at_a_discount_is_an_entry() -> None:
    assert entered(TOUCH, gap(103, 106)) == Entry(
        setup=LONG,
        zone=gap(103, 106),
        confluence=1,
        depth=0.5,
        at_ms=START_MS,
        price=104.5,
        stop=99.0,
        target=pool(120),
        rr=15.5 / 5.5,
    )


def test_back_in_a_gap_at_a_premium_is_an_entry_down() -> None:
    entry = entered("103 106/103 105", gap(104, 107, Way.DOWN), targets=(90.0,), setup=SHORT)
    assert entry is not None
    assert (entry.stop, entry.target.price, entry.rr, entry.depth) == (111, 90, 2.5, 0.5)


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("107 107/105.1 106", gap(103, 106)),  # not down to the half
        ("107 107/104 104.5", gap(105.1, 106)),  # nothing of the gap lies in the lower half
        ("107 107/104 104.5", gap(101, 103.9)),  # not down to the gap
        ("107 107/103 103.9", gap(104, 106)),  # closed beyond it
    ],
)
def test_not_deep_enough_or_too_deep_is_none(text: str, zone: Gap) -> None:
    assert entered(text, zone) is None


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("107 107/105 105", gap(103, 106)),  # just at the half
        ("107 107/104 105", gap(105, 106)),  # touches the half from above
        ("107 107/103.9 104.5", gap(101, 103.9)),  # just at the gap
        ("107 107/103 104", gap(104, 106)),  # closed on its far edge
    ],
)
def test_on_the_edge_is_an_entry(text: str, zone: Gap) -> None:
    assert entered(text, zone) is not None


def test_the_candle_that_makes_a_gap_known_has_not_come_back_to_it() -> None:
    fresh = structs.replace(gap(103, 104), known_ms=START_MS)
    assert entered(TOUCH, fresh) is None
    assert entered(TOUCH, structs.replace(fresh, known_ms=START_MS - 1)) is not None


def test_the_optimal_trade_entry_asks_for_more_and_ends_before_the_leg_does() -> None:
    assert entered("107 107/104 104.5", gap(103, 106), settings=OTE) is None
    entry = entered("107 107/103.7 104", gap(103, 106), settings=OTE)
    assert entry is not None
    assert entry.depth == pytest.approx(0.62)
    assert entered("107 107/101 102", gap(101, 102), settings=OTE) is None


def test_of_several_zones_the_first_that_was_met_is_named_and_all_are_counted() -> None:
    entry = entered(TOUCH, gap(102, 104.5), block(104, 106), gap(100, 101))
    assert entry is not None
    assert (entry.zone, entry.confluence) == (block(104, 106), 2)


def test_for_a_short_the_first_zone_and_the_nearest_target_are_those_lower_and_higher() -> None:
    zones = (gap(106, 109, Way.DOWN), gap(104, 107, Way.DOWN))
    entry = entered("103 106/103 105", *zones, targets=(80.0, 93.0, 92.0), setup=SHORT)
    assert entry is not None
    assert (entry.zone, entry.confluence, entry.depth) == (zones[1], 2, 0.5)
    assert (entry.target.price, entry.stop) == (93.0, 111)


def test_the_target_is_the_nearest_that_pays_enough() -> None:
    entry = entered(TOUCH, gap(103, 106), targets=(130, 115.4, 115.5, 103))
    assert entry is not None
    assert (entry.target.price, entry.rr) == (115.5, 2)


def test_without_a_target_that_pays_there_is_no_entry() -> None:
    assert entered(TOUCH, gap(103, 106), targets=(115.4,)) is None
    assert entered(TOUCH, gap(103, 106), targets=()) is None


def test_without_a_zone_there_is_no_entry() -> None:
    assert entered(TOUCH) is None


def test_a_stop_so_near_that_fees_would_eat_it_makes_no_entry() -> None:
    for share, expected in ((0.0526, True), (0.0527, False)):  # 5.5 of 104.5 are 0.05263
        settings = IctSettings(stop_buffer=0.5, stop_share_min=share)
        assert (entered(TOUCH, gap(103, 106), settings=settings) is not None) is expected


def test_a_stop_that_is_no_price_or_no_risk_makes_no_entry() -> None:
    at_nothing = IctSettings(stop_buffer=0, stop_share_min=0)
    (bar,) = drawn("107 107/100 100")
    assert entry_at(bar, LONG, [gap(100, 106)], [pool(120)], atr=2.0, settings=at_nothing) is None
    assert entry_at(bar, LONG, [gap(100, 106)], [pool(9000)], atr=250.0, settings=SETTINGS) is None
