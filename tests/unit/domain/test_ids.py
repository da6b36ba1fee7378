"""Derived ids: these exact texts are what a restarted process asks the venue for."""

from itertools import product

import pytest
from msgspec.structs import replace

from noctule.domain.ids import (
    ATTEMPTS_MAX,
    account_tag,
    belongs_to_account,
    candle_of,
    candle_trace,
    client_order_id,
    is_ours,
    parse_client_order_id,
    trace_of,
)
from noctule.domain.order import Leg, OrderKey
from noctule.domain.values import Symbol, Timeframe
from tests.builders import BTCUSDT, CLIENT_ORDER_ID, START_MS

ACCOUNT = account_tag("key")
MINUTE_MS = 60_000
YEAR_6109_MS = 36**6 * MINUTE_MS - 1
ENTRY = OrderKey(
    close_ms=START_MS + MINUTE_MS - 1, timeframe=Timeframe.M1, leg=Leg.ENTRY, attempt=0
)
HOURLY_STOP = OrderKey(
    close_ms=START_MS + 60 * MINUTE_MS - 1, timeframe=Timeframe.H1, leg=Leg.STOP, attempt=3
)
WEEKLY_FLATTEN = OrderKey(
    close_ms=START_MS + 7 * 24 * 60 * MINUTE_MS - 1,
    timeframe=Timeframe.W1,
    leg=Leg.FLATTEN,
    attempt=35,
)
OLDEST_PROTECT = OrderKey(close_ms=-1, timeframe=Timeframe.W1, leg=Leg.PROTECT, attempt=35)
MONTHLY_ENTRY = OrderKey(
    close_ms=START_MS + 3 * 24 * 60 * MINUTE_MS - 1,  # the last millisecond of 2026-09
    timeframe=Timeframe.MO1,
    leg=Leg.ENTRY,
    attempt=0,
)

# The derivation is a promise to every order that rests at the venue: never change these texts.
PINNED = [
    ("sma_cross", "BTCUSDT", ENTRY, "noc-qpai6s-0hrmo1ae0-plxb7xk1"),
    ("sma_cross", "ETHUSDT", HOURLY_STOP, "noc-qpai6s-0hrmpofs3-6hlulth0"),
    ("sma_cross", "BTCUSDT", WEEKLY_FLATTEN, "noc-qpai6s-0hrug0nfz-7y9ctti9"),
    ("my idea", "币安人生USDT", OLDEST_PROTECT, "noc-qpai6s-000000npz-spp7p1s3"),
    ("sma_cross", "BTCUSDT", MONTHLY_ENTRY, "noc-qpai6s-0hrq00oe0-kdtwhfn6"),
]


@pytest.mark.parametrize(("identity", "tag"), [("key", "qpai6s"), ("", "wuqy2f")])
def test_an_accounts_tag_is_the_same_in_every_process(identity: str, tag: str) -> None:
    assert account_tag(identity) == tag


@pytest.mark.parametrize(("strategy", "symbol", "key", "text"), PINNED)
def test_an_orders_id_is_the_same_in_every_process(
    strategy: str, symbol: str, key: OrderKey, text: str
) -> None:
    derived = client_order_id(account=ACCOUNT, strategy=strategy, symbol=Symbol(symbol), key=key)
    assert derived == text


@pytest.mark.parametrize(("strategy", "symbol", "key", "text"), PINNED)
def test_an_id_reads_back_to_its_cause(
    strategy: str, symbol: str, key: OrderKey, text: str
) -> None:
    assert parse_client_order_id(text) == key
    assert belongs_to_account(text, ACCOUNT)
    assert is_ours(text, account=ACCOUNT, strategy=strategy, symbol=Symbol(symbol))


def test_every_timeframe_has_its_own_letter() -> None:
    letters = [
        client_order_id(
            account=ACCOUNT, strategy="s", symbol=BTCUSDT, key=replace(ENTRY, timeframe=timeframe)
        )[17]
        for timeframe in Timeframe
    ]
    assert "".join(letters) == "abcdefghijklmno"


def test_no_two_orders_of_a_minute_share_an_id() -> None:
    causes = product(
        ("sma_cross", "my_idea"),
        ("BTCUSDT", "ETHUSDT"),
        Timeframe,
        Leg,
        range(ATTEMPTS_MAX),
    )
    ids = {
        client_order_id(
            account=ACCOUNT,
            strategy=strategy,
            symbol=Symbol(symbol),
            key=replace(ENTRY, timeframe=timeframe, leg=leg, attempt=attempt),
        )
        for strategy, symbol, timeframe, leg, attempt in causes
    }
    assert len(ids) == 2 * 2 * 15 * 6 * 36


@pytest.mark.parametrize("attempt", [-1, 36])
def test_an_order_is_tried_at_most_thirty_six_times(attempt: int) -> None:
    with pytest.raises(AssertionError, match=f"attempt {attempt} of 36"):
        client_order_id(
            account=ACCOUNT, strategy="s", symbol=BTCUSDT, key=replace(ENTRY, attempt=attempt)
        )


@pytest.mark.parametrize("close_ms", [START_MS, START_MS + 59_998])
def test_an_order_is_caused_by_a_candles_close(close_ms: int) -> None:
    with pytest.raises(AssertionError, match=f"no candle closes at {close_ms}"):
        client_order_id(
            account=ACCOUNT, strategy="s", symbol=BTCUSDT, key=replace(ENTRY, close_ms=close_ms)
        )


@pytest.mark.parametrize("close_ms", [-MINUTE_MS - 1, YEAR_6109_MS])
def test_a_time_that_cannot_be_read_back_has_no_id(close_ms: int) -> None:
    with pytest.raises(AssertionError, match="does not fit 6 digits"):
        client_order_id(
            account=ACCOUNT, strategy="s", symbol=BTCUSDT, key=replace(ENTRY, close_ms=close_ms)
        )


def test_an_account_is_named_by_its_tag() -> None:
    with pytest.raises(AssertionError, match="account tag is 'key'"):
        client_order_id(account="key", strategy="s", symbol=BTCUSDT, key=ENTRY)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "web_x7Gq",
        "autoclose-1790553600000",
        "adl_autoclose",
        CLIENT_ORDER_ID[:-1],
        CLIENT_ORDER_ID + "1",
        "NOC-qpai6s-0hrmo1ae0-plxb7xk1",
        "noc-qpai6s_0hrmo1ae0-plxb7xk1",
        "noc-qpai6s-0hrmo1ae0_plxb7xk1",
        "noc-qpai6s--hrmo1ae0-plxb7xk1",
        "noc-QPAI6S-0hrmo1ae0-plxb7xk1",
        "noc-qpai6s-0hrmo1ae0-plxb7xk\u0661",  # a digit, though not one of ours
        "noc-qpai6s-0hrmo1pe0-plxb7xk1",  # no timeframe
        "noc-qpai6s-0hrmo1az0-plxb7xk1",  # no leg
    ],
)
def test_a_foreign_id_has_no_cause(text: str) -> None:
    assert parse_client_order_id(text) is None
    assert not belongs_to_account(text, ACCOUNT)
    assert not is_ours(text, account=ACCOUNT, strategy="sma_cross", symbol=BTCUSDT)


@pytest.mark.parametrize("index", range(len(CLIENT_ORDER_ID)))
def test_no_character_of_an_id_may_be_one_that_we_do_not_use(index: int) -> None:
    text = f"{CLIENT_ORDER_ID[:index]}:{CLIENT_ORDER_ID[index + 1 :]}"
    assert parse_client_order_id(text) is None


def test_an_id_belongs_to_one_account() -> None:
    other = account_tag("another key")
    assert not belongs_to_account(CLIENT_ORDER_ID, other)
    assert not is_ours(CLIENT_ORDER_ID, account=other, strategy="sma_cross", symbol=BTCUSDT)


def test_an_id_belongs_to_one_strategy_and_symbol_though_the_account_is_enough_to_adopt() -> None:
    assert belongs_to_account(CLIENT_ORDER_ID, ACCOUNT)
    assert not is_ours(CLIENT_ORDER_ID, account=ACCOUNT, strategy="other", symbol=BTCUSDT)
    assert not is_ours(
        CLIENT_ORDER_ID, account=ACCOUNT, strategy="sma_cross", symbol=Symbol("ETHUSDT")
    )


def test_a_trace_names_the_candle_it_starts_at() -> None:
    assert candle_trace(BTCUSDT, Timeframe.M1, START_MS + 59_999) == "BTCUSDT:1m:29842561"


def test_a_trace_without_a_candle_names_its_cause() -> None:
    assert trace_of("start", START_MS) == "start:1790553600000"


def test_a_thread_is_read_back_to_its_candle() -> None:
    close_ms = START_MS + MINUTE_MS - 1
    trace = candle_trace(BTCUSDT, Timeframe.M1, close_ms)
    assert candle_of(trace) == (BTCUSDT, Timeframe.M1, close_ms)


@pytest.mark.parametrize(
    "trace",
    ["", "start:1795936220960", "look", "BTCUSDT:1m", "BTCUSDT:1m:x", "BTCUSDT:7m:1", "a:1m:²"],
)
def test_a_thread_that_no_candle_began_has_none(trace: str) -> None:
    assert candle_of(trace) is None
