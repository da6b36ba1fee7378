"""What the desk thinks: none of it may be lost."""

from noctule.domain.events import signal
from noctule.domain.events.base import Overflow, SignalEvent

EVENTS: dict[str, type[SignalEvent]] = {name: getattr(signal, name) for name in signal.__all__}


def test_the_desk_speaks_in_these_words() -> None:
    assert sorted(EVENTS) == [
        "DecisionTaken",
        "LimitBreached",
        "PredictionMade",
        "ProtectionMoveWanted",
        "RegimeChanged",
        "SignalGenerated",
        "SignalRefused",
        "StrategyDisabled",
    ]
    assert all(issubclass(event, SignalEvent) for event in EVENTS.values())


def test_no_opinion_is_ever_replaced() -> None:
    assert {event.overflow for event in EVENTS.values()} == {Overflow.WAIT}
