"""The store of a command is the one that the bot of this configuration writes, or wrote last."""

import os
from pathlib import Path

import pytest

from noctule.app.cli.options import config_manager
from noctule.app.found_store import found_store
from noctule.domain.errors import ConfigError


def found(*overrides: str) -> Path:
    return found_store(config_manager(files=None, profile=None, overrides=list(overrides)).load())


@pytest.fixture(autouse=True)
def _at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs/noctule.ini").write_text("[trading]\nsymbols = BTCUSDT\n")
    (tmp_path / "logs/state").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)


def test_of_simulations_it_is_the_one_written_last_whatever_its_seed() -> None:
    for age, name in enumerate(("seed7-b", "seed1-a", "seed1-c")):
        path = Path(f"logs/state/sim-{name}.db")
        path.touch()
        os.utime(path, (1_000 - age, 1_000 - age))
    Path("logs/state/paper-1.db").touch()
    assert found() == Path("logs/state/sim-seed7-b.db")


def test_a_store_of_a_fixed_name_is_that_one() -> None:
    Path("logs/my[1].db").touch()
    assert found("store.url=sqlite:///logs/my[1].db") == Path("logs/my[1].db")


def test_without_one_it_says_where_it_was_looked_for() -> None:
    with pytest.raises(ConfigError, match=r"url: there is no store at logs/state/sim-seed"):
        found()


def test_of_paper_it_is_the_accounts_own() -> None:
    with pytest.raises(ConfigError, match="start the bot first"):
        found("api.environment=paper")
