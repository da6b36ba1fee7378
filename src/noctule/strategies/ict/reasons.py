"""Why there is a signal: the structures by name, with their times and prices, and their weights."""

from msgspec import Struct

from noctule.strategies.ict.camp import WEIGHTS
from noctule.strategies.ict.entries import Entry
from noctule.strategies.ict.gaps import Gap
from noctule.strategies.ict.settings import IctSettings
from noctule.strategies.ict.structure import Break, BreakKind
from noctule.strategies.ict.way import Trend, Way
from noctule.strategies.ict.wording import told_price, told_time

__all__ = ["Leaning", "factors_of", "reason_of", "told_break"]

_BIAS, _LIQUIDITY, _DISPLACEMENT, _STRUCTURE, _DEPTH, _CONFLUENCE = 0.2, 0.2, 0.2, 0.1, 0.15, 0.15


class Leaning(Struct, frozen=True, kw_only=True):
    """Where a higher timeframe points, and since which break."""

    timeframe: str
    trend: Trend
    latest: Break | None

    def told(self) -> str:
        """Say it in a few words."""
        if self.trend is Trend.NONE or self.latest is None:
            return f"{self.timeframe} without a trend"
        return f"{self.timeframe} {self.trend.name.lower()} since {told_break(self.latest)}"


def reason_of(entry: Entry, leaning: Leaning) -> str:
    """Tell an entry's story from the bias to the target; times are UTC."""
    parts = (leaning.told(), *_story(entry), _zone(entry), _terms(entry))
    return "; ".join(parts)


def factors_of(entry: Entry, leaning: Leaning, *, settings: IctSettings) -> dict[str, float]:
    """Return how much each part of the model is there; together they are the confidence.

    It says how complete the picture is, its parts weighed by hand: no probability of anything.
    """
    setup = entry.setup
    drive = setup.drive
    assert drive is not None, f"an entry without a drive: {entry}"
    force = drive.push.displacement.multiple / (2 * settings.displacement_factor)
    is_optimal = settings.ote_near <= entry.depth <= settings.ote_far
    turned = drive.broken.kind is BreakKind.CHOCH
    return {
        "bias": _BIAS if leaning.trend.agrees_with(setup.way) else 0.0,
        "liquidity": _LIQUIDITY * WEIGHTS[setup.pool.source],
        "displacement": _DISPLACEMENT * min(force, 1.0),
        "structure": _STRUCTURE if turned else _STRUCTURE / 2,
        "depth": _DEPTH if is_optimal else _DEPTH / 2,
        "confluence": _CONFLUENCE if entry.confluence > 1 else _CONFLUENCE / 2,
    }


def told_break(broken: Break) -> str:
    """Name a break: its kind, when it was, and the swing it broke."""
    side = "above" if broken.way is Way.UP else "below"
    swing = broken.swing
    return (
        f"{broken.kind} {told_time(broken.at_ms)} {side} swing {swing.way.extreme} "
        f"{told_price(swing.price)} of {told_time(swing.at_ms)}"
    )


def _story(entry: Entry) -> tuple[str, str, str]:
    setup = entry.setup
    drive, pool = setup.drive, setup.pool
    assert drive is not None, f"an entry without a drive: {entry}"
    where = f"in {setup.zone.replace('_', ' ')}" if setup.zone else "outside kill zones"
    push = drive.push.displacement
    is_later = setup.extreme_ms != setup.swept_ms
    when = f" at {told_time(setup.extreme_ms)}" if is_later else ""
    return (
        f"{pool.label} {told_price(pool.price)} of {told_time(pool.at_ms)} swept "
        f"{told_time(setup.swept_ms)} {where}, to {told_price(setup.extreme)}{when}",
        told_break(drive.broken),
        f"displacement {push.multiple:.2f} × ATR {told_time(push.at_ms)}",
    )


def _zone(entry: Entry) -> str:
    zone, leg = entry.zone, entry.setup.leg
    name = "fair value gap" if isinstance(zone, Gap) else "order block"
    return (
        f"back in {name} {told_price(zone.low)}–{told_price(zone.high)} of "
        f"{told_time(zone.at_ms)}, {100 * entry.depth:.0f} % deep in the leg "
        f"{told_price(leg.began)}–{told_price(leg.ended)}"
    )


def _terms(entry: Entry) -> str:
    target = entry.target
    return (
        f"stop {told_price(entry.stop)} behind the sweep, target {target.label} "
        f"{told_price(target.price)} of {told_time(target.at_ms)}, {entry.rr:.2f} R"
    )
