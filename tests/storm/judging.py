"""Plays a story for a test; what it breaks is told so that anybody can play it again."""

from noctule.app.storm.finished import finish
from noctule.app.storm.story import Story
from noctule.app.storm.tally import reproduction

__all__ = ["judge"]


def judge(story: Story, *, again: str | None = None) -> None:
    """Fail with what the story breaks, and the line that plays it again."""
    end = finish(story)
    broken = [f"{each.rule}: {each.text}" for each in end.violations]
    assert not broken, "\n".join([*broken, f"play it again: {again or reproduction(end)}"])
