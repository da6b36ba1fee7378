"""On paper we are always the same, and each live market has a file of its own."""

from pathlib import Path

from noctule.app.paper_account import PAPER_KEY, PAPER_TAG, paper_account_name, paper_account_path
from noctule.domain.ids import account_tag
from tests.fakes.home import config_at

PAPER = "api.environment=paper"


def test_the_tag_is_stable_and_its_own() -> None:
    assert account_tag("paper") == PAPER_TAG
    assert account_tag(PAPER_KEY) != PAPER_TAG


def test_the_account_lies_beside_the_store(tmp_path: Path) -> None:
    settings = config_at(tmp_path, PAPER).load().settings
    assert paper_account_name(settings) == PAPER_TAG
    expected = tmp_path / f"logs/state/paper-{PAPER_TAG}.account.json"
    assert paper_account_path(settings) == expected


def test_the_prices_of_another_host_are_another_account(tmp_path: Path) -> None:
    settings = config_at(tmp_path, PAPER, "api.rest_url=http://127.0.0.1:8080").load().settings
    assert paper_account_name(settings) == f"{PAPER_TAG}-127.0.0.1-8080"
