"""Variables keep their values secret and know where they were set."""

from pathlib import Path

import pytest

from noctule.config.variables import (
    Variables,
    dotenv_variables,
    environment_variables,
    systemd_variables,
)
from tests.unit.config.house import write


def named(variables: Variables) -> list[tuple[str, str, str]]:
    return [
        (each.name, each.value.get_secret_value(), str(each.place)) for each in variables.variables
    ]


def told(variables: Variables) -> list[str]:
    return [str(problem) for problem in variables.problems]


def test_variables_of_the_process_are_named_by_themselves_and_stripped() -> None:
    variables = environment_variables({"A": " 1\n"})
    assert named(variables) == [("A", "1", "environment A")]


def test_a_variable_prints_as_stars() -> None:
    assert "hush" not in repr(environment_variables({"A": "hush"}))


def test_a_dotenv_file_gives_each_variable_its_line(tmp_path: Path) -> None:
    text = "# top\n\nA=1\n\n\nexport B='x # y' # why\nC\nD=50%(x)s ${A}\n"
    write(tmp_path / ".env", text, mode=0o600)
    variables = dotenv_variables(tmp_path / ".env", source=".env")
    assert named(variables) == [
        ("A", "1", ".env:3"),
        ("B", "x # y", ".env:6"),
        ("D", "50%(x)s ${A}", ".env:8"),
    ]
    assert told(variables) == [".env:7: is not a variable, write NAME=value"]


def test_a_dotenv_file_need_not_exist(tmp_path: Path) -> None:
    assert dotenv_variables(tmp_path / ".env", source=".env") == Variables(source=".env")


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o660, 0o601])
def test_a_dotenv_file_that_others_may_access_is_refused_unread(tmp_path: Path, mode: int) -> None:
    write(tmp_path / ".env", "A=hush\n", mode=mode)
    variables = dotenv_variables(tmp_path / ".env", source=".env")
    assert named(variables) == []
    assert told(variables) == [f".env: others may access it (mode {mode:o}), run chmod 600 .env"]


def test_a_broken_line_of_a_dotenv_file_is_told_without_being_repeated(tmp_path: Path) -> None:
    write(tmp_path / ".env", "A=1\n\nhush hush\n", mode=0o600)
    variables = dotenv_variables(tmp_path / ".env", source=".env")
    assert told(variables) == [".env:3: is not a variable, write NAME=value"]


def test_a_dotenv_that_is_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir(mode=0o700)
    variables = dotenv_variables(tmp_path / ".env", source=".env")
    assert told(variables) == [".env: is a directory, make it a readable text file"]


def test_a_dotenv_that_is_a_folder_open_to_all_is_no_matter_of_its_mode(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir(mode=0o755)
    variables = dotenv_variables(tmp_path / ".env", source=".env")
    assert told(variables) == [".env: is a directory, make it a readable text file"]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("BINANCE_APIKEY", "BINANCE_API_KEY"),
        ("binance_api_key", "BINANCE_API_KEY"),
        ("BINANCE_API_KEY_TESTNET", "BINANCE_API_KEY"),
        ("BINANCE_SECRET_KEY", "BINANCE_API_SECRET"),
        ("API_KEY", "BINANCE_API_KEY"),
        ("API_SECRET", "BINANCE_API_SECRET"),
    ],
)
def test_a_dotenv_name_that_looks_like_a_key_is_told_without_its_value(
    tmp_path: Path, name: str, meant: str
) -> None:
    write(tmp_path / ".env", f"\n{name}=hush\n", mode=0o600)
    variables = dotenv_variables(tmp_path / ".env", source=".env")
    assert told(variables) == [f".env:2: {name} is not read, did you mean {meant}?"]


def test_names_of_other_programs_may_stand_in_a_dotenv(tmp_path: Path) -> None:
    write(tmp_path / ".env", "BYBIT_API_KEY=x\nBINANCE_URL=x\nTOKEN=x\n", mode=0o600)
    assert told(dotenv_variables(tmp_path / ".env", source=".env")) == []


def test_a_dotenv_file_of_bytes_is_refused(tmp_path: Path) -> None:
    write(tmp_path / ".env", "", mode=0o600)
    (tmp_path / ".env").write_bytes(b"A=\xff\n")
    variables = dotenv_variables(tmp_path / ".env", source=".env")
    assert told(variables) == [".env: is not UTF-8 text, make it a readable text file"]


def test_systemd_credentials_are_files_with_a_last_newline(tmp_path: Path) -> None:
    write(tmp_path / "api_key", "key\n")
    write(tmp_path / "api_secret", "secret\n")
    assert named(systemd_variables(tmp_path)) == [
        ("BINANCE_API_KEY", "key", f"{tmp_path}/api_key"),
        ("BINANCE_API_SECRET", "secret", f"{tmp_path}/api_secret"),
    ]


def test_without_systemd_there_are_none(tmp_path: Path) -> None:
    assert named(systemd_variables(None)) == []
    assert named(systemd_variables(tmp_path)) == []
    assert named(systemd_variables(tmp_path / "nowhere")) == []


def test_systemd_credentials_that_are_not_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "api_key").write_bytes(b"\xff")
    assert told(systemd_variables(tmp_path)) == [
        f"{tmp_path}/api_key: is not UTF-8 text, make it a readable text file"
    ]
