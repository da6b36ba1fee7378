import re
from collections.abc import Sequence
from xml.etree import ElementTree

from noctule.adapters.report.labels import (
    FADED_MAX,
    LABELS_MAX,
    Anchor,
    Labels,
    Spot,
    shortened,
    stack,
)


def paper() -> Labels:
    return Labels(left=0, right=10_000, top=0, bottom=10_000)


def place_of(written: str) -> tuple[float, float]:
    found = re.search(r'x="([\d.]+)" y="([\d.]+)"', written)
    assert found is not None, written
    return float(found[1]), float(found[2])


def words_of(texts: Sequence[str]) -> list[str | None]:
    return [ElementTree.fromstring(text).text for text in texts]


def test_a_label_stands_at_its_first_spot_if_that_is_free() -> None:
    labels = paper()

    labels.want("gap <1>", [Spot(x=50, y=60), Spot(x=0, y=100)], look="up")

    assert labels.settle() == (['<text class="label up" x="50" y="60">gap &lt;1&gt;</text>'], 0)


def test_labels_at_one_spot_are_staggered_and_none_covers_another() -> None:
    labels = paper()

    for _ in range(4):
        spots = stack(50, 100, step=13, count=3, anchor=Anchor.MIDDLE)
        labels.want("swing high", spots, look="down")

    texts, left_out = labels.settle()
    assert [place_of(text) for text in texts] == [(50, 100), (50, 87), (50, 74)]
    assert left_out == 1


def test_a_label_beside_another_does_not_touch_it() -> None:
    labels = paper()

    for x in (50, 61, 62):  # two letters are a little less than twelve wide
        labels.want("ab", [Spot(x=x, y=60)], look="up")

    assert [place_of(text)[0] for text in labels.settle()[0]] == [50, 62]


def test_anchors_say_on_which_side_a_label_needs_room() -> None:
    narrow = Labels(left=0, right=100, top=0, bottom=100)

    for x, y, anchor in (
        (90, 20, Anchor.START),
        (90, 40, Anchor.MIDDLE),
        (90, 60, Anchor.END),
        (10, 80, Anchor.END),
    ):
        narrow.want("word", [Spot(x=x, y=y, anchor=anchor)], look="up")

    texts, left_out = narrow.settle()
    assert [place_of(text) for text in texts] == [(90, 60)]
    assert left_out == 3


def test_where_room_is_scarce_the_most_telling_label_gets_it() -> None:
    looks = ["faded", "plain", "down", "call up"]
    labels = paper()

    for look in looks:
        labels.want(look, stack(50, 100, step=13, count=4, anchor=Anchor.START), look=look)

    assert words_of(labels.settle()[0]) == ["call up", "down", "plain", "faded"]


def test_there_are_only_so_many_labels_and_fewer_of_what_counts_no_more() -> None:
    labels = paper()

    for number in range(FADED_MAX + 3):
        labels.want("a", [Spot(x=50, y=20 + 20 * number)], look="faded")
    texts, left_out = labels.settle()
    assert (len(texts), left_out) == (FADED_MAX, 3)

    many = paper()
    for number in range(LABELS_MAX + 5):
        many.want("a", [Spot(x=50, y=20 + 20 * number)], look="up")
    texts, left_out = many.settle()
    assert (len(texts), left_out) == (LABELS_MAX, 5)


def test_long_labels_are_cut_and_lines_joined() -> None:
    assert shortened("one\n two") == "one two"
    assert shortened("x" * 40) == "x" * 33 + "…"
