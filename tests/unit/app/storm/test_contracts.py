"""The contracts of a storm are the exchange's own, and change when the story says so."""

from decimal import Decimal

from msgspec.structs import replace

from noctule.adapters.sim.rules_book import default_rules
from noctule.app.storm.contracts import SYMBOLS, contract_changes, contracts, first_price
from noctule.app.storm.story import Shock, ShockKind, Story

_STORY = Story(seed=1, profile="calm", minutes=10, symbols=("BTCUSDT", "COIN07USDT"))


def test_there_are_fifty_different_symbols_and_rules_for_each() -> None:
    rules = contracts(replace(_STORY, symbols=SYMBOLS))

    assert len(set(SYMBOLS)) == 50
    assert [each.symbol for each in rules] == list(SYMBOLS)
    assert {each.status for each in rules} == {"TRADING"}


def test_a_built_in_contract_is_as_it_always_is() -> None:
    assert contracts(_STORY)[0] == default_rules()[0]


def test_a_contract_can_be_traded_at_its_first_price() -> None:
    for rules in contracts(replace(_STORY, symbols=SYMBOLS)):
        price = Decimal(first_price(rules.symbol))
        assert 2 * rules.min_price < price < rules.max_price / 2
        assert rules.tick < price / 1_000


def test_what_is_made_up_after_a_model_has_a_name_and_a_price_of_its_own() -> None:
    (coin,) = contracts(replace(_STORY, symbols=("COIN07USDT",)))

    assert coin.base_asset == "COIN07"
    assert first_price("COIN07USDT") != first_price("COIN12USDT")


def test_nothing_changes_without_a_shock() -> None:
    assert contract_changes(_STORY) == ()


def test_a_contract_that_is_listed_later_is_not_open_until_then() -> None:
    story = replace(_STORY, shocks=(_shock(ShockKind.LISTED, at_ms=5_000),))

    assert contracts(story)[0].status == "PENDING_TRADING"
    (change,) = contract_changes(story)
    assert (change.at_ms, change.rules) == (5_000, default_rules()[0])


def test_a_contract_that_closes_opens_again_by_the_rules_it_has_then() -> None:
    story = replace(
        _STORY,
        shocks=(
            _shock(ShockKind.DELISTED, at_ms=1_000, for_ms=9_000),
            _shock(ShockKind.RULES, at_ms=4_000),
        ),
    )

    closed, changed, opened = contract_changes(story)

    assert [closed.at_ms, changed.at_ms, opened.at_ms] == [1_000, 4_000, 10_000]
    assert [each.rules.status for each in (closed, changed, opened)] == [
        "SETTLING",
        "SETTLING",
        "TRADING",
    ]
    assert replace(opened.rules, status="SETTLING") == changed.rules
    assert opened.rules != default_rules()[0]


def test_changed_rules_are_rules_that_one_can_trade_by() -> None:
    changes = {
        change.rules
        for at_ms in range(30)
        for change in contract_changes(
            replace(_STORY, shocks=(_shock(ShockKind.RULES, at_ms=at_ms),))
        )
    }

    assert len(changes) == 3
    for rules in changes:
        assert not rules.min_price % rules.tick or rules.tick == default_rules()[0].tick
        assert not rules.min_qty % rules.step
        assert not rules.market_min_qty % rules.market_step


def test_a_shock_of_the_market_alone_changes_no_contract() -> None:
    assert contract_changes(replace(_STORY, shocks=(_shock(ShockKind.CRASH, at_ms=1),))) == ()


def test_a_shock_of_what_nobody_trades_changes_nothing() -> None:
    shock = replace(_shock(ShockKind.DELISTED, at_ms=1), symbol="ETHUSDT")

    assert contract_changes(replace(_STORY, shocks=(shock,))) == ()


def _shock(kind: ShockKind, *, at_ms: int, for_ms: int = 1) -> Shock:
    return Shock(at_ms=at_ms, kind=kind, symbol="BTCUSDT", for_ms=for_ms)
