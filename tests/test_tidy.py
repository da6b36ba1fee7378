"""The whole tree keeps the house rules, and each rule bites when it is broken."""

from pathlib import Path

import pytest

from tests import tidy

ROOT = Path(__file__).resolve().parents[1]

LONG_FUNCTION = "def scroll() -> None:\n" + "    ...\n" * 60
SIX_EXCEPTS = "try:\n    ...\nexcept Exception:  # noqa: BLE001 - the last resort\n    ...\n" * 6
NOTE = "TO" + "DO"
REGISTRY = "https://pypi" + ".org/simple"

PLANTS = [
    (tidy.files_are_short, "src/noctule/long.py", "\n" * 301, "301 lines, the cap is 300"),
    (tidy.functions_fit_the_eye, "tests/test_long.py", LONG_FUNCTION, "scroll has 61 lines"),
    (tidy.names_say_something, "src/noctule/utils/text.py", "", "a name for nothing"),
    (
        tidy.packages_export_what_they_import,
        "src/noctule/risk/__init__.py",
        "from noctule.risk.limits import RiskLimits\n",
        "__all__ should be ['RiskLimits']",
    ),
    (
        tidy.packages_export_what_they_import,
        "src/noctule/risk/__init__.py",
        "__all__ = ['Gone', 'assess']\ndef assess(): ...\nclass _Private: ...\n",
        "__all__ should be ['assess']",
    ),
    (tidy.modes_differ_in_ports_only, "src/noctule/a.py", "if self.is_live: ...", "'is_live'"),
    (tidy.modes_differ_in_ports_only, "src/noctule/a.py", "b = 1 if mode == 'sim' else 2", "'sim'"),
    (
        tidy.modes_differ_in_ports_only,
        "src/noctule/a.py",
        "match mode:\n    case 'paper': ...",
        "'paper'",
    ),
    (
        tidy.broad_excepts_are_few,
        "src/noctule/a.py",
        "try:\n    ...\nexcept (OSError, Exception):  # noqa: BLE001\n    ...\n",
        "src/noctule/a.py:3: catches everything and does not say why",
    ),
    (tidy.broad_excepts_are_few, "src/noctule/a.py", SIX_EXCEPTS, "more than 5 catch everything"),
    (tidy.tasks_have_an_issue, "benchmarks/a.py", f"# {NOTE}: soon", f"write {NOTE}(#issue)"),
    (
        tidy.nothing_names_where_it_was_made,
        "docs/install.md",
        REGISTRY,
        "docs/install.md: mentions",
    ),
    (
        tidy.systemd_waits_long_enough,
        "systemd/noctule.service",
        "[Service]\nTimeoutStopSec=10\n",
        "should say TimeoutStopSec=70",
    ),
    (tidy.modules_are_used, "src/noctule/forgotten.py", "", "the program never imports it"),
    (
        tidy.modules_have_their_own_tests,
        "src/noctule/risk/checks.py",
        "",
        "tests/unit/risk/test_checks.py is missing",
    ),
]


@pytest.mark.parametrize("rule", tidy.RULES, ids=lambda rule: rule.__name__)
def test_the_tree_keeps_the_rule(rule: tidy.Rule) -> None:
    findings = rule(ROOT)

    assert not findings, "\n".join(findings)


@pytest.mark.parametrize(
    ("rule", "path", "text", "finding"), PLANTS, ids=lambda part: getattr(part, "__name__", "")
)
def test_a_rule_names_the_one_file_that_breaks_it(
    tmp_path: Path, rule: tidy.Rule, path: str, text: str, finding: str
) -> None:
    a_small_tree(tmp_path)
    assert rule(tmp_path) == []

    plant(tmp_path, path, text)

    (found,) = rule(tmp_path)
    assert found.startswith(path)
    assert finding in found


def test_every_rule_has_a_plant() -> None:
    assert {rule for rule, *_ in PLANTS} == set(tidy.RULES)


def test_a_tree_without_python_is_an_error_not_a_tidy_tree(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="no Python file"):
        tidy.files_are_short(tmp_path)


def test_configuration_and_app_may_ask_for_the_mode(tmp_path: Path) -> None:
    plant(tmp_path, "src/noctule/app/wiring.py", "if is_live: ...")

    assert tidy.modes_differ_in_ports_only(tmp_path) == []


def test_whoever_raises_again_what_he_caught_needs_no_reason(tmp_path: Path) -> None:
    plant(tmp_path, "src/noctule/a.py", "try:\n    ...\nexcept BaseException:\n    raise\n")

    assert tidy.broad_excepts_are_few(tmp_path) == []


def test_a_module_reached_only_through_its_package_is_used(tmp_path: Path) -> None:
    plant(tmp_path, "src/noctule/__main__.py", "from noctule.risk import assess\n")
    plant(tmp_path, "src/noctule/__init__.py", "")
    plant(tmp_path, "src/noctule/risk/__init__.py", "import noctule.risk.checks\n")
    plant(tmp_path, "src/noctule/risk/checks.py", "")

    assert tidy.modules_are_used(tmp_path) == []


def a_small_tree(root: Path) -> None:
    plant(root, "src/noctule/__init__.py", "")
    plant(root, "src/noctule/__main__.py", "")
    plant(root, "systemd/noctule.service", "[Service]\nTimeoutStopSec=70\n")


def plant(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)
