"""An account is judged before what is held is guarded, and set after that."""

import asyncio
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pytest

from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.app.setting_up import SettingUp
from noctule.domain.errors import ConfigError, CredentialsRefused, VenueError, VenueUnreachable
from noctule.domain.instrument import Instrument, TradingTerms
from noctule.domain.values import Symbol
from noctule.ports.setup import SetupReport
from tests.builders import BTCUSDT
from tests.fakes.floor import ETHUSDT
from tests.fakes.home import config_at


class Account:
    """Remembers what was set; takes its time, or has something against it, if told to."""

    def __init__(
        self, *, seconds: float = 0, unfit: tuple[str, ...] = (), deferred: tuple[str, ...] = ()
    ) -> None:
        self.seconds = seconds
        self.problems = unfit
        self.failures: deque[VenueError] = deque()  # of the next questions
        self.asked = 0  # whether it fits
        self.deferred = deferred
        self.settings: list[tuple[str, int, str]] = []

    async def unfit(self) -> tuple[str, ...]:
        self.asked += 1
        await asyncio.sleep(self.seconds)
        if self.failures:
            raise self.failures.popleft()
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

    asyncio.run(SettingUp(account, manager.load().settings).apply([BTCUSDT, ETHUSDT]))

    assert account.settings == [("BTCUSDT", 3, "isolated"), ("ETHUSDT", 3, "isolated")]


def test_an_account_that_does_not_fit_is_told_whole_and_never_touched(tmp_path: Path) -> None:
    account = Account(unfit=("hedge mode: switch it off", "multi-assets: switch it off"))
    setting_up = SettingUp(account, config_at(tmp_path).load().settings)

    for work in (setting_up.judge, lambda: setting_up.apply([BTCUSDT])):
        with pytest.raises(ConfigError) as caught:
            asyncio.run(work())

        assert caught.value.problems == (
            "hedge mode: switch it off",
            "multi-assets: switch it off",
        )
    assert account.settings == []


def test_an_account_that_fits_is_not_asked_again(tmp_path: Path) -> None:
    account = Account()
    setting_up = SettingUp(account, config_at(tmp_path).load().settings)

    asyncio.run(setting_up.judge())
    asyncio.run(setting_up.apply([BTCUSDT]))

    assert account.asked == 1


def test_who_does_not_say_whether_it_fits_is_asked_before_it_is_set(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    account = Account(unfit=("hedge mode: switch it off",))
    account.failures.append(VenueUnreachable("no answer"))
    setting_up = SettingUp(account, config_at(tmp_path).load().settings)

    asyncio.run(setting_up.judge())
    assert [record.message for record in caplog.records] == ["account not judged"]
    with pytest.raises(ConfigError):
        asyncio.run(setting_up.apply([BTCUSDT]))


def test_what_is_held_waits_for_one_request_only(tmp_path: Path) -> None:
    settings = config_at(tmp_path, "api.timeout_ms=700").load().settings

    async def main(clock: VirtualClock) -> None:
        await SettingUp(Account(seconds=5), settings).judge()
        assert clock.now_ms() == 700

    run_virtual(main, start_ms=0)


def test_a_refused_key_is_not_put_off(tmp_path: Path) -> None:
    account = Account()
    account.failures.append(CredentialsRefused("who are you?", code=-2015))

    with pytest.raises(CredentialsRefused):
        asyncio.run(SettingUp(account, config_at(tmp_path).load().settings).judge())


def test_what_cannot_be_set_now_is_told_and_does_not_stop_the_start(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    account = Account(deferred=("leverage stays 3: a position is open",))

    asyncio.run(SettingUp(account, config_at(tmp_path).load().settings).apply([BTCUSDT]))

    assert [record.message for record in caplog.records] == ["setting kept"]


def test_an_account_that_does_not_answer_in_time_is_unreachable(tmp_path: Path) -> None:
    settings = config_at(tmp_path, "api.timeout_ms=700").load().settings

    async def main(_clock: VirtualClock) -> None:
        account = Account()
        setting_up = SettingUp(account, settings)
        await setting_up.judge()
        account.seconds = 5
        await setting_up.apply([BTCUSDT])

    with pytest.raises(VenueUnreachable, match="leverage of the symbols: no answer within 4200 ms"):
        run_virtual(main, start_ms=0)
