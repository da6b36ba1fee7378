"""What the owner wants, from wherever he said it: settings, calendar, memory, and a way to stop."""

from collections.abc import Callable

from msgspec import Struct

from noctule.adapters.store.store import Store
from noctule.app.news import news_windows
from noctule.app.strategy_markers import StrategyMarkers, markers_of
from noctule.config.settings import Configuration, Settings
from noctule.risk.calendar import NewsWindow

__all__ = ["Desired", "desired_by"]


class Desired(Struct, frozen=True, kw_only=True):
    """All that trading takes from the owner."""

    settings: Settings
    news: tuple[NewsWindow, ...]
    memory: Store
    markers: StrategyMarkers
    ask_stop: Callable[[str], None]


def desired_by(
    configuration: Configuration, *, memory: Store, ask_stop: Callable[[str], None]
) -> Desired:
    """Gather it, the news calendar's file included."""
    return Desired(
        settings=configuration.settings,
        news=news_windows(configuration),
        memory=memory,
        markers=markers_of(configuration),
        ask_stop=ask_stop,
    )
