"""A daemon whose exchange is elsewhere has nothing in memory that it does not use."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
UNWANTED: Final = (
    *("pandas", "numpy", "pyarrow", "plotly", "rich", "fastapi", "uvicorn", "starlette"),
    *("requests", "urllib3", "Crypto", "aiohttp", "prometheus_client", "sqlalchemy.orm"),
    *("noctule.adapters.sim.exchange", "noctule.adapters.sim.server"),
)
RUN: Final = """
import sys
from noctule.app.cli import main
code = main(sys.argv[1:])
sys.stderr.write("loaded: " + " ".join(sys.modules))
sys.exit(code)
"""


@contextmanager
def started(home: Path, *words: str) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [sys.executable, *words],
        cwd=home,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={name: value for name, value in os.environ.items() if "BINANCE" not in name},
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_a_bot_that_trades_has_loaded_neither_an_exchange_nor_a_framework(tmp_path: Path) -> None:
    main, market = str(ROOT / "main.py"), ("--port", "0", "--history", "30", "--json")
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs/noctule.ini").write_text("[trading]\nsymbols = BTCUSDT\n")
    with started(tmp_path, main, "exchange", *market) as exchange:
        assert exchange.stdout is not None
        address = json.loads(exchange.stdout.readline())
        sets = (f"api.{key}={address[key]}" for key in ("rest_url", "stream_url"))
        words = [word for said in sets for word in ("--set", said)]
        with started(tmp_path, "-c", RUN, "run", *words) as bot:
            assert bot.stdout is not None
            assert any("READY" in line for line in bot.stdout), "it never got ready"
            bot.send_signal(signal.SIGTERM)
            told, _ = bot.communicate(timeout=15)

    assert bot.returncode == 0, told
    loaded = set(told.rpartition("loaded: ")[2].split())
    assert "noctule.app.bot" in loaded
    assert not loaded & set(UNWANTED)
