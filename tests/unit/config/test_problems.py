"""A problem is one line: place, section, key, what is wrong."""

from noctule.config.problems import Place, Problem


def test_a_problem_in_a_file_names_file_line_section_and_key() -> None:
    place = Place(source="my.ini", line=3)
    problem = Problem(place=place, section="risk", key="stop_loss", what="is empty")
    assert str(problem) == "my.ini:3 [risk] stop_loss: is empty"


def test_a_problem_leaves_out_what_it_has_not() -> None:
    assert str(Problem(place=Place(source="my.ini"), what="is gone")) == "my.ini: is gone"


def test_problems_sort_by_file_and_then_by_line_as_a_number() -> None:
    places = [
        Place(source="b.ini", line=1),
        Place(source="a.ini", line=10),
        Place(source="a.ini", line=9),
    ]
    problems = sorted(Problem(place=place, what="x") for place in places)
    assert [str(problem) for problem in problems] == ["a.ini:9: x", "a.ini:10: x", "b.ini:1: x"]


def test_a_problem_is_one_line_that_every_terminal_and_every_json_can_take() -> None:
    place = Place(source="a\n\udcff.ini", line=1)
    assert str(place) == "a\\n\\udcff.ini:1"
    problem = Problem(place=place, key="\x1b[2J", what="ä \0")
    assert str(problem) == "a\\n\\udcff.ini:1 \\x1b[2J: ä \\x00"


def test_an_endless_problem_is_cut() -> None:
    text = str(Problem(place=Place(source="a.ini"), what="x" * 1_000_000))
    assert text == "a.ini: " + "x" * 1_993 + "…"
