"""A run's configuration is made again from what its journal says, and from nothing else."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from noctule.app.replay.configuration import configuration_of
from noctule.domain.errors import ConfigError
from tests.fakes.replayed_stage import run_told


def test_what_decides_is_as_it_was_and_where_it_lived_is_left_out(tmp_path: Path) -> None:
    run = run_told(
        tmp_path, "risk.max_positions=7", "strategy.slow=11", "shutdown.timeout_seconds=31"
    )
    settings = configuration_of(run, tmp_path / "elsewhere").settings
    told = {f"{each.section}.{each.key}": each.text for each in settings.each()}
    assert (told["risk.max_positions"], told["strategy.slow"]) == ("7", "11")
    ours = ("trading.", "strategy", "regime.", "risk.")
    assert {name: text for name, text in told.items() if name.startswith(ours)} == {
        name: text for name, text in run.settings.items() if name.startswith(ours)
    }
    assert told["shutdown.timeout_seconds"] != "31"


def test_a_setting_that_this_version_does_not_know_is_told(tmp_path: Path) -> None:
    run = run_told(tmp_path)
    run = replace(run, settings={**run.settings, "risk.moon": "1"})
    with pytest.raises(ConfigError, match="moon"):
        configuration_of(run, tmp_path)
