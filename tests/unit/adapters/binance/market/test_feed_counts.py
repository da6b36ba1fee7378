"""Counting what is odd: every time in numbers, seldom in words."""

import logging

import pytest

from noctule.adapters.binance.market.feed_counts import FeedCounts


def test_everything_malformed_is_counted_and_ever_less_of_it_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    counts = FeedCounts()
    with caplog.at_level(logging.INFO):
        for _ in range(100):
            counts.note_malformed("no JSON")
    assert counts.malformed == 100
    assert len(caplog.records) == 7  # at 1, 2, 4 … 64


def test_each_unknown_kind_is_named_once_and_no_more_than_twenty(
    caplog: pytest.LogCaptureFixture,
) -> None:
    counts = FeedCounts()
    with caplog.at_level(logging.INFO):
        for number in range(100):
            counts.note_unknown(f"kind {number % 50}")
    assert counts.unknown == 100
    assert len(caplog.records) == 20
