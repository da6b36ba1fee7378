"""Those who keep the same pace meet, whenever each began."""

import pytest

from noctule.domain.beat import until_beat_ms


@pytest.mark.parametrize(("elapsed_ms", "left_ms"), [(0, 250), (1, 249), (249, 1), (250, 250)])
def test_the_next_beat_is_a_whole_multiple_away_from_nought(elapsed_ms: int, left_ms: int) -> None:
    assert until_beat_ms(elapsed_ms, 250) == left_ms
