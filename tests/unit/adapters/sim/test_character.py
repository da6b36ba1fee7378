"""Every listed symbol has a character of its own; any other symbol has one too."""

from noctule.adapters.sim.character import character_of
from noctule.adapters.sim.rules_book import default_rules


def test_no_two_listed_symbols_are_alike() -> None:
    characters = [character_of(rules.symbol) for rules in default_rules()]
    assert len({each.price for each in characters}) == len(characters)
    assert character_of("UNKNOWNUSDT") not in characters


def test_every_character_could_be_a_market() -> None:
    for rules in default_rules():
        character = character_of(rules.symbol)
        assert float(rules.min_price) < character.price < float(rules.max_price)
        assert 0 < character.kinship < 1
        assert character.trades > 0
