import re

from noctule.adapters.report.shapes import Look
from noctule.adapters.report.style import STYLE


def test_every_colour_has_one_for_the_day_and_one_for_the_night() -> None:
    day, night = STYLE.split("@media (prefers-color-scheme: dark)")
    night = night.partition("} }")[0]

    def names(text: str) -> set[str]:
        return set(re.findall(r"(--[a-z0-9]+):", text))

    assert names(night) >= {f"--{look}" for look in Look}
    assert names(night) == names(day)


def test_nothing_is_fetched() -> None:
    assert not re.search(r"url|@import|http", STYLE)


def test_braces_are_balanced() -> None:
    assert STYLE.count("{") == STYLE.count("}")
