"""Everything that the exchange can do wrong is drawn, and aimed at what can suffer from it."""

from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from random import Random

from noctule.adapters.sim.faults import Fault, FaultKind
from noctule.adapters.sim.frame_faults import FRAME_KINDS
from noctule.app.storm import wire_mishaps
from noctule.app.storm.story import KeyEnd, Mishap, Outage, Step, WireFault

_REQUESTS = {
    Step.ENTRY: "POST /fapi/v1/order",
    Step.STOP: "POST /fapi/v1/algoOrder",
    Step.TARGET: "POST /fapi/v1/algoOrder",
    Step.EXIT: "POST /fapi/v1/order",
    Step.CANCEL: "DELETE /fapi/v1/algoOrder",
}
_DRAWS = (
    wire_mishaps.network,
    wire_mishaps.strain,
    wire_mishaps.refusal,
    wire_mishaps.throttle,
    wire_mishaps.frame,
    wire_mishaps.socket,
)


def test_every_fault_of_the_exchange_is_drawn() -> None:
    assert {each.fault.kind for draw in _DRAWS for each in _drawn(draw)} == set(FaultKind)


def test_frames_and_requests_are_not_confused() -> None:
    for draw in _DRAWS:
        for each in _drawn(draw):
            is_frame = draw in (wire_mishaps.frame, wire_mishaps.socket)
            assert (each.fault.kind in FRAME_KINDS) is is_frame


def test_a_fault_that_waits_for_an_order_befalls_that_very_order() -> None:
    waiting = [
        each
        for draw in (wire_mishaps.network, wire_mishaps.refusal, wire_mishaps.throttle)
        for each in _drawn(draw)
        if each.on in _REQUESTS
    ]

    assert len(waiting) > 500
    for each in waiting:
        assert each.on is not None
        assert fnmatchcase(_REQUESTS[each.on], each.fault.match), each
        assert each.fault.skip == 0


def test_a_placement_is_never_answered_as_if_it_were_a_question() -> None:
    lagging = [
        each.fault.match
        for each in _drawn(wire_mishaps.strain)
        if each.fault.kind is FaultKind.LAGGING
    ]

    assert lagging
    assert all(match.startswith("GET ") for match in lagging)


def test_every_refusal_that_is_known_to_hurt_is_among_those_drawn() -> None:
    codes = {each.fault.code for each in _drawn(wire_mishaps.refusal)}

    assert codes >= {-1008, -1021, -2011, -2019, -2021, -2022, -4118, -4130, -4131, -4509}


def test_all_five_sorts_of_503_are_drawn() -> None:
    kinds = {each.fault.kind for each in _drawn(wire_mishaps.strain)}

    assert kinds >= {
        FaultKind.UNKNOWN_BEFORE,
        FaultKind.UNKNOWN_AFTER,
        FaultKind.UNAVAILABLE,
        FaultKind.INTERNAL,
        FaultKind.OVERLOADED,
    }


def test_frames_of_the_account_and_of_the_market_suffer() -> None:
    matches = {each.fault.match for each in _drawn(wire_mishaps.frame)}

    assert any(fnmatchcase("ORDER_TRADE_UPDATE", match) for match in matches)
    assert any(fnmatchcase("ALGO_UPDATE", match) for match in matches)
    assert any(fnmatchcase("btcusdt@kline_1m closed", match) for match in matches)


def test_an_outage_befalls_all_that_matches_until_it_ends() -> None:
    outages = [each for each in _all(wire_mishaps.outage) if isinstance(each, Outage)]

    assert {each.fault.times for each in outages} == {None}
    assert min(each.for_ms for each in outages) < 1_000
    assert 60_000 < max(each.for_ms for each in outages) <= 180_000
    assert {each.on for each in outages} == {None, *Step}


def test_an_outage_can_befall_something() -> None:
    for each in _all(wire_mishaps.outage):
        assert isinstance(each, Outage)
        assert any(fnmatchcase(subject, each.fault.match) for subject in _subjects(each.fault))


def _subjects(fault: Fault) -> Sequence[str]:
    if fault.kind in FRAME_KINDS:
        return (
            "ORDER_TRADE_UPDATE",
            "ACCOUNT_UPDATE",
            "ALGO_UPDATE",
            "TRADE_LITE",
            "btcusdt@kline_1m",
            "btcusdt@kline_1m closed",
            "btcusdt@markPrice@1s",
            "btcusdt@bookTicker",
        )
    return (*_REQUESTS.values(), "GET /fapi/v1/openOrders")


def _drawn(draw: Callable[[Random, int, Sequence[str]], Sequence[Mishap]]) -> list[WireFault]:
    return [each for each in _all(draw) if isinstance(each, WireFault)]


def _all(draw: Callable[[Random, int, Sequence[str]], Sequence[Mishap]]) -> list[Mishap]:
    random = Random(1)
    return [each for _ in range(1_000) for each in draw(random, 0, ("BTCUSDT",))]


def test_a_frame_is_held_only_where_one_of_another_kind_will_come() -> None:
    held = {
        each.fault.match
        for each in _drawn(wire_mishaps.frame)
        if each.fault.kind is FaultKind.HELD_FRAME
    }

    assert held
    assert not any(fnmatchcase("btcusdt@bookTicker", match) for match in held)


def test_a_listen_key_ends_with_a_word_and_without_one() -> None:
    ends = [each for each in _all(wire_mishaps.socket) if isinstance(each, KeyEnd)]

    assert {each.is_told for each in ends} == {True, False}
