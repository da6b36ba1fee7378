"""The house rules are the live exchange's unless a test says otherwise."""

from noctule.adapters.sim.terms import Terms


def test_the_defaults_are_the_live_exchanges() -> None:
    terms = Terms()

    assert (terms.weight_per_minute, terms.orders_per_minute, terms.orders_per_10s) == (
        2_400,
        1_200,
        300,
    )
    assert (terms.recv_window_ms, terms.recv_window_ms_max, terms.ahead_ms) == (
        5_000,
        60_000,
        1_000,
    )
    assert (terms.listen_key_ms, terms.ping_ms, terms.pong_ms, terms.life_ms) == (
        3_600_000,
        180_000,
        600_000,
        86_400_000,
    )
    assert (terms.streams_max, terms.messages_per_second) == (1_024, 10)
