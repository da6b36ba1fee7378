"""The systemd unit: what it lets the bot do, when it starts it again, and what is written where."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from noctule.app import restarts
from noctule.app.exits import ExitCode
from noctule.config.settings import SECTIONS

UNIT = Path(__file__).resolve().parents[2] / "systemd/noctule.service"
EXPOSURE_MAX = 1.5

# What takes away most of what an intruder could do, by systemd's own weights.
TAKEN_AWAY = {
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "AmbientCapabilities": "",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "PrivateUsers": "yes",
    "ProtectClock": "yes",
    "ProtectControlGroups": "yes",
    "ProtectHostname": "yes",
    "ProtectKernelLogs": "yes",
    "ProtectKernelModules": "yes",
    "ProtectKernelTunables": "yes",
    "ProtectProc": "invisible",
    "ProcSubset": "pid",
    "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX",
    "RestrictNamespaces": "yes",
    "RestrictRealtime": "yes",
    "RestrictSUIDSGID": "yes",
    "RemoveIPC": "yes",
    "LockPersonality": "yes",
    "MemoryDenyWriteExecute": "yes",
    "SystemCallArchitectures": "native",
    "User": "noctule",
    "LimitCORE": "0",
}


@pytest.fixture(scope="module")
def unit() -> configparser.RawConfigParser:
    """Read the unit; of a key that is given several times the last one counts here."""
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # systemd minds capitals
    parser.read(UNIT)
    return parser


def test_the_unit_moves_every_file_the_bot_writes_out_of_the_read_only_checkout() -> None:
    moved = set(re.findall(r"\nEnvironment=NOCTULE_(\w+?)__(\w+)=", UNIT.read_text()))
    written = {
        (section.upper(), key.upper())
        for section, settings in SECTIONS.items()
        for key, field in settings.model_fields.items()
        if "logs/" in str(field.default)
    }

    assert moved == written


def test_the_unit_takes_away_what_a_trading_daemon_does_not_need(
    unit: configparser.RawConfigParser,
) -> None:
    service = dict(unit["Service"])

    assert {key: service.get(key) for key in TAKEN_AWAY} == TAKEN_AWAY


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd-analyze here")
def test_systemd_itself_finds_it_exposed_by_no_more_than_that() -> None:
    told = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", str(UNIT)],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    exposure = re.search(r"Overall exposure level for noctule\.service: ([\d.]+)", told)

    assert exposure is not None, told
    assert float(exposure[1]) <= EXPOSURE_MAX


def test_it_is_restarted_unless_only_a_person_can_help(unit: configparser.RawConfigParser) -> None:
    service = unit["Service"]

    assert service["Restart"] == "on-failure"
    assert int(service["RestartPreventExitStatus"]) == ExitCode.WRONG_USE
    # One limit for all codes would end a bot whose exchange is away; it counts by itself.
    assert unit["Unit"]["StartLimitIntervalSec"] == "0"


def test_five_starts_that_end_by_a_bug_at_once_fall_into_the_bots_own_window(
    unit: configparser.RawConfigParser,
) -> None:
    pause_ms = int(unit["Service"]["RestartSec"]) * 1_000

    assert restarts.BUGS_MAX == 5
    assert restarts.BUGS_MAX * pause_ms < restarts.WINDOW_MS == 600_000


def test_it_speaks_to_systemd_and_is_watched(unit: configparser.RawConfigParser) -> None:
    service = unit["Service"]

    assert (service["Type"], service["NotifyAccess"]) == ("notify", "main")
    assert int(service["WatchdogSec"]) == 30
    assert service["StateDirectory"] == "noctule"
    assert UNIT.read_text().count("\nLoadCredential=") == 2
