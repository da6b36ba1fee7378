"""Files, variables and flags say the same things in the same form."""

from pathlib import Path

import pytest

from noctule.config.ini import Layer
from noctule.config.layers import flags_layer, read_file, variables_layer
from noctule.config.variables import environment_variables
from tests.unit.config.house import write


def entries(layer: Layer) -> list[tuple[str, str, str, str]]:
    return [(each.section, each.key, each.text, str(each.place)) for each in layer.entries]


def told(layer: Layer) -> list[str]:
    return [str(problem) for problem in layer.problems]


def from_environment(**variables: str) -> Layer:
    return variables_layer(environment_variables(variables))


def test_a_file_is_read_with_its_shown_name(tmp_path: Path) -> None:
    write(tmp_path / "my.ini", "\ufeff[web]\nbind = a:1\n")
    layer = read_file(tmp_path / "my.ini", source="my.ini")
    assert entries(layer) == [("web", "bind", "a:1", "my.ini:2")]


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    layer = read_file(tmp_path / "my.ini", source="my.ini")
    assert told(layer) == [
        "my.ini: cannot be read (No such file or directory), name a file that exists"
    ]


def test_a_file_of_bytes_is_told(tmp_path: Path) -> None:
    (tmp_path / "my.ini").write_bytes(b"[a]\nx = \xff\n")
    layer = read_file(tmp_path / "my.ini", source="my.ini")
    assert told(layer) == ["my.ini: is not UTF-8 text, save it as UTF-8"]


def test_variables_name_section_and_key_and_those_of_others_are_left_alone() -> None:
    layer = from_environment(
        PATH="/bin",
        NOCTULE_RISK__STOP_LOSS=" 0.02 ",
        NOCTULE_STRATEGY__FAST="5",
        NOCTULE_STRATEGY__MY_TREND__FAST="6",
    )
    assert entries(layer) == [
        ("risk", "stop_loss", "0.02", "environment NOCTULE_RISK__STOP_LOSS"),
        ("strategy", "fast", "5", "environment NOCTULE_STRATEGY__FAST"),
        ("strategy.my_trend", "fast", "6", "environment NOCTULE_STRATEGY__MY_TREND__FAST"),
    ]


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("NOCTULE_RISK_STOP_LOSS", "did you mean NOCTULE_RISK__STOP_LOSS?"),
        ("NOCTULE_X", "write NOCTULE_<SECTION>__<KEY>"),
        ("NOCTULE_", "write NOCTULE_<SECTION>__<KEY>"),
        ("NOCTULE___X", "write NOCTULE_<SECTION>__<KEY>"),
        ("NOCTULE_RISK__", "write NOCTULE_<SECTION>__<KEY>"),
    ],
)
def test_a_variable_without_a_section_is_told(name: str, remedy: str) -> None:
    assert told(from_environment(**{name: "1"})) == [
        f"environment {name}: is not a setting, {remedy}"
    ]


def test_flags_split_at_the_last_dot_and_the_first_equals_sign() -> None:
    flags = ["risk.stop_loss=0.02", "strategy.trend.fast = 5", "logging.levels=a.b=DEBUG"]
    assert entries(flags_layer(flags)) == [
        ("risk", "stop_loss", "0.02", "--set"),
        ("strategy.trend", "fast", "5", "--set"),
        ("logging", "levels", "a.b=DEBUG", "--set"),
    ]


@pytest.mark.parametrize("flag", ["=hush", ".stop_loss=hush", "risk.=hush", "="])
def test_a_flag_without_section_or_key_is_told_without_its_value(flag: str) -> None:
    name = flag.partition("=")[0]
    assert told(flags_layer([flag])) == [
        f"--set: {name!r} names no setting, write --set section.key=value"
    ]


@pytest.mark.parametrize("flag", ["stop_loss=hush", "stop_loss"])
def test_a_flag_that_names_no_setting_is_told_without_its_value(flag: str) -> None:
    assert told(flags_layer([flag])) == [
        "--set: 'stop_loss' names no setting, write --set section.key=value"
    ]
