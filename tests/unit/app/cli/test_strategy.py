import pytest

from noctule.app.cli import main


def test_its_help_lists_what_one_can_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["strategy", "--help"]) == 0

    told = capsys.readouterr().out
    assert "Example: noctule strategy" in told
    assert "explain" in told
