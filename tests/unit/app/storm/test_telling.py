"""Requests, answers, events and logs are told in words, with both books beside them."""

from tests.fakes.lived_storm import lived


def test_a_request_is_told_with_what_was_sent_and_what_became_of_it() -> None:
    stop = lived().told("bot", "POST /fapi/v1/algoOrder")[0]
    assert "type=STOP_MARKET" in stop.text
    assert "signature" not in stop.text
    assert stop.text.endswith("-> 200")


def test_both_books_name_what_rests_by_what_it_is_for() -> None:
    protected = next(note for note in lived().notes if note.theirs.endswith("[s t]"))
    assert protected.theirs.startswith("ETHUSDT ")
    assert any(note.ours == note.theirs and note.ours.endswith("[s t]") for note in lived().notes)


def test_market_data_are_not_told() -> None:
    assert not lived().told("bot", "MarkPriceUpdated")
    assert lived().told("bot", "* OrderFilled")
    assert lived().told("exchange", "OrderUpdated")
