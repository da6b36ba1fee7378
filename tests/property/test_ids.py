"""A dead process's orders can be named, and nobody else's can be taken for ours."""

import re
import string

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from noctule.domain.ids import (
    ATTEMPTS_MAX,
    account_tag,
    belongs_to_account,
    client_order_id,
    is_ours,
    parse_client_order_id,
)
from noctule.domain.order import Leg, OrderKey
from noctule.domain.values import Symbol, Timeframe

ALLOWED = ".:/_-" + string.ascii_letters + string.digits

keys = st.builds(
    OrderKey,
    close_ms=st.integers(0, 36**6 - 1).map(lambda minutes: minutes * 60_000 - 1),
    timeframe=st.sampled_from(Timeframe),
    leg=st.sampled_from(Leg),
    attempt=st.integers(0, ATTEMPTS_MAX - 1),
)
accounts = st.text().map(account_tag)
strategies = st.text()
symbols = st.text(string.ascii_uppercase + string.digits + "_币安人生", min_size=1).map(Symbol)
causes = st.tuples(accounts, strategies, symbols, keys)
Cause = tuple[str, str, Symbol, OrderKey]


def id_of(cause: Cause) -> str:
    account, strategy, symbol, key = cause
    return client_order_id(account=account, strategy=strategy, symbol=symbol, key=key)


@given(cause=causes)
def test_the_venue_takes_every_id(cause: Cause) -> None:
    assert re.fullmatch(r"[.A-Z:/a-z0-9_-]{1,36}", id_of(cause))


@given(cause=causes)
def test_an_id_reads_back_to_its_cause(cause: Cause) -> None:
    account, strategy, symbol, key = cause
    text = id_of(cause)
    assert parse_client_order_id(text) == key
    assert belongs_to_account(text, account)
    assert is_ours(text, account=account, strategy=strategy, symbol=symbol)


@given(cause=causes, others=st.lists(causes, max_size=20))
def test_different_causes_have_different_ids(cause: Cause, others: list[Cause]) -> None:
    distinct = {cause, *others}
    assert len({id_of(one) for one in distinct}) == len(distinct)


@given(cause=causes, other=causes)
def test_a_cause_that_differs_in_one_thing_has_another_id(cause: Cause, other: Cause) -> None:
    account, strategy, symbol, key = cause
    neighbours = {
        (other[0], strategy, symbol, key),
        (account, other[1], symbol, key),
        (account, strategy, other[2], key),
        (account, strategy, symbol, replace(key, close_ms=other[3].close_ms)),
        (account, strategy, symbol, replace(key, timeframe=other[3].timeframe)),
        (account, strategy, symbol, replace(key, leg=other[3].leg)),
        (account, strategy, symbol, replace(key, attempt=other[3].attempt)),
    }
    assert id_of(cause) not in {id_of(neighbour) for neighbour in neighbours - {cause}}


@given(cause=causes, index=st.integers(0, 28), letter=st.sampled_from(ALLOWED))
def test_an_id_with_one_character_changed_is_not_ours(
    cause: Cause, index: int, letter: str
) -> None:
    account, strategy, symbol, _ = cause
    text = id_of(cause)
    changed = text[:index] + letter + text[index + 1 :]
    is_mine = is_ours(changed, account=account, strategy=strategy, symbol=symbol)
    assert is_mine is (changed == text)


@given(cause=causes, index=st.integers(0, 10), letter=st.sampled_from(ALLOWED))
def test_an_id_with_another_prefix_or_tag_belongs_to_somebody_else(
    cause: Cause, index: int, letter: str
) -> None:
    text = id_of(cause)
    changed = text[:index] + letter + text[index + 1 :]
    assert belongs_to_account(changed, cause[0]) is (changed == text)


@given(
    text=st.text(st.characters(exclude_categories=()))
    | st.text(ALLOWED, min_size=29, max_size=29)
    | st.from_regex(r"noc-.{6}-.{9}-.{8}", fullmatch=True),
    cause=causes,
)
def test_no_text_is_too_strange_to_ask_about(text: str, cause: Cause) -> None:
    account, strategy, symbol, _ = cause
    key = parse_client_order_id(text)
    assert belongs_to_account(text, account) is (key is not None and text[4:10] == account)
    assert not is_ours(text, account=account, strategy=strategy, symbol=symbol)
