"""The order book's messages: levels as numbers, impossible ones refused."""

import json

import msgspec
import pytest

from noctule.adapters.binance.wire.depth import DEPTH, DEPTH_UPDATE
from noctule.adapters.binance.wire.market import read_frame
from noctule.domain.errors import FeedMalformed
from tests.conformance.fixtures import DATA, needs_data
from tests.fakes.market_desk import enveloped

UPDATE = {
    "e": "depthUpdate",
    "E": 5,
    "T": 4,
    "s": "BTCUSDT",
    "U": 11,
    "u": 12,
    "pu": 10,
    "b": [["1.5", "2"]],
    "a": [["1.6", "0.000"]],
}


def test_a_change_of_the_book_is_read() -> None:
    event = read_frame(DEPTH_UPDATE, enveloped("x", dict(UPDATE)))
    assert (event.event_ms, event.first_id, event.last_id, event.previous_id) == (5, 11, 12, 10)
    assert (event.bids, event.asks) == ([(1.5, 2.0)], [(1.6, 0.0)])


@pytest.mark.parametrize("level", [["0", "1"], ["-1", "1"], ["nan", "1"], ["1", "-1"], ["1"]])
def test_an_impossible_level_makes_the_change_malformed(level: list[str]) -> None:
    for side in ("a", "b"):
        with pytest.raises(FeedMalformed):
            read_frame(DEPTH_UPDATE, enveloped("x", {**UPDATE, side: [level]}))


def test_a_whole_book_is_read() -> None:
    told = {"lastUpdateId": 7, "E": 1, "T": 1, "bids": [["1.5", "2"]], "asks": [["1.6", "3"]]}
    book = DEPTH.decoder.decode(json.dumps(told))
    assert (book.last_id, book.bids, book.asks) == (7, [(1.5, 2.0)], [(1.6, 3.0)])
    with pytest.raises(msgspec.ValidationError):
        DEPTH.decoder.decode(json.dumps({**told, "asks": [["0", "3"]]}))


@needs_data
def test_the_documented_book_is_read() -> None:
    folder = DATA / "fixtures/binance-connector-python/rest_api"
    assert DEPTH.decoder.decode((folder / "order_book.json").read_bytes()).bids
