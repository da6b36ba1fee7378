"""A configuration knows its origins, its fingerprint, and when it lacks credentials."""

from pathlib import Path

import pytest

from noctule.config.settings import SECTIONS, Setting
from tests.unit.config.house import load

KEYS = {"BINANCE_API_KEY": "key-of-mine", "BINANCE_API_SECRET": "hush-hush"}


def test_every_section_but_the_strategies_is_one_model() -> None:
    assert list(SECTIONS) == [
        "api",
        "sim",
        "trading",
        "regime",
        "risk",
        "shutdown",
        "logging",
        "store",
        "control",
        "web",
    ]


def test_every_setting_is_listed_in_the_order_of_the_sections(tmp_path: Path) -> None:
    settings = list(load(tmp_path, base="[strategy.a]\nname = sma_cross\n").settings.each())
    assert settings[0] == Setting(section="api", key="environment", text="sim")
    assert [each for each in settings if each.section.startswith("strategy")] == [
        Setting(section="strategy.a", key="name", text="sma_cross"),
        Setting(section="strategy.a", key="path", text=""),
        Setting(section="strategy.a", key="symbols", text="BTCUSDT"),
        Setting(section="strategy.a", key="reverse", text=""),
        Setting(section="strategy.a", key="fast", text="10"),
        Setting(section="strategy.a", key="slow", text="30"),
    ]
    assert settings[-1] == Setting(section="web", key="bind", text="127.0.0.1:8321")


def test_of_a_file_it_is_listed_which_code_was_loaded(tmp_path: Path) -> None:
    settings = load(tmp_path, base="[strategy.a]\npath = my_idea.py\n").settings.each()
    assert [each for each in settings if each.section.startswith("strategy")] == [
        Setting(section="strategy.a", key="path", text="my_idea.py"),
        Setting(section="strategy.a", key="code", text="c0de"),
        Setting(section="strategy.a", key="symbols", text="BTCUSDT"),
        Setting(section="strategy.a", key="reverse", text=""),
        Setting(section="strategy.a", key="lookback", text="20"),
        Setting(section="strategy.a", key="slow", text="7"),
    ]


def test_the_fingerprint_is_of_values_not_of_spelling_or_secrets(tmp_path: Path) -> None:
    plain = load(tmp_path).fingerprint
    spelled = load(tmp_path, overrides=("risk.max_drawdown=0.2",), environment=KEYS).fingerprint
    assert spelled == plain
    assert len(plain) == 64


def test_every_change_of_a_value_changes_the_fingerprint(tmp_path: Path) -> None:
    changed = load(tmp_path, overrides=("strategy.fast=11",))
    assert changed.fingerprint != load(tmp_path).fingerprint


@pytest.mark.parametrize("environment", ["sim", "paper"])
def test_play_money_needs_no_credentials(tmp_path: Path, environment: str) -> None:
    configuration = load(tmp_path, overrides=(f"api.environment={environment}",))
    assert configuration.credentials_problem is None


@pytest.mark.parametrize("environment", ["testnet", "live"])
def test_the_exchange_needs_credentials(tmp_path: Path, environment: str) -> None:
    base = f"[api]\nenvironment = {environment}\n"
    assert load(tmp_path, base=base, environment=KEYS).credentials_problem is None
    assert load(tmp_path, base=base).credentials_problem == (
        f"configs/noctule.ini:2 [api] environment: {environment} needs credentials, set "
        "BINANCE_API_KEY and BINANCE_API_SECRET in the environment, .env or systemd credentials"
    )


def test_no_printed_form_of_a_configuration_holds_a_secret(tmp_path: Path) -> None:
    configuration = load(tmp_path, environment=KEYS)
    assert "hush-hush" not in f"{configuration} {configuration!r}"
