"""The first step that does not hold ends a script, and says what was expected."""

import pytest

from tests.clients.steps import Steps


def test_each_step_that_holds_says_what_it_proves(capsys: pytest.CaptureFixture[str]) -> None:
    steps = Steps()

    steps.step("the time", 1, 1)
    steps.value("a fill", "0.010", "0.010")
    steps.code("a refusal", -2011, -2011)
    steps.finish()

    said = "ok 1 step the time\nok 2 value a fill\nok 3 code a refusal\ndone 3\n"
    assert capsys.readouterr().out == said


def test_a_step_that_does_not_hold_ends_the_script(capsys: pytest.CaptureFixture[str]) -> None:
    steps = Steps()

    with pytest.raises(SystemExit) as ended:
        steps.code("an order without money", None, -2019)

    assert ended.value.code == 1
    said = "not ok 1 code an order without money\n  expected -2019\n  got      None\n"
    assert capsys.readouterr().out == said
