"""The later layer wins, and names nobody knows are told with what was meant."""

from noctule.config.ini import read_ini
from noctule.config.sections import judge_names, merge

KNOWN = {"risk": ("stop_loss", "max_positions"), "web": ("bind",), "strategy": None}
REMEDY = (
    "set BINANCE_API_KEY and BINANCE_API_SECRET in the environment, .env or systemd credentials"
)


def judged(text: str) -> list[str]:
    return [str(problem) for problem in judge_names([read_ini(text, source="a.ini")], KNOWN)]


def test_the_later_layer_wins_key_by_key() -> None:
    first = read_ini("[risk]\nstop_loss = 1\nmax_positions = 2\n", source="a.ini")
    second = read_ini("[risk]\nstop_loss = 3\n", source="b.ini")
    risk = merge([first, second], expected=())["risk"]
    assert {key: (entry.text, str(entry.place)) for key, entry in risk.entries.items()} == {
        "stop_loss": ("3", "b.ini:2"),
        "max_positions": ("2", "a.ini:3"),
    }
    assert str(risk.place) == "b.ini:1"


def test_an_expected_section_exists_though_nobody_wrote_it() -> None:
    web = merge([], expected=("web",))["web"]
    assert (str(web.place), dict(web.entries)) == ("default", {})


def test_a_section_splits_by_its_keys() -> None:
    section = merge([read_ini("[a]\nx = 1\ny = 2\n", source="a.ini")], expected=())["a"]
    inside, outside = section.split(("x",))
    assert (list(inside.entries), list(outside.entries)) == (["x"], ["y"])


def test_a_key_is_absent_on_purpose_when_no_other_is_misspelled() -> None:
    section = merge([read_ini("[a]\nx = 1\ny = 2\n", source="a.ini")], expected=())["a"]
    assert section.means("x", known=())
    assert section.means("z", known=("x", "y"))
    assert not section.means("z", known=("x",))


def test_an_unknown_section_is_one_line_whatever_stands_below() -> None:
    assert judged("[rsk]\nstop_loss = 1\nx = 2\n") == [
        "a.ini:1 [rsk]: unknown section, did you mean 'risk'?"
    ]


def test_an_unknown_key_is_told_with_a_guess() -> None:
    assert judged("[risk]\nstop_los = 1\nxyz = 2\n") == [
        "a.ini:2 [risk] stop_los: unknown key, did you mean 'stop_loss'?",
        "a.ini:3 [risk] xyz: unknown key, write one of stop_loss, max_positions",
    ]


def test_a_key_of_another_section_is_sent_there() -> None:
    assert judged("stop_loss = 1\n[web]\nstop_loss = 1\n") == [
        "a.ini:1 stop_loss: belongs to [risk], move it there",
        "a.ini:3 [web] stop_loss: belongs to [risk], move it there",
    ]


def test_an_unknown_key_before_the_first_section_is_told() -> None:
    assert judged("xyz = 1\n") == [
        "a.ini:1 xyz: stands before the first section, write it below its [section]"
    ]


def test_where_any_key_may_stand_none_is_told() -> None:
    assert judged("[strategy]\nxyz = 1\n") == []


def test_a_secret_is_refused_wherever_it_stands_and_its_value_is_not_told() -> None:
    text = "BINANCE_API_KEY = hush\n[risk]\napi_secret = hush\n[strategy]\napikey = hush\n"
    wrong = f"a secret must not stand here, remove it and {REMEDY}"
    assert judged(text) == [
        f"a.ini:1 BINANCE_API_KEY: {wrong}",
        f"a.ini:3 [risk] api_secret: {wrong}",
        f"a.ini:5 [strategy] apikey: {wrong}",
    ]
