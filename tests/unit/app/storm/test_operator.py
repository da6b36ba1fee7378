"""What the owner tells the bot is done by it, or refused."""

from tests.fakes.lived_storm import lived


def test_each_of_his_commands_reaches_the_bot() -> None:
    said = [note.text for note in lived().notes if note.who == "log"]
    for part in ("entries halted check=pause", "kill switch on", "strategy disabled"):
        assert any(part in text for text in said), part
    assert lived().told("bot", "ExitRequested"), "it was told to flatten"
