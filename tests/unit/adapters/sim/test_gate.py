"""Keys, signatures and time windows."""

import pytest

from noctule.adapters.sim.account import Account
from noctule.adapters.sim.gate import Gate
from noctule.adapters.sim.model import Refusal
from noctule.adapters.sim.parameters import Parameters
from noctule.adapters.sim.signing import Scheme
from noctule.adapters.sim.terms import Terms
from noctule.adapters.sim.times import Times
from tests.fakes.sim_desk import KEY, SECRET, signed

MARKET_MS, WALL_MS = 5_000_000, 1_000_000


def gate(*, speed: float = 1.0) -> Gate:
    times = Times(
        market_ms=lambda: MARKET_MS, real_ms=lambda: 0, wall_ms=lambda: WALL_MS, speed=speed
    )
    return Gate({KEY: Account(key=KEY, secret=SECRET)}, terms=Terms(), times=times)


def code_of(query: str, *, speed: float = 1.0) -> int:
    try:
        gate(speed=speed).check_time(Parameters.of_request(query, ""))
    except Refusal as refusal:
        return refusal.code
    return 0


@pytest.mark.parametrize(
    ("key", "code"), [("", -2014), ("a b", -2014), ("ключ", -2014), ("a", -2015)]
)
def test_a_key_that_is_none_or_nobodys_is_refused_with_401(key: str, code: int) -> None:
    with pytest.raises(Refusal) as refusal:
        gate().owner(key)
    assert (refusal.value.code, refusal.value.status) == (code, 401)


@pytest.mark.parametrize("now_ms", [MARKET_MS, WALL_MS], ids=["market", "wall"])
@pytest.mark.parametrize(
    ("age_ms", "code"), [(-1_000, -1021), (-999, 0), (0, 0), (5_000, 0), (5_001, -1021)]
)
def test_a_timestamp_fits_the_markets_time_or_the_walls(
    now_ms: int, age_ms: int, code: int
) -> None:
    assert code_of(f"timestamp={now_ms - age_ms}") == code


def test_the_two_texts_of_1021_say_which_side_it_missed() -> None:
    with pytest.raises(Refusal, match="1000ms ahead of the server's time"):
        gate().check_time(Parameters.of_request(f"timestamp={MARKET_MS + 2_000}", ""))
    with pytest.raises(Refusal, match="outside of the recvWindow"):
        gate().check_time(Parameters.of_request(f"timestamp={MARKET_MS - 6_000}", ""))


@pytest.mark.parametrize(
    ("query", "code"),
    [
        (f"timestamp={MARKET_MS - 9_000}&recvWindow=9000", 0),
        (f"timestamp={MARKET_MS - 9_000}&recvWindow=60000", 0),
        (f"timestamp={MARKET_MS}&recvWindow=60001", -1130),
        (f"timestamp={MARKET_MS}&recvWindow=x", -1100),
        (f"timestamp={MARKET_MS}&recvWindow=", -1105),
        ("timestamp=yesterday", -1100),
        ("", -1102),
    ],
)
def test_the_window_is_the_callers_up_to_a_minute(query: str, code: int) -> None:
    assert code_of(query) == code


def test_the_window_is_as_much_wider_as_the_market_is_faster() -> None:
    query = f"timestamp={MARKET_MS - 299_000}"

    assert code_of(query, speed=60) == 0
    assert code_of(query, speed=1) == -1021


def test_query_and_body_are_signed_as_one_text_without_anything_between() -> None:
    whole = signed("a=1b=2")
    signature = whole.rpartition("=")[2]

    gate().check_signature(KEY, "a=1", f"b=2&signature={signature}")
    gate().check_signature(KEY, f"a=1&signature={signature}", "b=2")
    with pytest.raises(Refusal) as refusal:
        gate().check_signature(KEY, "a=1", f"&b=2&signature={signature}")
    assert refusal.value.code == -1022


def test_a_signature_that_is_missing_is_another_refusal_than_a_wrong_one() -> None:
    with pytest.raises(Refusal) as refusal:
        gate().check_signature(KEY, "a=1", "")
    assert refusal.value.code == -1102


def test_a_payload_tells_how_it_was_signed() -> None:
    signature = signed("a=1").rpartition("=")[2]

    assert gate().check_payload(KEY, "a=1", signature) is Scheme.HMAC
