"""What a source may yield."""

from noctule.adapters.sim.source import Instant


def test_an_instant_is_nothing_but_its_time() -> None:
    assert Instant.__struct_fields__ == ("time_ms",)
