"""A turn is struck only while it lasts."""

from noctule.engine.turn import Turn


def test_nobody_is_struck_whose_turn_it_is_not() -> None:
    turn = Turn()
    seen = [turn.is_struck]
    turn.began_ns = 7
    seen.append(turn.is_struck)
    turn.struck_ns = 7
    seen.append(turn.is_struck)
    turn.began_ns = 0
    seen.append(turn.is_struck)
    assert seen == [False, False, True, False]
