"""The systemd unit and the settings agree on what is written where."""

import re
from pathlib import Path

from noctule.config.settings import SECTIONS

UNIT = Path(__file__).resolve().parents[2] / "systemd/noctule.service"


def test_the_unit_moves_every_file_the_bot_writes_out_of_the_read_only_checkout() -> None:
    moved = set(re.findall(r"\nEnvironment=NOCTULE_(\w+?)__(\w+)=", UNIT.read_text()))
    written = {
        (section.upper(), key.upper())
        for section, settings in SECTIONS.items()
        for key, field in settings.model_fields.items()
        if "logs/" in str(field.default)
    }

    assert moved == written
