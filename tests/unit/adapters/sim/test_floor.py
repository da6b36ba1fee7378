"""What the desks share: numbers, ledger, quotes."""

from decimal import Decimal
from random import Random

from noctule.adapters.sim.account import Account
from noctule.adapters.sim.fills import Fills
from noctule.adapters.sim.floor import Floor, to_8
from noctule.adapters.sim.switches import Switches
from tests.fakes.pit import BTC, START_MS


def floor() -> Floor:
    return Floor(
        (BTC,),
        fills=Fills(),
        random=Random(1),
        start_ms=START_MS,
        listener=lambda _account, _event: None,
        switches=Switches(),
    )


def test_every_number_is_given_once_and_the_spaces_do_not_overlap() -> None:
    shared = floor()
    numbers = [
        give()
        for give in (shared.next_order_id, shared.next_trade_id, shared.next_algo_id)
        for _ in range(100)
    ]
    assert len(set(numbers)) == 300


def test_a_posting_changes_the_wallet_and_writes_it_down() -> None:
    shared, account = floor(), Account(key="k", secret="s")
    shared.post(account, "TRANSFER", Decimal(7))
    shared.post(account, "COMMISSION", Decimal(0))
    (line,) = account.history.incomes
    assert (account.wallet, line.income, line.time_ms) == (Decimal(7), Decimal(7), START_MS)


def test_a_moment_inside_the_exchange_moves_its_clock() -> None:
    shared = floor()
    shared.elapse(12)
    assert shared.now_ms == START_MS + 12


def test_a_quote_names_best_prices_and_what_is_there() -> None:
    shared = floor()
    book = shared.book("BTCUSDT")
    book.last = Decimal(60_000)
    quote = shared.quote(book)
    assert (quote.bid, quote.ask, quote.mark, quote.index) == (
        Decimal(60_000),
        Decimal("60000.1"),
        Decimal(60_000),
        Decimal(60_000),
    )
    assert (quote.bid_qty, quote.ask_qty) == (Decimal(120), Decimal(120))


def test_money_has_eight_decimals() -> None:
    assert to_8(Decimal("1.000000005")) == Decimal("1.00000000")
