"""The doubtful points, as they are played unless somebody asks for another way."""

from noctule.adapters.sim.switches import Switches


def test_the_defaults_play_what_was_recorded_and_no_fault() -> None:
    switches = Switches()
    assert (switches.triggered_after_ms, switches.finished_after_ms) == (11, 1)
    assert (switches.child_fill_first, switches.finished_hides_child) == (False, False)
    assert switches.trigger_refusal == ""
