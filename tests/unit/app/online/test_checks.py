"""A single question's answer, at the border between good and bad."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from noctule.adapters.binance.instruments import Instruments
from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.adapters.sim.model import Rules
from noctule.app.online.checks import Inquiry, about_the_market
from noctule.app.online.findings import line_of
from tests.fakes.home import config_at
from tests.fakes.nearby import OPEN_MS, Nearby, nearby


def asked(home: Path, *, skew_ms: int = 0, status: str = "TRADING") -> list[str]:
    async def main(clock: VirtualClock) -> list[str]:
        settings = config_at(home, "api.environment=testnet").load().settings
        async with nearby(clock) as exchange:
            exchange.protocol.times.skew_ms = skew_ms
            _set_status(exchange, status)
            inquiry = Inquiry(
                exchange="it",
                rest=exchange.reach.rest,
                instruments=Instruments(exchange.reach.rest),
                settings=settings,
            )
            return [line_of(each) async for each in about_the_market(inquiry)]

    return run_virtual(main, start_ms=OPEN_MS)


def _set_status(exchange: Nearby, status: str) -> None:
    venue = exchange.protocol.venue.exchange
    rules: Rules = venue.rules["BTCUSDT"]
    venue.set_rules(replace(rules, status=status))


@pytest.mark.parametrize(
    ("skew_ms", "line"),
    [
        (-1, "ok    clock     the exchange's is +0 ms from ours"),
        (999, "ok    clock     the exchange's is +1000 ms from ours"),
        (
            1_000,
            "FAIL  clock     the exchange's is +1001 ms from ours (limit 1000); "
            "let the machine's clock be set by the network: timedatectl set-ntp true",
        ),
        (
            -1_002,
            "FAIL  clock     the exchange's is -1001 ms from ours (limit 1000); "
            "let the machine's clock be set by the network: timedatectl set-ntp true",
        ),
    ],
)
def test_a_clock_may_be_off_by_the_limit_and_no_more(
    tmp_path: Path, skew_ms: int, line: str
) -> None:
    assert asked(tmp_path, skew_ms=skew_ms)[1] == line


def test_a_symbol_is_told_with_its_rules(tmp_path: Path) -> None:
    assert asked(tmp_path)[2] == (
        "ok    symbol    BTCUSDT: tick 0.10, step 0.001, at least 50 USDT"
    )


def test_a_symbol_that_is_not_open_is_told(tmp_path: Path) -> None:
    assert asked(tmp_path, status="SETTLING")[2] == (
        "FAIL  symbol    BTCUSDT: tick 0.10, step 0.001, at least 50 USDT; "
        "not open for trading; take another symbol"
    )
