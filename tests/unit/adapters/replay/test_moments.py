"""Messages tell instants in UTC, to the minute."""

from noctule.adapters.replay.moments import moment


def test_an_instant_is_told_to_the_minute() -> None:
    assert moment(1_672_531_260_999) == "2023-01-01T00:01"
