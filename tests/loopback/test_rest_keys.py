"""Three kinds of keys are taken, a revoked one is lived through, and a ban outlives a restart."""

from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest
from Crypto.PublicKey import ECC, RSA

from noctule.adapters.binance.rest.bans import Bans
from noctule.adapters.binance.rest.calls import Call, Lane, Safety
from noctule.adapters.binance.rest.gate import Patience
from noctule.adapters.binance.rest.parts import RestSettings
from noctule.adapters.binance.rest.questions import BinanceRest
from noctule.adapters.clock import SystemClock
from noctule.adapters.sim.faults import FaultKind
from noctule.domain.errors import (
    BudgetExhausted,
    CredentialsRefused,
    Severity,
    VenueError,
    VenueRefused,
)
from tests.fakes.loopback import KEY, Loopback, loopback
from tests.fakes.rest_desk import rest_to

ANYTHING: msgspec.json.Decoder[Any] = msgspec.json.Decoder()
BALANCE: Final = Call(name="GET balance", safety=Safety.REPEATABLE, decoder=ANYTHING, weight=5)
ORDER: Final = Call(
    name="POST order", safety=Safety.ONCE, decoder=ANYTHING, weight=0, orders=1, trades=True
)
IMPATIENT: Final = RestSettings(patience=Patience(read_ms=0, audit_ms=0, entry_ms=0, guard_ms=0))


class Listener:
    def __init__(self) -> None:
        self.heard: list[str] = []

    def on_access_refused(self, code: int, message: str) -> None:
        self.heard.append(str(code))

    def on_access_restored(self) -> None:
        self.heard.append("restored")


async def wallet(rest: BinanceRest) -> str:
    rows = await rest.run(BALANCE, rest.client.balance, lane=Lane.READ)
    return str(rows[0]["balance"])


async def sold(rest: BinanceRest) -> object:
    return await rest.run(
        ORDER,
        lambda: rest.client.new_order("BTCUSDT", "SELL", "MARKET", quantity=Decimal("0.010")),
        lane=Lane.GUARD,
    )


def open_account(exchange: Loopback, key: str, public_key: str) -> None:
    exchange.protocol.venue.exchange.open_account(key=key, secret=public_key, deposit=Decimal(777))


async def test_an_rsa_key_is_taken() -> None:
    pair = RSA.generate(2048)
    async with loopback(speed=1) as exchange:
        open_account(exchange, "r" * 64, pair.public_key().export_key().decode())
        secret = pair.export_key().decode()
        async with rest_to(exchange, key="r" * 64, secret=secret) as rest:
            assert await wallet(rest) == "777.00000000"
            await sold(rest)


async def test_an_ed25519_key_is_taken() -> None:
    pair = ECC.generate(curve="Ed25519")
    async with loopback(speed=1) as exchange:
        open_account(exchange, "e" * 64, pair.public_key().export_key(format="PEM"))
        secret = pair.export_key(format="PEM")
        async with rest_to(exchange, key="e" * 64, secret=secret) as rest:
            assert await wallet(rest) == "777.00000000"
            await sold(rest)


@pytest.mark.parametrize(
    ("key", "secret", "code"), [("z" * 64, "s" * 64, -2015), (KEY, "wrong", -1022)]
)
async def test_a_key_that_is_wrong_from_the_start_is_fatal(
    key: str, secret: str, code: int
) -> None:
    async with loopback(speed=1) as exchange, rest_to(exchange, key=key, secret=secret) as rest:
        with pytest.raises(CredentialsRefused) as caught:
            await wallet(rest)
        assert caught.value.code == code


async def test_a_key_revoked_while_running_is_told_once_and_guarding_goes_on() -> None:
    async with loopback(speed=1) as exchange, rest_to(exchange) as rest:
        listener = rest.access.listener = Listener()
        await wallet(rest)
        exchange.arm(
            FaultKind.REFUSED, code=-2015, msg="Invalid API-key, IP, or permissions.", times=3
        )
        refused: list[VenueError] = []
        for _ in range(3):
            with pytest.raises(VenueRefused) as caught:
                await sold(rest)
            refused.append(caught.value)

        await sold(rest)
        assert {each.severity for each in refused} == {Severity.RECOVERABLE}
        assert listener.heard == ["-2015", "restored"]


async def test_a_ban_is_obeyed_by_the_next_process_too(tmp_path: Path) -> None:
    clock, path = SystemClock(), tmp_path / "bans.json"

    def bans(host: str = "fapi") -> Bans:
        return Bans(host, clock=clock, wall=clock, path=path)

    async with loopback(speed=1) as exchange:
        exchange.arm(FaultKind.BANNED, "GET /fapi/v3/balance")
        async with rest_to(exchange, bans=bans(), settings=IMPATIENT) as rest:
            with pytest.raises(BudgetExhausted):
                await wallet(rest)
        exchange.arm(FaultKind.REFUSED, times=None, code=-9999, msg="must not be asked")
        async with loopback(speed=1) as elsewhere:
            async with rest_to(elsewhere, bans=bans(), settings=IMPATIENT) as next_process:
                next_process.gate.bans.recall()
                with pytest.raises(BudgetExhausted, match="fapi told us to stop") as caught:
                    await wallet(next_process)
                assert 100_000 < caught.value.retry_after_ms <= 120_000
            async with rest_to(elsewhere, bans=bans("demo"), settings=IMPATIENT) as other_host:
                other_host.gate.bans.recall()
                assert await wallet(other_host) == "10000.00000000"
