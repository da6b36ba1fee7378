"""The simulated exchange of this process is on a free port, for us alone, as long as it lasts."""

from pathlib import Path
from random import Random

import aiohttp
import pytest

from noctule.adapters.clock import SystemClock
from noctule.app.embedded import embedded
from tests.fakes.home import config_at


async def test_it_is_served_on_a_free_port_with_the_contracts_that_are_traded(
    tmp_path: Path,
) -> None:
    settings = config_at(tmp_path, "trading.symbols=ETHUSDT").load().settings
    async with (
        embedded(settings, clock=SystemClock(), jitter=Random(1)) as one,
        embedded(settings, clock=SystemClock(), jitter=Random(2)) as other,
        aiohttp.ClientSession() as http,
        http.get(f"{one.endpoints.rest_url}/fapi/v1/exchangeInfo") as reply,
    ):
        listed = [each["symbol"] for each in (await reply.json())["symbols"]]

    assert listed == ["ETHUSDT"]
    assert one.endpoints.stream_url.startswith("ws://127.0.0.1:")
    assert one.endpoints != other.endpoints
    assert one.control_token != other.control_token


async def test_holes_in_what_is_replayed_are_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    open_ms = 1_700_006_400_000
    rows = [
        f"{open_ms + at * 60_000},100,100,100,100,2,{open_ms + at * 60_000 + 59_999},200,7,1,100\n"
        for at in (*range(400), *range(410, 600))
    ]
    file = tmp_path / "BTCUSDT-1m-2023.csv"
    file.write_text("".join(rows))
    settings = config_at(tmp_path, f"sim.data={file}").load().settings
    async with embedded(settings, clock=SystemClock(), jitter=Random(1)):
        pass
    assert [record.message for record in caplog.records] == ["candles are missing before this row"]
