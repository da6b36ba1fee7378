"""The kernel says who is at the other end."""

import os
import socket

from noctule.adapters.control.peer import Peer, peer_of, user_name


def test_the_other_end_of_our_own_pair_is_this_process_and_its_user() -> None:
    one, other = socket.socketpair(socket.AF_UNIX)
    with one, other:
        peer = peer_of(one)
    assert peer == Peer(process=os.getpid(), uid=os.geteuid())
    assert peer.is_us


def test_another_user_is_not_us() -> None:
    assert not Peer(process=1, uid=os.geteuid() + 1).is_us


def test_users_have_names_and_strangers_numbers() -> None:
    assert user_name(0) == "root"
    assert user_name(4_000_000_001) == "user 4000000001"
