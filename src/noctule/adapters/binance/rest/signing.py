"""How a request is signed: HMAC, RSA or Ed25519, told apart by what the secret looks like."""

import hmac
from base64 import b64encode
from hashlib import sha256
from typing import Final, Protocol

from Crypto.Hash import SHA256
from Crypto.PublicKey import ECC, RSA
from Crypto.Signature import eddsa, pkcs1_15

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
    pem = secret.replace("\\n", "\n")  # an environment file keeps it on one line
    try:
        return _signer_of_key(pem)
    except ValueError:
        raise ConfigError(
            ["the API secret is a PEM text but no RSA or Ed25519 private key, paste it whole"]
        ) from None  # what the library says could hold a piece of the key


def _signer_of_key(pem: str) -> Signer:
    try:
        key = ECC.import_key(pem)
    except ValueError:
        return _Rsa(RSA.import_key(pem))
    return _Ed25519(key)


class _Hmac:
    """SHA-256, told in hexadecimal; the key is prepared once."""

    def __init__(self, secret: str) -> None:
        self._keyed = hmac.new(secret.encode(), digestmod=sha256)

    def sign(self, payload: str) -> str:
        keyed = self._keyed.copy()
        keyed.update(payload.encode())
        return keyed.hexdigest()


class _Rsa:
    """PKCS #1 v1.5 over SHA-256, told in base64."""

    def __init__(self, key: RSA.RsaKey) -> None:
        if not key.has_private():
            raise ValueError("a public key cannot sign")
        self._signing = pkcs1_15.new(key)

    def sign(self, payload: str) -> str:
        return b64encode(self._signing.sign(SHA256.new(payload.encode()))).decode()


class _Ed25519:
    """Ed25519 over the payload itself, told in base64."""

    def __init__(self, key: ECC.EccKey) -> None:
        if not key.has_private() or key.curve != "Ed25519":
            raise ValueError("this key cannot sign as the exchange wants it")
        self._signing = eddsa.new(key, "rfc8032")

    def sign(self, payload: str) -> str:
        return b64encode(self._signing.sign(payload.encode())).decode()
