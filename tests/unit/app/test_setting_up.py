import asyncio
from pathlib import Path

import pytest

from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.app.setting_up import set_up_symbols
from noctule.domain.errors import VenueUnreachable
from noctule.domain.values import Symbol
from tests.fakes.home import config_at


class Account:
    """Remembers what was set; takes its time if told to."""

    def __init__(self, *, seconds: float = 0) -> None:
        self.seconds = seconds
        self.settings: list[tuple[str, int, str]] = []

    async def apply(self, symbol: Symbol, *, leverage: int, margin_type: str) -> None:
        await asyncio.sleep(self.seconds)
        self.settings.append((symbol, leverage, margin_type))


def test_every_symbol_is_set_to_the_configured_leverage_and_margin_type(tmp_path: Path) -> None:
    manager = config_at(tmp_path, "trading.symbols=BTCUSDT,ETHUSDT", "trading.leverage=3")
    account = Account()

    asyncio.run(set_up_symbols(account, manager.load().settings))

    assert account.settings == [("BTCUSDT", 3, "isolated"), ("ETHUSDT", 3, "isolated")]


def test_an_account_that_does_not_answer_in_time_is_unreachable(tmp_path: Path) -> None:
    settings = config_at(tmp_path, "api.timeout_ms=700").load().settings

    async def main(_clock: VirtualClock) -> None:
        await set_up_symbols(Account(seconds=1), settings)

    with pytest.raises(VenueUnreachable, match="leverage of BTCUSDT was not set within 700 ms"):
        run_virtual(main, start_ms=0)
