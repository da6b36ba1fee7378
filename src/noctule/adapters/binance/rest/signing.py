"""How a request is signed: HMAC, RSA or Ed25519, told apart by what the secret looks like."""

import hmac
from hashlib import sha256
from typing import Final, Protocol

from noctule.domain.errors import ConfigError

__all__ = ["Signer", "signer_of"]

_PEM: Final = "-----BEGIN "


class Signer(Protocol):
    """The owner of a secret, who signs with it and never shows it."""

    def sign(self, payload: str) -> str:
        """Return the signature of a payload, as the exchange writes it: not yet percent-encoded."""
        ...


def signer_of(secret: str) -> Signer:
    """Return the signer for a secret: a PEM text is a private key, anything else HMAC's own."""
    if not secret.startswith(_PEM):
        return _Hmac(secret)
    # A library of ciphers is loaded by those who sign with one.
    from noctule.adapters.binance.rest.pem_signing import signer_of_key

    pem = secret.replace("\\n", "\n")  # an environment file keeps it on one line
    try:
        return signer_of_key(pem)
    except ValueError:
        raise ConfigError(
            ["the API secret is a PEM text but no RSA or Ed25519 private key, paste it whole"]
        ) from None  # what the library says could hold a piece of the key


class _Hmac:
    """SHA-256, told in hexadecimal; the key is prepared once."""

    def __init__(self, secret: str) -> None:
        self._keyed = hmac.new(secret.encode(), digestmod=sha256)

    def sign(self, payload: str) -> str:
        keyed = self._keyed.copy()
        keyed.update(payload.encode())
        return keyed.hexdigest()
