"""What is told is told once and for all."""

import pytest

from noctule.adapters.sim.events import ConfigUpdated, ListenKeyExpired


def test_an_event_cannot_be_changed_by_whoever_hears_it() -> None:
    event = ListenKeyExpired(time_ms=1, listen_key="k")
    with pytest.raises(AttributeError, match="immutable"):
        event.time_ms = 2  # type: ignore[misc]  # that is what is tested


def test_a_change_of_settings_names_only_what_changed() -> None:
    event = ConfigUpdated(time_ms=1, symbol="BTCUSDT", leverage=5)
    assert (event.symbol, event.leverage, event.multi_assets) == ("BTCUSDT", 5, None)
