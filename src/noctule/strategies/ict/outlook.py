"""What the model waits for: the next step of the story that has come furthest."""

from noctule.strategies.ict.camp import Camp
from noctule.strategies.ict.reading import Reading
from noctule.strategies.ict.reasons import Leaning
from noctule.strategies.ict.setups import Setup
from noctule.strategies.ict.way import Way
from noctule.strategies.ict.wording import told_price, told_time

__all__ = ["outlook"]


def outlook(reading: Reading, leaning: Leaning, *, bias_required: bool) -> str:
    """Say where the bias points, and what must happen next for an entry with it."""
    camps = [
        camp
        for camp in (reading.bulls, reading.bears)
        if not bias_required or leaning.trend.agrees_with(camp.way)
    ]
    if not camps:
        return f"{leaning.timeframe} without a trend: waits for one"
    stories = [camp.setups.waiting for camp in camps if camp.setups.waiting is not None]
    if stories:
        step = _next_step(max(stories, key=lambda setup: setup.drive is not None))
    else:
        step = f"waits for a sweep of stops {' or '.join(map(_stops, camps))}"
    return f"{leaning.timeframe} {leaning.trend.name.lower().replace('none', 'trendless')}: {step}"


def _stops(camp: Camp) -> str:
    return "below lows" if camp.way is Way.UP else "above highs"


def _next_step(setup: Setup) -> str:
    swept = f"{setup.pool.label} {told_price(setup.pool.price)} swept {told_time(setup.swept_ms)}"
    if setup.drive is None:
        return f"{swept}, waits for structure to break {setup.way.name.lower()} with force"
    broke = told_time(setup.drive.broken.at_ms)
    return f"{swept}, structure broke {broke}, waits for the price to come back into the move"
