"""The [logging] section."""

import pytest
from pydantic import ValidationError

from noctule.telemetry.settings import LoggingSettings


def test_levels_name_a_component_and_a_level() -> None:
    settings = LoggingSettings(levels=("adapters.binance=DEBUG", "risk = WARNING"))
    assert settings.levels == ("adapters.binance=DEBUG", "risk = WARNING")


@pytest.mark.parametrize("entry", ["risk", "=DEBUG", "risk=LOUD"])
def test_anything_else_is_refused_with_an_example(entry: str) -> None:
    with pytest.raises(ValidationError, match=r"is not component=LEVEL, e\.g\. risk=WARNING"):
        LoggingSettings(levels=(entry,))


@pytest.mark.parametrize(
    "component",
    [
        "root",
        "noctule",
        "adapters",
        "engine.bus",
        "noctule.engine.bus",
        "asyncio",
        "urllib3.connectionpool",
        "aiohttp.access",
        "py.warnings",
        "their_own_package",
        "websockets.client",
        "my_market",
    ],
)
def test_a_component_is_one_of_ours_or_another_package(component: str) -> None:
    entry = f"{component}=DEBUG"
    assert LoggingSettings(levels=(entry,)).levels == (entry,)


@pytest.mark.parametrize(
    ("component", "meant"),
    [
        ("engin", "engine"),
        ("strategy", "strategies"),
        ("adapters.binanse", "adapters.binance"),
        ("noctule.rsk", "risk"),
        ("bus", "engine.bus"),
        ("asynco", "asyncio"),
        ("urlib3.pool", "urllib3"),
        ("Root", "root"),
    ],
)
def test_a_misspelled_component_would_be_silent_and_is_refused(component: str, meant: str) -> None:
    with pytest.raises(ValidationError) as caught:
        LoggingSettings(levels=(f"{component}=DEBUG",))
    (error,) = caught.value.errors()
    assert error["msg"] == (
        f"Value error, {component!r} is not a component, did you mean {meant!r}?"
    )


def test_nothing_of_ours_bears_this_name() -> None:
    with pytest.raises(ValidationError, match=r"'noctule\.xyz' is not a component, write one of "):
        LoggingSettings(levels=("noctule.xyz=DEBUG",))
