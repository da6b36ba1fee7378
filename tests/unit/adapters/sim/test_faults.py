"""Faults: armed, matched, and used up."""

from random import Random

import pytest

from noctule.adapters.sim.faults import Fault, FaultKind, Faults
from noctule.adapters.sim.frame_faults import FRAME_KINDS
from noctule.adapters.sim.model import Refusal
from noctule.adapters.sim.request_faults import AFTERWARDS, INSTEAD

KINDS = frozenset(FaultKind)


def faults(*armed: Fault, seed: int = 1) -> Faults:
    some = Faults(Random(seed))
    for fault in armed:
        some.arm(fault)
    return some


def test_every_kind_of_fault_has_its_row_in_exactly_one_table() -> None:
    tables = [*INSTEAD, *AFTERWARDS, *FRAME_KINDS]

    assert sorted(tables) == sorted(FaultKind)


def test_a_fault_bites_once_and_is_used_up() -> None:
    lost = Fault(kind=FaultKind.LOST_AFTER, match="POST *")
    some = faults(lost)

    assert some.strike(KINDS, "GET /fapi/v1/time") is None
    assert some.strike(KINDS, "POST /fapi/v1/order") == lost
    assert some.strike(KINDS, "POST /fapi/v1/order") is None
    assert some.armed() == []


def test_a_fault_skips_and_repeats_as_often_as_it_says() -> None:
    some = faults(Fault(kind=FaultKind.GARBAGE_ANSWER, skip=2, times=2))
    bitten = [some.strike(KINDS, "x") is not None for _ in range(6)]

    assert bitten == [False, False, True, True, False, False]


def test_a_fault_without_an_end_stays_until_disarmed() -> None:
    some = faults(Fault(kind=FaultKind.MAINTENANCE, times=None))
    assert all(some.strike(KINDS, "x") for _ in range(100))
    some.disarm()

    assert some.strike(KINDS, "x") is None


def test_a_share_is_drawn_from_the_seed() -> None:
    fault = Fault(kind=FaultKind.DROPPED_FRAME, times=None, share=0.25)

    def bitten(seed: int) -> list[bool]:
        some = faults(fault, seed=seed)
        return [some.strike(KINDS, "x") is not None for _ in range(400)]

    assert bitten(1) == bitten(1) != bitten(2)
    assert 70 <= sum(bitten(1)) <= 130


def test_only_the_asked_kinds_bite() -> None:
    some = faults(Fault(kind=FaultKind.LATE_FRAME))

    assert some.strike({FaultKind.LOST_AFTER}, "x") is None
    assert len(some.armed()) == 1


def test_only_so_many_can_be_armed() -> None:
    some = faults(*[Fault(kind=FaultKind.LATE_FRAME)] * 1_000)
    with pytest.raises(Refusal, match="No more than 1000"):
        some.arm(Fault(kind=FaultKind.LATE_FRAME))


def test_nothing_can_go_wrong_once_all_faults_are_used_up() -> None:
    some = faults(Fault(kind=FaultKind.LOST_AFTER, match="POST *"))

    assert some.is_armed
    some.strike(KINDS, "POST /fapi/v1/order")
    assert not some.is_armed
