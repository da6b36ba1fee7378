"""Whatever happens otherwise makes another number, and so does when it happens."""

from pathlib import Path

from noctule.adapters.clock import VirtualClock
from noctule.adapters.sim.events import ListenKeyExpired
from noctule.adapters.sim.messages import answer
from noctule.app.storm.digest import Digest
from noctule.app.storm.exchange import Asked
from tests.builders import candle
from tests.fakes.feed import closed
from tests.fakes.storm_scene import OPEN_MS

ASKED = Asked("GET", "/fapi/v1/order", {"symbol": "BTCUSDT", "signature": "1"})
FOLDER = Path("/somewhere/abc")
EXPIRED = ListenKeyExpired(time_ms=OPEN_MS, listen_key="x")


def digest_of(*acts: str, at_ms: int = 0) -> Digest:
    clock = VirtualClock(OPEN_MS + at_ms)
    digest = Digest(clock, folder=FOLDER)
    for act in acts:
        match act:
            case "asked":
                digest.answered(ASKED, answer({}))
            case "told":
                digest.told(EXPIRED)
            case _:
                digest.hear(closed(candle()))
    return digest


def test_the_same_things_at_the_same_times_make_the_same_number() -> None:
    first, second = (digest_of("asked", "told", "heard") for _ in range(2))
    assert first.hex == second.hex
    assert (first.events, first.requests) == (3, 1)


def test_another_order_another_time_and_another_thing_make_another_number() -> None:
    told = {
        digest_of("asked", "told").hex,
        digest_of("told", "asked").hex,
        digest_of("asked", "heard").hex,
        digest_of("asked", "told", at_ms=1).hex,
    }
    assert len(told) == 4


def test_a_signature_counts_for_nothing_as_it_follows_from_all_else() -> None:
    clock = VirtualClock(OPEN_MS)
    first, second = Digest(clock, folder=FOLDER), Digest(clock, folder=FOLDER)
    first.answered(ASKED, answer({}))
    second.answered(
        Asked("GET", "/fapi/v1/order", {"symbol": "BTCUSDT", "signature": "2"}), answer({})
    )
    assert first.hex == second.hex


def test_where_it_is_run_counts_for_nothing() -> None:
    clock = VirtualClock(OPEN_MS)
    told = set()
    for name in ("abc", "xyz"):
        folder = Path("/somewhere") / name
        digest = Digest(clock, folder=folder)
        digest.told(ListenKeyExpired(time_ms=OPEN_MS, listen_key=f"{folder}/STOP"))
        told.add(digest.hex)
    assert len(told) == 1
