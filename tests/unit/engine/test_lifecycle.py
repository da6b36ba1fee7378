"""A component moves along the table and nowhere else."""

from itertools import product

import pytest

from noctule.engine.lifecycle import TRANSITIONS, ComponentState, IllegalTransition, Lifecycle

LEGAL = {
    "new": "starting stopped failed",
    "starting": "running stopping failed",
    "running": "degraded stopping failed",
    "degraded": "running stopping failed",
    "stopping": "stopped failed",
    "stopped": "starting failed",
    "failed": "starting stopping stopped",
}


@pytest.mark.parametrize(("before", "after"), list(product(ComponentState, ComponentState)))
def test_a_step_is_taken_if_the_table_allows_it_and_refused_otherwise(
    before: ComponentState, after: ComponentState
) -> None:
    lifecycle = Lifecycle("feed")
    lifecycle.state = before
    if after in LEGAL[before].split():
        lifecycle.move(after)
        assert lifecycle.state is after
        return
    with pytest.raises(IllegalTransition, match=f"feed cannot go from {before} to {after}"):
        lifecycle.move(after)
    assert lifecycle.state is before


def test_every_state_has_its_row() -> None:
    assert set(TRANSITIONS) == set(ComponentState) == set(LEGAL)


def test_a_component_is_new_at_first() -> None:
    assert Lifecycle("feed").state is ComponentState.NEW


def test_whoever_wants_to_know_is_told_of_each_step_and_of_no_refusal() -> None:
    seen: list[str] = []
    lifecycle = Lifecycle("feed", lambda: seen.append(lifecycle.state))
    for state in (ComponentState.STARTING, ComponentState.RUNNING):
        lifecycle.move(state)
    with pytest.raises(IllegalTransition):
        lifecycle.move(ComponentState.NEW)
    assert seen == ["starting", "running"]


def test_a_component_is_up_while_it_runs_if_with_a_limp() -> None:
    lifecycle = Lifecycle("feed")
    up = []
    for state in ComponentState:
        lifecycle.state = state
        up += [state.value] if lifecycle.is_up else []
    assert up == ["running", "degraded"]
