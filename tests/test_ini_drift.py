"""configs/noctule.ini, its profiles and the documentation say what the settings say."""

from pathlib import Path

import pytest
from pydantic.fields import FieldInfo

from noctule.app.user_strategies import strategy_catalogue
from noctule.config.ini import Layer, read_ini
from noctule.config.manager import ConfigManager, Sources
from noctule.config.settings import SECTIONS, Configuration
from noctule.config.wording import range_text, value_text
from noctule.strategies.factory import StrategyFactory

ROOT = Path(__file__).resolve().parents[1]
INI = (ROOT / "configs/noctule.ini").read_text(encoding="utf-8")
DOCUMENT = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
PROFILES = ("sim", "paper", "testnet", "live")
STRATEGY = StrategyFactory.settings_of("sma_cross")


def load(home: Path, *, profile: str | None = None) -> Configuration:
    sources = Sources(home=home, directory=ROOT / "configs", environment={}, profile=profile)
    return manager(sources).load()


def manager(sources: Sources) -> ConfigManager:
    return ConfigManager(
        sources,
        catalogue=strategy_catalogue(sources.home),
    )


def default(tmp_path: Path) -> Configuration:
    return manager(Sources(home=tmp_path, directory=Path("nowhere"), environment={})).load()


def written() -> Layer:
    return read_ini(INI, source="noctule.ini")


def fields() -> list[tuple[str, FieldInfo]]:
    assert STRATEGY is not None
    models = {**SECTIONS, "strategy": STRATEGY}
    return [
        (f"{section}.{key}", field)
        for section, model in models.items()
        for key, field in model.model_fields.items()
    ]


def comments() -> dict[str, str]:
    lines = INI.splitlines()
    return {
        f"{entry.section}.{entry.key}": lines[entry.place.line - 1].partition(" ; ")[2]
        for entry in written().entries
    }


def test_every_setting_stands_in_the_ini_and_nothing_else(tmp_path: Path) -> None:
    settings = [f"{each.section}.{each.key}" for each in default(tmp_path).settings.each()]
    assert [f"{entry.section}.{entry.key}" for entry in written().entries] == settings


def test_every_value_of_the_ini_is_the_default(tmp_path: Path) -> None:
    assert load(tmp_path).settings == default(tmp_path).settings


def test_every_key_of_the_ini_is_explained() -> None:
    assert [key for key, comment in comments().items() if len(comment) < 10] == []


@pytest.mark.parametrize(("key", "field"), fields(), ids=[key for key, _ in fields()])
def test_the_ini_tells_the_range_of_every_number(key: str, field: FieldInfo) -> None:
    assert range_text(field) in comments()[key]


@pytest.mark.parametrize("profile", PROFILES)
def test_every_profile_loads_and_chooses_its_environment(tmp_path: Path, profile: str) -> None:
    assert load(tmp_path, profile=profile).settings.api.environment == profile


def test_there_are_no_other_profiles() -> None:
    names = {path.stem for path in (ROOT / "configs/profiles").iterdir()}
    assert names == set(PROFILES)


@pytest.mark.parametrize(("key", "field"), fields(), ids=[key for key, _ in fields()])
def test_the_documentation_tells_every_default_and_range(key: str, field: FieldInfo) -> None:
    section, _, name = key.rpartition(".")
    table = DOCUMENT.partition(f"### [{section}]\n")[2].partition("### ")[0]
    text = value_text(field.get_default())
    shown = f"`{text}`" if text else "–"
    assert f"\n| `{name}` | {shown} | {range_text(field)}" in table
