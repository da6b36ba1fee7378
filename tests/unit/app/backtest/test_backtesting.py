"""From a wish to a result: what is odd about the data is told, and nothing of a trade is logged."""

import logging
from pathlib import Path

from noctule.app.backtest.backtesting import Wish, backtested, configured, unlogged
from noctule.app.backtest.opening import Span
from tests.fakes.home import config_at
from tests.fakes.small_backtest import FROM_MS, OFTEN, small_result, write_small


def test_a_configuration_is_fitted_to_the_data(tmp_path: Path) -> None:
    data = write_small(tmp_path)
    configuration = configured([data], lambda keys: config_at(tmp_path, *keys, ini=""))
    assert configuration.settings.trading.timeframe == "15m"


def test_the_stages_of_the_work_are_told(tmp_path: Path) -> None:
    data, told = write_small(tmp_path), list[tuple[str, float]]()
    keys = [f"{name}={value}" for name, value in OFTEN.items()]
    configuration = config_at(tmp_path, *keys, ini="").load()
    wish = Wish(paths=(data,), span=Span(from_ms=FROM_MS), is_cached=False)
    result = backtested(wish, configuration, tell=lambda what, share: told.append((what, share)))
    assert result.result_hash == small_result().result_hash
    assert told[0][0] == "reading candles"
    assert all(0 <= share <= 1 for _, share in told)


def test_holes_and_halts_are_told(tmp_path: Path) -> None:
    data = write_small(tmp_path)
    (path,) = tmp_path.glob("BTCUSDT-15m-*.csv")
    lines = path.read_text().splitlines()
    del lines[200:203]
    price = lines[210].split(",")[4]
    at, end = lines[211].split(",")[0], lines[211].split(",")[6]
    lines[211] = f"{at},{price},{price},{price},{price},0,{end},0,0,0,0"
    path.write_text("\n".join(lines) + "\n")
    keys = [f"{name}={value}" for name, value in OFTEN.items()]
    configuration = config_at(tmp_path, *keys, ini="").load()
    wish = Wish(paths=(data,), span=Span(from_ms=FROM_MS), is_cached=False)
    quirks = backtested(wish, configuration).source.quirks
    assert quirks == (
        "BTCUSDT: 3 candles are missing in 1 gaps, the first from 2023-11-17T02:00:00.000Z "
        "to 2023-11-17T02:45:00.000Z",
        "BTCUSDT: nobody traded in 1 candles",
    )


def test_a_log_is_as_loud_as_before_once_it_is_over() -> None:
    log = logging.getLogger("noctule")
    before = log.level
    with unlogged():
        assert not log.isEnabledFor(logging.ERROR)
    assert log.level == before
