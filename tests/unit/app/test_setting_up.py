import asyncio
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pytest

from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.app.setting_up import set_up_symbols
from noctule.domain.errors import ConfigError, VenueUnreachable
from noctule.domain.instrument import Instrument, TradingTerms
from noctule.domain.values import Symbol
from noctule.ports.setup import SetupReport
from tests.fakes.home import config_at


class Account:
    """Remembers what was set; takes its time, or has something against it, if told to."""

    def __init__(
        self, *, seconds: float = 0, unfit: tuple[str, ...] = (), deferred: tuple[str, ...] = ()
    ) -> None:
        self.seconds = seconds
        self.problems = unfit
        self.deferred = deferred
        self.settings: list[tuple[str, int, str]] = []

    async def unfit(self) -> tuple[str, ...]:
        return self.problems

    async def apply(
        self, symbols: Sequence[Symbol], *, leverage: int, margin_type: str
    ) -> Sequence[SetupReport]:
        await asyncio.sleep(self.seconds)
        self.settings += [(symbol, leverage, margin_type) for symbol in symbols]
        return [
            SetupReport(
                symbol=symbol, leverage=leverage, margin_type=margin_type, deferred=self.deferred
            )
            for symbol in symbols
        ]

    async def terms(self, instruments: Iterable[Instrument]) -> Mapping[Symbol, TradingTerms]:
        raise AssertionError("nobody asks")


def test_every_symbol_is_set_to_the_configured_leverage_and_margin_type(tmp_path: Path) -> None:
    manager = config_at(tmp_path, "trading.symbols=BTCUSDT,ETHUSDT", "trading.leverage=3")
    account = Account()

    asyncio.run(set_up_symbols(account, manager.load().settings))

    assert account.settings == [("BTCUSDT", 3, "isolated"), ("ETHUSDT", 3, "isolated")]


def test_an_account_that_does_not_fit_is_told_whole_and_never_touched(tmp_path: Path) -> None:
    settings = config_at(tmp_path).load().settings
    account = Account(unfit=("hedge mode: switch it off", "multi-assets: switch it off"))

    with pytest.raises(ConfigError) as caught:
        asyncio.run(set_up_symbols(account, settings))

    assert caught.value.problems == ("hedge mode: switch it off", "multi-assets: switch it off")
    assert account.settings == []


def test_what_cannot_be_set_now_is_told_and_does_not_stop_the_start(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = config_at(tmp_path).load().settings

    asyncio.run(
        set_up_symbols(Account(deferred=("leverage stays 3: a position is open",)), settings)
    )

    assert [record.message for record in caplog.records] == ["setting kept"]


def test_an_account_that_does_not_answer_in_time_is_unreachable(tmp_path: Path) -> None:
    settings = config_at(tmp_path, "api.timeout_ms=700").load().settings

    async def main(_clock: VirtualClock) -> None:
        await set_up_symbols(Account(seconds=5), settings)

    with pytest.raises(VenueUnreachable, match="leverage of the symbols: no answer within 4200 ms"):
        run_virtual(main, start_ms=0)
