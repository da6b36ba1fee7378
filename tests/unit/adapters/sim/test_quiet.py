"""Lock-step: the market waits for those who asked for it, and for nobody else."""

from noctule.adapters.sim.quiet import QuietGate


def test_the_market_waits_for_nobody_who_did_not_ask() -> None:
    gate = QuietGate()
    gate.stepped(1)
    assert gate.is_quiet


def test_the_market_goes_on_when_everybody_has_acknowledged_the_step() -> None:
    gate = QuietGate()
    gate.join("one")
    gate.join("two")
    gate.stepped(1)
    assert gate.acknowledge("one", 1)
    assert gate.waiting_for == ["two"]
    assert not gate.is_quiet
    assert gate.acknowledge("two", 1)
    assert gate.is_quiet


def test_a_word_for_an_old_step_does_not_count_for_the_present_one() -> None:
    gate = QuietGate()
    gate.join("one")
    gate.stepped(1)
    gate.stepped(2)
    assert not gate.acknowledge("one", 1)
    assert gate.waiting_for == ["one"]


def test_a_word_for_a_step_that_has_not_happened_does_not_count() -> None:
    gate = QuietGate()
    gate.join("one")
    gate.stepped(1)
    assert not gate.acknowledge("one", 2)


def test_whoever_joins_holds_the_market_until_the_present_step_is_acknowledged() -> None:
    gate = QuietGate()
    gate.stepped(7)
    gate.join("one")
    assert not gate.is_quiet
    assert gate.acknowledge("one", 7)
    assert gate.is_quiet


def test_whoever_leaves_is_not_waited_for() -> None:
    gate = QuietGate()
    gate.join("one")
    gate.stepped(1)
    gate.leave("one")
    gate.leave("one")
    assert gate.is_quiet
    assert not gate.acknowledge("one", 1)
