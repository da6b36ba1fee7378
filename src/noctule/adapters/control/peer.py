"""Who is at the other end of a Unix socket, by the kernel's word."""

import os
import pwd
import socket
import struct

from msgspec import Struct

__all__ = ["Peer", "peer_of", "user_name"]

_CREDENTIALS = struct.Struct("3i")  # pid, uid, gid: unix(7), SO_PEERCRED


class Peer(Struct, frozen=True, kw_only=True):
    """A process and its user, as they were when it connected, or began to listen."""

    process: int
    uid: int

    @property
    def is_us(self) -> bool:
        """Tell whether it is of our user; root is not."""
        return self.uid == os.geteuid()


def peer_of(connection: socket.socket) -> Peer:
    """Return who is at the other end."""
    raw = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    process, uid, _ = _CREDENTIALS.unpack(raw)
    return Peer(process=process, uid=uid)


def user_name(uid: int) -> str:
    """Return what a user is called; his number where the system has no name for him."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"
