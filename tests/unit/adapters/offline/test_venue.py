from noctule.adapters.clock import VirtualClock
from noctule.adapters.offline.venue import OfflineVenue
from noctule.domain.instrument import Instrument
from noctule.domain.position import AccountSnapshot
from noctule.domain.values import Symbol
from tests.builders import BTCUSDT, START_MS, instrument


async def listed() -> dict[Symbol, Instrument]:
    return {BTCUSDT: instrument()}


def offline() -> OfflineVenue:
    return OfflineVenue(VirtualClock(START_MS), instruments=listed)


async def test_contracts_are_known_without_an_account() -> None:
    assert await offline().instruments() == {BTCUSDT: instrument()}


async def test_nothing_is_held_rests_or_ever_happened() -> None:
    venue = offline()
    empty = AccountSnapshot(at_ms=START_MS, balances=(), positions=())
    assert await venue.snapshot() == empty
    assert await venue.fills_since(BTCUSDT, 0) == ()
    assert await venue.orders_since(BTCUSDT, 0) == ()
    assert await venue.income_since(0) == ()


async def test_a_look_finds_nothing() -> None:
    look = await offline().look(BTCUSDT)
    assert (look.symbol, str(look.signed_quantity)) == (BTCUSDT, "0")
    assert look.entry_price is None
    assert (look.orders, look.at_ms) == ((), START_MS)
