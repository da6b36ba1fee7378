"""Asking for streams: what is said, and what the answers mean."""

import asyncio
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noctule.adapters.binance.streams.subscription import Subscription, SubscriptionRefused
from noctule.domain.errors import FeedMalformed


def test_names_go_out_in_messages_of_bounded_length_with_ids_of_their_own() -> None:
    subscription = Subscription(["a@trade", "b@trade", "c@trade"], names_per_message=2)
    assert list(subscription.messages()) == [
        b'{"method":"SUBSCRIBE","params":["a@trade","b@trade"],"id":1}',
        b'{"method":"SUBSCRIBE","params":["c@trade"],"id":2}',
    ]


async def test_it_is_acknowledged_when_every_message_is() -> None:
    subscription = Subscription(["a@trade", "b@trade"], names_per_message=1)
    assert len(list(subscription.messages())) == 2
    assert subscription.take(b'{"result":null,"id":2}')
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(subscription.acknowledged(), 0)
    assert subscription.take(b'{"result":null,"id":1}')
    await asyncio.wait_for(subscription.acknowledged(), 1)


async def test_without_names_there_is_nothing_to_wait_for() -> None:
    subscription = Subscription([], names_per_message=1)
    assert list(subscription.messages()) == []
    await asyncio.wait_for(subscription.acknowledged(), 1)


def test_an_answer_may_bring_fields_nobody_knows() -> None:
    subscription = Subscription(["a@trade"], names_per_message=1)
    list(subscription.messages())
    assert subscription.take(b'{"result":null,"id":1,"new":{"x":[1]}}')


@pytest.mark.parametrize("frame", [b'{"stream":"x","data":{}}', b"[]", b'"text"', b'{"id":"a"}'])
def test_everything_else_is_no_answer(frame: bytes) -> None:
    assert not Subscription(["a@trade"], names_per_message=1).take(frame)


def test_a_refusal_is_raised_with_its_code() -> None:
    with pytest.raises(SubscriptionRefused, match="3: Invalid JSON"):
        Subscription([], names_per_message=1).take(b'{"code":3,"msg":"Invalid JSON: x"}')


def test_what_nobody_can_read_is_malformed() -> None:
    with pytest.raises(FeedMalformed, match="garbage"):
        Subscription([], names_per_message=1).take(b'{"id":')


@given(st.binary() | st.binary().map(lambda some: b'{"id":1,"x":' + some))
def test_whatever_the_bytes_are_they_are_an_answer_or_none_or_malformed(frame: bytes) -> None:
    with suppress(FeedMalformed, SubscriptionRefused):
        assert Subscription([], names_per_message=1).take(frame) in (True, False)
