"""Whether a request was signed by the owner of its key: by HMAC, RSA or Ed25519."""

import binascii
from base64 import b64decode
from enum import StrEnum
from hashlib import sha256
from hmac import compare_digest
from typing import Final, Protocol

from Crypto.Hash import SHA256
from Crypto.PublicKey import ECC, RSA
from Crypto.Signature import eddsa, pkcs1_15

__all__ = ["Scheme", "Verifier", "verifier_of"]

_PEM: Final = "-----BEGIN PUBLIC KEY-----"
_BLOCK_BYTES: Final = 64
_INNER_PAD: Final = bytes(byte ^ 0x36 for byte in range(256))
_OUTER_PAD: Final = bytes(byte ^ 0x5C for byte in range(256))


class Scheme(StrEnum):
    """The three ways to sign."""

    HMAC = "HMAC"
    RSA = "RSA"
    ED25519 = "Ed25519"


class Verifier(Protocol):
    """One account's way to sign, and how to check it."""

    @property
    def scheme(self) -> Scheme:
        """Return the way this account signs."""
        ...

    def is_genuine(self, payload: bytes, signature: str) -> bool:
        """Tell whether the owner signed exactly this."""
        ...


def verifier_of(secret: str) -> Verifier:
    """Return the verifier for a secret: HMAC's own, or the public half of a key pair as PEM."""
    if not secret.startswith(_PEM):
        return _Hmac(secret)
    try:
        return _Ed25519(ECC.import_key(secret))
    except ValueError:
        return _Rsa(RSA.import_key(secret))


class _Hmac:
    """SHA-256, told in hexadecimal; RFC 2104 by hand, so that the key is hashed but once."""

    scheme = Scheme.HMAC

    def __init__(self, secret: str) -> None:
        key = secret.encode()
        if len(key) > _BLOCK_BYTES:
            key = sha256(key).digest()
        key = key.ljust(_BLOCK_BYTES, b"\0")
        self._inner = sha256(key.translate(_INNER_PAD))
        self._outer = sha256(key.translate(_OUTER_PAD))

    def is_genuine(self, payload: bytes, signature: str) -> bool:
        """Compare in constant time."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(payload)
        outer.update(inner.digest())
        return compare_digest(outer.hexdigest().encode(), signature.lower().encode())


class _Rsa:
    """PKCS #1 v1.5 over SHA-256, told in base64."""

    scheme = Scheme.RSA

    def __init__(self, key: RSA.RsaKey) -> None:
        self._check = pkcs1_15.new(key)

    def is_genuine(self, payload: bytes, signature: str) -> bool:
        """Check against the public key."""
        try:
            self._check.verify(SHA256.new(payload), b64decode(signature, validate=True))
        except (ValueError, binascii.Error):
            return False
        return True


class _Ed25519:
    """Ed25519 over the payload itself, told in base64."""

    scheme = Scheme.ED25519

    def __init__(self, key: ECC.EccKey) -> None:
        self._check = eddsa.new(key, "rfc8032")

    def is_genuine(self, payload: bytes, signature: str) -> bool:
        """Check against the public key."""
        try:
            self._check.verify(payload, b64decode(signature, validate=True))
        except (ValueError, binascii.Error):
            return False
        return True
