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
