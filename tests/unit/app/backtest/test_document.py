"""A result for programs: everything that tells two runs apart, and nothing that is secret."""

import json

from noctule.app.backtest.document import document_of, facts_of
from tests.fakes.small_backtest import small_result


def test_a_document_tells_what_was_run_on_what_and_what_came_of_it() -> None:
    document = json.loads(document_of(small_result()))
    assert document["result_hash"] == small_result().result_hash
    assert document["data_hash"] == small_result().source.data_hash
    assert document["timeframe"] == "15m"
    assert document["candles"] == {"BTCUSDT": 301}
    assert {each["name"] for each in document["files"]} == {
        "BTCUSDT-15m-swings.csv",
        "BTCUSDT-funding-swings.csv",
    }
    assert document["measured"]["summary"]
    assert document["settings"]["strategy.fast"] == "2"
    assert document["assumptions"]


def test_where_a_bot_lives_is_nobody_s_business() -> None:
    settings = json.loads(document_of(small_result()))["settings"]
    sections = {name.partition(".")[0] for name in settings}
    assert not sections & {"api", "logging", "store", "control", "web", "credentials"}


def test_the_facts_of_a_page_name_symbols_span_and_versions() -> None:
    facts = facts_of(small_result())
    curve = small_result().course.curve
    assert facts.title == "Backtest of BTCUSDT 15m"
    assert (facts.from_ms, facts.to_ms) == (curve.at_ms[0], curve.at_ms[-1])
    assert [name for name, _ in facts.versions] == ["noctule", "Python"]
