"""What a daemon takes from its process, unless somebody gives it other things."""

import time

from noctule.adapters.clock import SystemClock
from noctule.app.surroundings import Surroundings
from noctule.telemetry.writer import Runner


def test_a_daemon_has_threads_a_real_stopwatch_and_the_wall() -> None:
    around = Surroundings()

    assert around.writers is Runner.THREAD
    assert around.stopwatch_ns is time.perf_counter_ns
    assert isinstance(around.wall, SystemClock)
    assert around.watches_turns
