"""A seed names its account, in every process."""

from noctule.app.sim_keys import sim_key_pair


def test_every_seed_has_a_pair_of_its_own() -> None:
    assert sim_key_pair(1) == sim_key_pair(1)
    assert len({*sim_key_pair(1), *sim_key_pair(2)}) == 4
