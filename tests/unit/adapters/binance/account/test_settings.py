"""The bounds of the account's watch hold what is promised of them."""

from noctule.adapters.binance.account.settings import AccountSettings


def test_a_silent_stream_is_noticed_within_the_promised_time() -> None:
    settings = AccountSettings()
    assert settings.exposed_audit_ms < 30_000
    assert settings.flat_audit_ms < 120_000


def test_the_listen_key_is_extended_well_before_it_dies() -> None:
    assert AccountSettings().keep_alive_ms <= 30 * 60_000


def test_what_doubts_cost_stays_below_half_of_the_weight() -> None:
    settings, audit_weight = AccountSettings(), 30
    assert 60_000 / settings.doubt_gap_ms * audit_weight < 2_400 / 2


def test_a_position_that_moved_in_silence_is_known_before_an_order_rests_too_long() -> None:
    settings, flat_order_ms_max = AccountSettings(), 5_000
    assert settings.pulse_ms + 2 * settings.tick_ms < flat_order_ms_max - 1_000
    assert 60_000 / settings.pulse_ms * 5 <= 100  # of weight a minute
