"""The entry: price came back into what the drive left, with room to a target."""

from collections.abc import Iterable

from msgspec import Struct

from noctule.domain.market import Candle
from noctule.strategies.ict.dealing_range import EQUILIBRIUM, DealingRange
from noctule.strategies.ict.gaps import Gap
from noctule.strategies.ict.order_blocks import OrderBlock
from noctule.strategies.ict.pools import Pool
from noctule.strategies.ict.settings import IctSettings
from noctule.strategies.ict.setups import Setup
from noctule.strategies.ict.way import Way, came_back_to

__all__ = ["Entry", "entry_at"]


class Entry(Struct, frozen=True, kw_only=True, gc=False):
    """A setup that price came back to: where one gets in, and what for."""

    setup: Setup
    zone: Gap | OrderBlock
    confluence: int  # zones that price came back to, this one included
    depth: float  # of the price at which the zone was met, in the leg
    at_ms: int  # when the candle opened
    price: float  # its close
    stop: float
    target: Pool
    rr: float  # how many times the risk the target is away


def entry_at(
    candle: Candle,
    setup: Setup,
    zones: Iterable[Gap | OrderBlock],
    targets: Iterable[Pool],
    *,
    atr: float,
    settings: IctSettings,
) -> Entry | None:
    """Return the entry that a candle makes of a setup, if it does.

    It must have traded into a zone where the zone lies at the right depth of the leg, and not
    have closed beyond the zone. The target is the nearest pool that pays the least reward.
    """
    leg, way = setup.leg, setup.way
    met = [(level, zone) for zone in zones for level in _met(candle, zone, leg, settings)]
    if not met:
        return None
    stop = setup.extreme - way * settings.stop_buffer * atr
    risk = way * (candle.close - stop)
    if risk <= settings.stop_share_min * candle.close or stop <= 0:
        return None
    least = candle.close + way * settings.rr_min * risk
    paying = [pool for pool in targets if way * (pool.price - least) >= 0]
    if not paying:
        return None
    level, zone = max(met, key=lambda each: way * each[0])
    target = min(paying, key=lambda pool: way * pool.price)
    return Entry(
        setup=setup,
        zone=zone,
        confluence=len(met),
        depth=leg.depth_of(level),
        at_ms=candle.open_ms,
        price=candle.close,
        stop=stop,
        target=target,
        rr=way * (target.price - candle.close) / risk,
    )


def _met(
    candle: Candle, zone: Gap | OrderBlock, leg: DealingRange, settings: IctSettings
) -> Iterable[float]:
    """Yield the price at which a candle met a zone at the right depth, if it did."""
    way = zone.way
    near, far = _band(leg, settings)
    level, bottom = (zone.near, zone.far) if way is Way.UP else (-zone.near, -zone.far)
    level, bottom = min(level, way * near), max(bottom, way * far)
    if zone.known_ms >= candle.open_ms:  # it has just become known: nothing came back yet
        return
    if way * (candle.close - zone.far) < 0 or level < bottom:
        return
    if way * came_back_to(candle, way) <= level:
        yield way * level


def _band(leg: DealingRange, settings: IctSettings) -> tuple[float, float]:
    """Return the prices between which an entry is sought, that which is met first before."""
    if settings.entry_within == "discount":
        return leg.price_at(EQUILIBRIUM), leg.began
    return leg.price_at(settings.ote_near), leg.price_at(settings.ote_far)
