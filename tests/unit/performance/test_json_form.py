"""A run is written for programs: amounts as text, instants as text and number, nothing lost."""

from typing import Any

import msgspec
from msgspec import Struct

from noctule.performance.doubts import doubts_of
from noctule.performance.json_form import SCHEMA_VERSION, json_form
from noctule.performance.records import Course
from noctule.performance.summary import summarise
from tests.course_builders import BTC, START_MS, course, curve, trade


def written(run: Course) -> dict[str, Any]:
    found = summarise(run)
    form = msgspec.json.decode(json_form(found, doubts_of(run, found)))
    assert isinstance(form, dict)
    return form


def test_amounts_are_text_and_measures_are_numbers() -> None:
    summary = written(course(trade("10.50", fees="0.10")))["summary"]

    assert summary["total"]["net"] == "10.50"
    assert summary["by_symbol"][BTC]["fees"] == "0.10"
    assert summary["balance"] == "1000"
    assert summary["total"]["win_rate"] == 1.0


def test_an_instant_is_told_as_text_and_as_number_however_deep_it_lies() -> None:
    summary = written(course(curve=curve([900, 950])))["summary"]

    assert (summary["from"], summary["from_ms"]) == ("2023-05-01T00:00:00.000Z", START_MS)
    assert summary["drawdown"]["to"] == "2023-05-01T00:59:59.999Z"
    assert (summary["drawdown"]["recovered"], summary["drawdown"]["recovered_ms"]) == (None, None)
    assert "lasted" not in summary["drawdown"]


def test_what_is_unknown_is_null_and_says_why() -> None:
    summary = written(course())["summary"]

    assert summary["sharpe"] is None
    assert summary["unknown"]["sharpe"] == "needs 30 days, there is 1"


def test_doubts_come_with_their_name_and_weight() -> None:
    form = written(course())

    assert form["schema_version"] == SCHEMA_VERSION
    assert form["doubts"][0] == {
        "name": "few_trades",
        "gravity": "grave",
        "text": "No trade was closed: there is nothing to judge the strategy by.",
        "number": 0,
    }


def test_a_larger_document_holds_it_as_it_is() -> None:
    class Larger(Struct):
        result: msgspec.Raw

    form = json_form(summarise(course()), ())

    assert msgspec.json.encode(Larger(result=form)) == b'{"result":' + bytes(form) + b"}"
