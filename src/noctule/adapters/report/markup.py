"""Elements as text: whatever is not markup already is escaped, so no label can become any."""

import re
from html import escape
from typing import Final

__all__ = ["Markup", "joined", "tag"]

_NO_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Markup(str):
    """Text that is markup and may stand as it is."""

    __slots__ = ()


def tag(name: str, /, *children: str, **attributes: str | float | None) -> Markup:
    """Write an element; `class_` is class, `stroke_width` is stroke-width, None is left out."""
    words = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_text(_value(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Markup(f"<{name}{words}>{joined(*children)}</{name}>")


def joined(*parts: str) -> Markup:
    """Put markup and plain texts, escaped, behind one another."""
    return Markup("".join(part if isinstance(part, Markup) else _text(part) for part in parts))


def _value(value: str | float) -> str:
    """Write a number with two decimals at most: a hundredth of a pixel."""
    return value if isinstance(value, str) else f"{value:.2f}".rstrip("0").rstrip(".")


def _text(text: str) -> str:
    """Escape what a browser would read; what no document may hold becomes a question mark."""
    return escape(_NO_XML.sub("\ufffd", text))
