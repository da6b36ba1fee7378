"""What the owner left as it is shipped is taken from the data that he gives."""

from pathlib import Path

import pytest

from noctule.app.backtest.choosing import keys_for
from noctule.domain.values import Symbol, Timeframe
from noctule.engine.settings import TradingSettings

SHIPPED = TradingSettings()


@pytest.mark.parametrize(
    ("names", "keys"),
    [
        (["BTCUSDT-1m-2023.csv"], ()),
        (["BTCUSDT-5m-2023.csv"], ("trading.timeframe=5m",)),
        (["ETHUSDT-1m-2023.csv"], ("trading.symbols=ETHUSDT",)),
        (
            ["ETHUSDT-4h-1.csv", "LTCUSDT-4h-1.csv", "ETHUSDT-4h-2.csv"],
            ("trading.symbols=ETHUSDT,LTCUSDT", "trading.timeframe=4h"),
        ),
        (
            ["BTCUSDT-5m-1.csv", "ETHUSDT-5m-1.csv"],
            ("trading.symbols=BTCUSDT,ETHUSDT", "trading.timeframe=5m"),
        ),
        (["BTCUSDT-5m-1.csv", "BTCUSDT-15m-1.csv"], ()),
        (["BTCUSDT-funding-1.csv", "BTCUSDT-MARK-5m-1.csv"], ()),
        (["prices.csv"], ()),
    ],
)
def test_what_is_fitted(tmp_path: Path, names: list[str], keys: tuple[str, ...]) -> None:
    paths = [tmp_path / name for name in names]
    for path in paths:
        path.touch()
    assert keys_for(paths, SHIPPED) == keys


def test_what_the_owner_said_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "ETHUSDT-5m-2023.csv"
    path.touch()
    said = TradingSettings(symbols=(Symbol("LTCUSDT"),), timeframe=Timeframe.H1)
    assert keys_for([path], said) == ()
