from pathlib import Path

import pytest

from noctule.app.cli.options import config_manager


def test_the_working_directory_has_its_own_configs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs/noctule.ini").write_text("[trading]\nleverage = 7\n")
    monkeypatch.chdir(tmp_path)

    configuration = config_manager(files=None, profile=None, overrides=None).load()

    assert configuration.settings.trading.leverage == 7


def test_without_configs_here_those_of_the_checkout_serve(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    configuration = config_manager(files=None, profile="sim", overrides=None).load()

    origin = configuration.origins["trading.leverage"]
    assert Path(origin.rpartition(":")[0]).parts[-2:] == ("configs", "noctule.ini")


def test_files_and_overrides_are_taken_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, leverage in (("a.ini", 2), ("b.ini", 3)):
        (tmp_path / name).write_text(f"[trading]\nleverage = {leverage}\n")

    files = config_manager(files=[Path("a.ini"), Path("b.ini")], profile=None, overrides=None)
    flags = config_manager(files=[Path("a.ini")], profile=None, overrides=["trading.leverage=4"])

    assert files.load().settings.trading.leverage == 3
    assert flags.load().settings.trading.leverage == 4
