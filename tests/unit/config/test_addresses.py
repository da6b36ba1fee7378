"""Keys do not cross a network in clear."""

from pathlib import Path

import pytest

from tests.unit.config.house import problems


@pytest.mark.parametrize("environment", ["paper", "testnet", "live"])
def test_an_address_in_clear_is_refused_where_it_stands(tmp_path: Path, environment: str) -> None:
    base = "[api]\nrest_url = http://gate.example:80\nstream_url = ws://gate.example\n"
    rest = f"is not encrypted, which {environment} allows to this machine only"
    assert problems(tmp_path, base=base, overrides=(f"api.environment={environment}",)) == [
        f"configs/noctule.ini:2 [api] rest_url: {rest}, write https://…",
        f"configs/noctule.ini:3 [api] stream_url: {rest}, write wss://…",
    ]


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:80", "127.0.0.1:8000", "127.3.2.1", "[::1]:80"]
)
def test_this_machine_may_be_spoken_to_in_clear(tmp_path: Path, host: str) -> None:
    base = f"[api]\nenvironment = live\nrest_url = http://{host}\nws_api_url = ws://{host}/x\n"
    assert problems(tmp_path, base=base) == []


@pytest.mark.parametrize("host", ["localhost.example", "128.0.0.1", "0.0.0.0", "127.1", "[::2]"])
def test_what_only_looks_like_this_machine_is_not(tmp_path: Path, host: str) -> None:
    base = f"[api]\nenvironment = live\nrest_url = http://{host}\n"
    assert len(problems(tmp_path, base=base)) == 1


def test_encrypted_addresses_and_the_simulation_are_left_alone(tmp_path: Path) -> None:
    live = "[api]\nenvironment = live\nrest_url = https://gate.example\n"
    assert problems(tmp_path, base=live) == []
    assert problems(tmp_path, base="[api]\nrest_url = http://gate.example\n") == []


def test_a_wrong_environment_is_one_mistake(tmp_path: Path) -> None:
    base = "[api]\nenvironment = lve\nrest_url = http://gate.example\n"
    assert len(problems(tmp_path, base=base)) == 1
