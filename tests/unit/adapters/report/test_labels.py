import re

from noctule.adapters.report.labels import LABELS_MAX, Anchor, Labels, Spot, shortened, stack


def paper() -> Labels:
    return Labels(left=0, right=10_000, top=0, bottom=10_000)


def place_of(written: str) -> tuple[float, float]:
    found = re.search(r'x="([\d.]+)" y="([\d.]+)"', written)
    assert found is not None, written
    return float(found[1]), float(found[2])


def test_a_label_stands_at_its_first_spot_if_that_is_free() -> None:
    labels = paper()

    assert labels.place("gap <1>", [Spot(x=50, y=60), Spot(x=0, y=100)], look="up")
    assert labels.texts == ['<text class="label up" x="50" y="60">gap &lt;1&gt;</text>']


def test_labels_at_one_spot_are_staggered_and_none_covers_another() -> None:
    labels = paper()

    spots = stack(50, 100, step=13, count=3, anchor=Anchor.MIDDLE)
    placed = [labels.place("swing high", spots, look="down") for _ in range(4)]

    assert placed == [True, True, True, False]
    assert [place_of(text) for text in labels.texts] == [(50, 100), (50, 87), (50, 74)]
    assert labels.left_out == 1


def test_a_label_beside_another_does_not_touch_it() -> None:
    labels = paper()

    placed = [labels.place("ab", [Spot(x=x, y=60)], look="up") for x in (50, 61, 62)]

    assert placed == [True, False, True]  # two letters are a little less than twelve wide


def test_anchors_say_on_which_side_a_label_needs_room() -> None:
    narrow = Labels(left=0, right=100, top=0, bottom=100)
    fits = [
        narrow.place("word", [Spot(x=x, y=y, anchor=anchor)], look="up")
        for x, y, anchor in (
            (90, 20, Anchor.START),
            (90, 40, Anchor.MIDDLE),
            (90, 60, Anchor.END),
            (10, 80, Anchor.END),
        )
    ]

    assert fits == [False, False, True, False]


def test_there_are_only_so_many_labels() -> None:
    labels = paper()

    for number in range(LABELS_MAX + 5):
        labels.place("a", [Spot(x=50, y=20 + 20 * number)], look="up")

    assert len(labels.texts) == LABELS_MAX
    assert labels.left_out == 5


def test_long_labels_are_cut_and_lines_joined() -> None:
    assert shortened("one\n two") == "one two"
    assert shortened("x" * 40) == "x" * 33 + "…"
