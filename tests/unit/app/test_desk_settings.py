"""The desk's mark, words and patience come from the configuration."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from msgspec.structs import replace

from noctule.adapters.clock import VirtualClock
from noctule.app.desk_settings import desk_settings, quote_asset_of
from noctule.domain.errors import ConfigError
from noctule.domain.instrument import Instrument
from noctule.domain.order import WorkingType
from noctule.domain.values import Symbol
from noctule.engine.contracts import Contracts
from tests.builders import instrument
from tests.fakes.desk_events import ACCOUNT
from tests.fakes.floor import known_contracts
from tests.fakes.home import config_at
from tests.fakes.offline import OfflineVenue


@pytest.mark.parametrize(("tag", "account"), [(ACCOUNT, ACCOUNT), (None, "")])
def test_orders_bear_the_mark_of_the_account_if_there_is_one(
    tmp_path: Path, tag: str | None, account: str
) -> None:
    assert desk_settings(tag, config_at(tmp_path).load().settings).account == account


@pytest.mark.parametrize(
    ("overrides", "working_type", "has_limit_target"),
    [
        ((), WorkingType.CONTRACT_PRICE, False),
        (
            ("risk.working_type=MARK_PRICE", "risk.take_profit_order=limit"),
            WorkingType.MARK_PRICE,
            True,
        ),
    ],
)
def test_stops_and_targets_are_as_the_owner_wants_them(
    tmp_path: Path, overrides: tuple[str, ...], working_type: WorkingType, has_limit_target: bool
) -> None:
    words = desk_settings(ACCOUNT, config_at(tmp_path, *overrides).load().settings).words
    assert (words.working_type, words.has_limit_target) == (working_type, has_limit_target)


def test_a_request_is_waited_for_as_long_as_the_venue_may_still_take_it(tmp_path: Path) -> None:
    bounds = ("api.recv_window_ms=4000", "api.order_timeout_ms=900")
    configuration = config_at(tmp_path, *bounds, "risk.naked_position_limit_ms=700").load()
    patience = desk_settings(ACCOUNT, configuration.settings).patience
    assert (patience.naked_ms, patience.life_ms) == (700, 5_900)


async def test_money_is_counted_in_the_margin_asset(tmp_path: Path) -> None:
    settings = config_at(tmp_path).load().settings
    assert quote_asset_of(await known_contracts(), settings) == "USDT"


async def test_contracts_of_several_margin_assets_are_refused_by_name(tmp_path: Path) -> None:
    other = replace(instrument(symbol=Symbol("BTCUSDC")), margin_asset="USDC")
    ether = instrument(symbol=Symbol("ETHUSDT"))
    listing = {each.symbol: each for each in (instrument(), ether, other)}

    async def listed() -> Mapping[Symbol, Instrument]:
        return listing

    contracts = Contracts()
    await contracts.read_rules(OfflineVenue(VirtualClock(0), instruments=listed))
    settings = config_at(tmp_path, "trading.symbols=BTCUSDT,BTCUSDC,ETHUSDT").load().settings
    with pytest.raises(ConfigError) as caught:
        quote_asset_of(contracts, settings)
    assert caught.value.problems == (
        "[trading] symbols: money is counted in one asset (USDC: BTCUSDC; USDT: BTCUSDT, ETHUSDT), "
        "keep the contracts of one",
    )


def test_before_any_contract_is_known_it_is_usdt(tmp_path: Path) -> None:
    assert quote_asset_of(Contracts(), config_at(tmp_path).load().settings) == "USDT"
