"""A run's books: who writes from here on, and what the account is worth."""

from pathlib import Path

from noctule.app.bookkeeping import run_of
from tests.builders import START_MS
from tests.fakes.home import config_at
from tests.fakes.open_store import open_store


def test_a_run_tells_version_settings_and_code_and_no_secret(tmp_path: Path) -> None:
    secret = "s" * 20
    dotenv = tmp_path / ".env"
    dotenv.write_text(f"BINANCE_API_KEY={'k' * 20}\nBINANCE_API_SECRET={secret}\n")
    dotenv.chmod(0o600)
    configuration = config_at(tmp_path, "api.environment=testnet").load()
    with open_store(tmp_path / "a.db") as store:
        run = run_of(configuration, store, at_ms=START_MS)
    assert run.fingerprint == configuration.fingerprint
    assert run.settings["api.environment"] == "testnet"
    assert run.settings["strategy.name"] == "sma_cross"
    assert list(run.strategies) == ["sma_cross"]
    assert secret not in str(run)
