"""Of two bots on one account the second refuses, and says whom to stop."""

import os
import stat
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from noctule.app.account_lock import account_identity, account_lock
from noctule.config.settings import Configuration
from noctule.domain.errors import ConfigError
from tests.fakes.home import config_at

KEY, OTHER_KEY = "k" * 8 + "9fQ2mP", "k" * 8 + "8eR3nO"
EXCHANGE = "http://127.0.0.1:8780"
HERE = "--set [api] environment"


@pytest.fixture(autouse=True)
def common_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give this test a directory for temporary files of its own."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def configured(home: Path, *overrides: str, key: str = KEY) -> Configuration:
    dotenv = home / ".env"
    dotenv.write_text(f"BINANCE_API_KEY={key}\nBINANCE_API_SECRET={'s' * 20}\n")
    dotenv.chmod(0o600)
    return config_at(home, *overrides).load()


def on_testnet(home: Path, *, key: str = KEY) -> Configuration:
    return configured(home, "api.environment=testnet", key=key)


def session(home: Path) -> Mapping[str, str]:
    runtime = home / "run"
    runtime.mkdir(exist_ok=True)
    return {"XDG_RUNTIME_DIR": str(runtime)}


def test_the_second_bot_on_an_account_refuses_and_names_the_first(tmp_path: Path) -> None:
    configuration, environment = on_testnet(tmp_path), session(tmp_path)
    with account_lock(configuration, environment=environment):
        (lock,) = (tmp_path / "run/noctule").iterdir()

        with (
            pytest.raises(ConfigError) as told,
            account_lock(configuration, environment=environment),
        ):
            pytest.fail("two bots trade")

    assert told.value.problems == (
        f"{HERE}: process {os.getpid()} trades on this account already, stop it first "
        f"({lock} is locked)",
    )
    with account_lock(configuration, environment=environment):
        pass


def test_one_without_a_session_sees_the_one_that_has_one_and_the_other_way_round(
    tmp_path: Path, common_folder: Path
) -> None:
    configuration = on_testnet(tmp_path)
    for first, second in ((session(tmp_path), {}), ({}, session(tmp_path))):
        with (
            account_lock(configuration, environment=first),
            pytest.raises(ConfigError, match=str(common_folder)),
            account_lock(configuration, environment=second),
        ):
            pytest.fail("two bots trade")


def test_another_key_is_another_account(tmp_path: Path) -> None:
    one, other = on_testnet(tmp_path), on_testnet(tmp_path, key=OTHER_KEY)
    with account_lock(one, environment={}), account_lock(other, environment={}):
        pass


def test_the_locks_name_does_not_tell_the_key_and_the_folder_is_private(
    tmp_path: Path, common_folder: Path
) -> None:
    with account_lock(on_testnet(tmp_path), environment={}):
        (folder,) = common_folder.iterdir()
        (lock,) = folder.iterdir()
    assert folder.name == f"noctule-{os.getuid()}"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert KEY not in lock.name
    assert KEY not in lock.read_text()


def test_whoever_has_an_account_of_his_own_needs_no_lock(
    tmp_path: Path, common_folder: Path
) -> None:
    configuration = configured(tmp_path)
    assert account_identity(configuration) is None
    with account_lock(configuration), account_lock(configuration):
        pass
    assert list(common_folder.iterdir()) == []


def test_a_paper_account_is_its_file(tmp_path: Path, common_folder: Path) -> None:
    configuration = configured(tmp_path, "api.environment=paper")
    identity = account_identity(configuration)
    assert identity is not None
    assert identity.endswith(".account.json")
    taken = pytest.raises(ConfigError, match="trades on this account")
    with account_lock(configuration), taken, account_lock(configuration):
        pass


def test_a_simulated_exchange_elsewhere_has_one_account_for_each_seed(tmp_path: Path) -> None:
    def at(*overrides: str) -> str | None:
        return account_identity(configured(tmp_path, *overrides))

    here = at(f"api.rest_url={EXCHANGE}")
    assert here == at(f"api.rest_url={EXCHANGE}", "sim.speed=7")
    assert here is not None
    assert KEY not in here
    assert len({here, at("api.rest_url=http://127.0.0.1:8781")}) == 2
    assert len({here, at(f"api.rest_url={EXCHANGE}", "sim.seed=2")}) == 2


def test_without_a_key_there_is_nobody_to_lock_out(tmp_path: Path) -> None:
    configuration = config_at(tmp_path, "api.environment=testnet").load()
    with pytest.raises(ConfigError, match="testnet needs credentials"), account_lock(configuration):
        pytest.fail("it has no account")


def test_a_runtime_directory_that_is_gone_leaves_the_common_one(
    tmp_path: Path, common_folder: Path
) -> None:
    gone = {"XDG_RUNTIME_DIR": str(tmp_path / "gone")}
    with account_lock(on_testnet(tmp_path), environment=gone):
        assert list(common_folder.iterdir())


def opened_to_all(folder: Path) -> None:
    folder.mkdir()
    folder.chmod(0o777)


def led_elsewhere(folder: Path) -> None:
    folder.with_name("elsewhere").mkdir(mode=0o700)
    folder.symlink_to("elsewhere")


@pytest.mark.parametrize("spoil", [opened_to_all, led_elsewhere])
def test_a_folder_that_others_may_have_laid_out_is_not_trusted(
    tmp_path: Path, common_folder: Path, spoil: Callable[[Path], None]
) -> None:
    folder = common_folder / f"noctule-{os.getuid()}"
    spoil(folder)
    with pytest.raises(ConfigError) as told, account_lock(on_testnet(tmp_path), environment={}):
        pytest.fail("anybody could take the lock away")
    (problem,) = told.value.problems
    assert problem.startswith(f"{HERE}: {folder}/account-")
    assert problem.endswith(
        "cannot be locked (its folder is somebody else's, or open to others), "
        "set XDG_RUNTIME_DIR to a directory that belongs to this user alone"
    )


def test_a_holder_that_has_not_said_its_number_yet_is_another_process(
    tmp_path: Path, common_folder: Path
) -> None:
    configuration = on_testnet(tmp_path)
    with account_lock(configuration, environment={}):
        (lock,) = common_folder.glob("*/*.lock")
        lock.write_text("")
        with (
            pytest.raises(ConfigError, match="another process trades on this account"),
            account_lock(configuration, environment={}),
        ):
            pytest.fail("two bots trade")
