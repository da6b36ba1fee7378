"""The connector's wrappers come without its session, and leave the connector as it is."""

import subprocess
import sys

from binance.um_futures import UMFutures

from noctule.adapters.binance.rest.wrappers import StockWrappers


def test_every_wrapper_of_the_connector_is_there() -> None:
    assert StockWrappers is not UMFutures
    wrappers = {name for name in vars(UMFutures) if not name.startswith("_")}
    assert wrappers <= set(vars(StockWrappers))
    assert {"klines", "new_order", "exchange_info"} <= wrappers


def test_whoever_imports_the_connector_afterwards_gets_it_whole_and_nobody_else_pays() -> None:
    script = """
import sys
import noctule.adapters.binance.rest.wrappers
assert not {"requests", "urllib3", "Crypto"} & set(sys.modules), "paid"
from binance.um_futures import UMFutures
from binance.um_futures.market import klines
from binance.api import API
assert issubclass(UMFutures, API)
assert UMFutures("key", "secret").session
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=20)
