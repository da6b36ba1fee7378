"""The last source that names a strategy, by name or by file, has its word."""

from collections.abc import Collection

import pytest

from noctule.config.ini import Layer, read_ini
from noctule.config.picking import Pick, Picked, pick_strategy
from noctule.config.sections import merge

KEYS = {"cross": ("fast", "slow"), "band": ("width", "slow")}


def picked(*texts: str, default: str | None = "cross") -> Picked:
    layers: list[Layer] = [
        read_ini(f"[strategy]\n{text}", source=f"{number}.ini")
        for number, text in enumerate(texts, start=1)
    ]
    sections = merge(layers, expected=["strategy"])
    return pick_strategy(
        sections["strategy"], layers, shared=("symbols",), default=default, keys_of=known
    )


def known(name: str) -> Collection[str] | None:
    return KEYS.get(name)


def kept(picked: Picked) -> dict[str, str]:
    return {key: entry.text for key, entry in picked.section.entries.items()}


@pytest.mark.parametrize(
    ("texts", "key", "text"),
    [
        ((), "name", "cross"),
        (("fast = 3",), "name", "cross"),
        (("name = band",), "name", "band"),
        (("path = a.py",), "path", "a.py"),
        (("name = band\npath =",), "name", "band"),
        (("name = band", "path = a.py"), "path", "a.py"),
        (("path = a.py", "name = band"), "name", "band"),
        (("name = band", "path = a.py", "path ="), "name", "band"),
        (("path = a.py", "name = band", "name ="), "path", "a.py"),
        (("name =", "path = a.py"), "path", "a.py"),
        (("path = a.py", "path = b.py"), "path", "b.py"),
        (("path = a.py", "path ="), "name", "cross"),
    ],
)
def test_the_last_word_counts_and_an_empty_one_takes_back(
    texts: tuple[str, ...], key: str, text: str
) -> None:
    found = picked(*texts)
    assert found.pick is not None
    assert (found.pick.key, found.pick.text) == (key, text)
    assert found.problems == ()


def test_keys_of_the_strategy_before_are_left_behind_and_shared_ones_are_not() -> None:
    found = picked("name = cross\nfast = 1\nslow = 2\nsymbols = BTCUSDT", "name = band\nwidth = 3")
    assert kept(found) == {"name": "band", "width": "3", "symbols": "BTCUSDT"}
    assert found.left_behind == {"fast", "slow"}


def test_keys_beside_or_after_the_choice_stay_and_so_do_strange_ones() -> None:
    found = picked("fats = 1\nslow = 2", "name = band\nslow = 3", "slow = 4")
    assert kept(found) == {"name": "band", "fats": "1", "slow": "4"}


def test_what_was_written_for_a_file_is_left_behind_whatever_it_is() -> None:
    found = picked("path = a.py\nlookback = 1", "path = b.py\nwide = 2")
    assert kept(found) == {"path": "b.py", "wide": "2"}
    assert found.left_behind == {"lookback"}


def test_a_source_that_names_the_same_again_leaves_nothing_behind() -> None:
    found = picked("name = band\nwidth = 1", "name = band")
    assert kept(found) == {"name": "band", "width": "1"}


def test_of_a_strategy_nobody_knows_nothing_is_left_behind() -> None:
    assert kept(picked("name = bnad\nwidth = 1", "name = band")) == {"name": "band", "width": "1"}


def test_nothing_is_left_behind_for_nothing() -> None:
    found = picked("fast = 1", "name = band", default=None)
    assert found.pick == Pick(key="name", text="band")
    assert kept(found) == {"name": "band", "fast": "1"}


@pytest.mark.parametrize(
    ("texts", "default", "problem"),
    [
        (
            ("name = band\npath = a.py",),
            "cross",
            "1.ini:3 [strategy] path: stands beside name = band, keep one of the two",
        ),
        (("name =",), "cross", "1.ini:2 [strategy] name: is empty, write a value, e.g. cross"),
        (
            ("path =",),
            None,
            "1.ini:2 [strategy] path: is empty, write a value or path = FILE.py:CLASS",
        ),
        (
            ("fast = 1",),
            None,
            "1.ini:1 [strategy] name: is missing, write name = … or path = FILE.py:CLASS",
        ),
        (
            (),
            None,
            "default [strategy] name: is missing, write name = … or path = FILE.py:CLASS",
        ),
    ],
)
def test_without_one_and_only_one_nothing_is_picked(
    texts: tuple[str, ...], default: str | None, problem: str
) -> None:
    found = picked(*texts, default=default)
    assert found.pick is None
    assert [str(each) for each in found.problems] == [problem]
