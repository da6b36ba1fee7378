"""Whose certificates are believed: those that the system believes."""

import ssl
from functools import cache

__all__ = ["system_trust"]


@cache
def system_trust() -> ssl.SSLContext:
    """Return how certificates are verified; reading all that are known takes a while, so once."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(("http/1.1",))
    return context
