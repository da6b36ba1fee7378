"""A doubt lasts until what it is about comes, adds up, or was asked for."""

from noctule.adapters.binance.account.doubts import AccountDoubts


def test_there_is_no_doubt_to_begin_with() -> None:
    assert AccountDoubts().since_ms is None
    assert AccountDoubts().owed_since_ms is None


def test_the_oldest_doubt_is_told() -> None:
    doubts = AccountDoubts()
    doubts.raise_("trade", "5", elapsed_ms=20)
    doubts.raise_("trade", "6", elapsed_ms=30)
    doubts.raise_("trade", "5", elapsed_ms=40)
    assert doubts.since_ms == 20
    doubts.lay("trade", "5")
    assert doubts.since_ms == 30


def test_a_doubt_follows_what_is() -> None:
    doubts = AccountDoubts()
    doubts.follow("held", when=True, elapsed_ms=1)
    assert doubts.since_ms == 1
    doubts.follow("held", when=False, elapsed_ms=2)
    assert doubts.since_ms is None


def test_an_audit_settles_what_was_in_doubt_when_it_began() -> None:
    doubts = AccountDoubts()
    doubts.raise_("old", elapsed_ms=1)
    doubts.begin_audit()
    doubts.raise_("new", elapsed_ms=2)
    assert doubts.was_asked("old")
    assert not doubts.was_asked("new")
    doubts.end_audit()
    assert doubts.since_ms == 2
    assert not doubts.was_asked("old")


def test_the_stream_owes_what_it_did_not_tell_first() -> None:
    doubts = AccountDoubts()
    doubts.owe("BTCUSDT", "5", elapsed_ms=10)
    doubts.owe("BTCUSDT", "6", elapsed_ms=11)
    doubts.pay("BTCUSDT", "5")
    doubts.pay("BTCUSDT", "7")
    assert doubts.owed_since_ms == 11
    doubts.forgive()
    assert doubts.owed_since_ms is None


def test_there_is_no_end_of_doubts_but_a_bound() -> None:
    doubts = AccountDoubts()
    for number in range(5_000):
        doubts.raise_("trade", str(number), elapsed_ms=number)
        doubts.owe("BTCUSDT", str(number), elapsed_ms=number)
    assert len(doubts._doubts) == len(doubts._debts) == 1_000
    assert doubts.since_ms == doubts.owed_since_ms == 0


def test_a_doubt_may_be_about_a_symbol_or_about_anything() -> None:
    doubts = AccountDoubts()
    doubts.raise_("trade", "BTCUSDT", "5", elapsed_ms=1)
    doubts.raise_("position", "ETHUSDT", elapsed_ms=1)
    doubts.raise_("held", elapsed_ms=1)
    general = [doubts.are_general]
    doubts.raise_("malformed", elapsed_ms=1)
    assert doubts.symbols == {"BTCUSDT", "ETHUSDT"}
    assert [*general, doubts.are_general] == [False, True]
