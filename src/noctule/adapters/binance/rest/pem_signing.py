"""Signing with a private key; an account of HMAC's never loads what this needs."""

from base64 import b64encode

from Crypto.Hash import SHA256
from Crypto.PublicKey import ECC, RSA
from Crypto.Signature import eddsa, pkcs1_15

__all__ = ["Ed25519Signer", "RsaSigner", "signer_of_key"]


def signer_of_key(pem: str) -> "RsaSigner | Ed25519Signer":
    """Return the signer for a private key; raises ValueError where the text is none."""
    try:
        key = ECC.import_key(pem)
    except ValueError:
        return RsaSigner(RSA.import_key(pem))
    return Ed25519Signer(key)


class RsaSigner:
    """PKCS #1 v1.5 over SHA-256, told in base64."""

    def __init__(self, key: RSA.RsaKey) -> None:
        if not key.has_private():
            raise ValueError("a public key cannot sign")
        self._signing = pkcs1_15.new(key)

    def sign(self, payload: str) -> str:
        """Return the signature of a payload."""
        return b64encode(self._signing.sign(SHA256.new(payload.encode()))).decode()


class Ed25519Signer:
    """Ed25519 over the payload itself, told in base64."""

    def __init__(self, key: ECC.EccKey) -> None:
        if not key.has_private() or key.curve != "Ed25519":
            raise ValueError("this key cannot sign as the exchange wants it")
        self._signing = eddsa.new(key, "rfc8032")

    def sign(self, payload: str) -> str:
        """Return the signature of a payload."""
        return b64encode(self._signing.sign(payload.encode())).decode()
