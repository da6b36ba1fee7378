import logging

import pytest

from noctule.app.starting import take_steps


async def test_steps_are_taken_in_order_and_told_once_there_is_a_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    taken: list[str] = []

    async def later() -> None:
        taken.append("banner")

    steps = {
        "configuration": lambda: taken.append("configuration"),
        "logging": lambda: taken.append("logging"),
        "banner": later,
    }
    with caplog.at_level(logging.INFO):
        await take_steps(steps)

    assert taken == ["configuration", "logging", "banner"]
    assert [vars(record)["fields"] for record in caplog.records] == [
        {"step": "1/3", "part": "configuration"},
        {"step": "2/3", "part": "logging"},
        {"step": "3/3", "part": "banner"},
    ]


async def test_a_step_that_fails_is_the_last(caplog: pytest.LogCaptureFixture) -> None:
    taken: list[str] = []

    def fail() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await take_steps({"one": fail, "two": lambda: taken.append("two")})

    assert taken == []
