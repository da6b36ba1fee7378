"""No indicator drifts; ten million candles, the long form, are tests/soak/indicator_drift.py."""

from collections import deque

import pytest
from typing_extensions import override

from noctule.indicators import Indicator
from noctule.indicators.averages_batch import sma
from tests.indicator_table import Case
from tests.soak.indicator_drift import DRIFT_MAX, Stretch, drift, usual

STRETCH = Stretch(candles=1_500, rounds=4, calm=793, compared=100)
COLUMNS = STRETCH.columns(spikes=0.02)


@pytest.mark.parametrize("case", [*usual()], ids=str)
def test_what_went_before_the_last_candles_has_left_no_trace(case: Case) -> None:
    assert drift(case, COLUMNS, STRETCH) < DRIFT_MAX


def test_one_that_drifts_would_be_found() -> None:
    case = Case(RunningMean, (20,), sma)

    assert drift(case, COLUMNS, STRETCH) > DRIFT_MAX


class RunningMean(Indicator[float]):
    """Takes away from a running sum what leaves, as one is tempted to."""

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self.kept: deque[float] = deque([0.0] * length)
        self.total = 0.0

    @property
    @override
    def warmup(self) -> int:
        return len(self.kept)

    @override
    def update(self, number: float) -> float:
        self.kept.append(number)
        self.total += number - self.kept.popleft()
        return self.total / len(self.kept)
