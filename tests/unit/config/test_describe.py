"""The effective configuration is a table with origins, secrets masked."""

import json
from pathlib import Path

from noctule.config.describe import Row, describe, described_as_json
from tests.unit.config.house import load

KEYS = {"BINANCE_API_KEY": "key-of-mine", "BINANCE_API_SECRET": "hush-hush"}


def test_every_value_is_listed_with_its_origin(tmp_path: Path) -> None:
    rows = describe(load(tmp_path, base="[risk]\nstop_loss = 0.02\n"))
    by_key = {(row.section, row.key): (row.value, row.origin) for row in rows}
    assert by_key["risk", "stop_loss"] == ("0.02", "configs/noctule.ini:2")
    assert by_key["risk", "max_positions"] == ("3", "default")
    assert by_key["strategy", "fast"] == ("10", "default")
    assert all(row.section != "credentials" for row in rows)


def test_credentials_are_listed_as_stars(tmp_path: Path) -> None:
    rows = describe(load(tmp_path, environment=KEYS))
    assert rows[-2:] == (
        Row(section="credentials", key="api_key", value="**********", origin="environment"),
        Row(section="credentials", key="api_secret", value="**********", origin="environment"),
    )


def test_programs_read_the_same_table_with_the_fingerprint(tmp_path: Path) -> None:
    configuration = load(tmp_path, environment=KEYS)
    text = described_as_json(configuration)
    described = json.loads(text)
    assert described["fingerprint"] == configuration.fingerprint
    assert described["settings"][0] == {
        "section": "api",
        "key": "environment",
        "value": "sim",
        "origin": "default",
    }
    assert len(described["settings"]) == len(describe(configuration))
    assert "hush-hush" not in text
