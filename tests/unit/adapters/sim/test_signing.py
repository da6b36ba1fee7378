"""Signatures of the three kinds, each against a published or freshly made example."""

import hmac
from base64 import b64encode
from hashlib import sha256

import pytest
from Crypto.Hash import SHA256
from Crypto.PublicKey import ECC, RSA
from Crypto.Signature import eddsa, pkcs1_15

from noctule.adapters.sim.signing import Scheme, verifier_of

PAYLOAD = (
    b"symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC"
    b"&recvWindow=5000&timestamp=1591702613943"
)


def test_the_documented_hmac_example_is_genuine() -> None:
    verifier = verifier_of("2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9")
    signature = "3c661234138461fcc7a7d8746c6558c9842d4e10870d2ecbedf7777cad694af9"

    assert verifier.scheme is Scheme.HMAC
    assert verifier.is_genuine(PAYLOAD, signature)
    assert verifier.is_genuine(PAYLOAD, signature.upper())
    assert not verifier.is_genuine(PAYLOAD + b"0", signature)
    assert not verifier.is_genuine(PAYLOAD, "∞")


@pytest.mark.parametrize("length", [1, 63, 64, 65, 200])
def test_a_secret_of_any_length_signs_as_hmac_does(length: int) -> None:
    secret = "s" * length
    signature = hmac.new(secret.encode(), PAYLOAD, sha256).hexdigest()

    assert verifier_of(secret).is_genuine(PAYLOAD, signature)
    assert not verifier_of(secret + "s").is_genuine(PAYLOAD, signature)


def test_an_rsa_signature_is_checked_with_the_public_key() -> None:
    pair = RSA.generate(2048)
    signature = b64encode(pkcs1_15.new(pair).sign(SHA256.new(PAYLOAD))).decode()
    verifier = verifier_of(pair.public_key().export_key().decode())

    assert verifier.scheme is Scheme.RSA
    assert verifier.is_genuine(PAYLOAD, signature)
    assert not verifier.is_genuine(PAYLOAD + b"0", signature)


def test_an_ed25519_signature_is_checked_with_the_public_key() -> None:
    pair = ECC.generate(curve="Ed25519")
    signature = b64encode(eddsa.new(pair, "rfc8032").sign(PAYLOAD)).decode()
    verifier = verifier_of(pair.public_key().export_key(format="PEM"))

    assert verifier.scheme is Scheme.ED25519
    assert verifier.is_genuine(PAYLOAD, signature)
    assert not verifier.is_genuine(PAYLOAD + b"0", signature)


@pytest.mark.parametrize("junk", ["", "not base64!", "AAAA", "∞"])
def test_junk_is_never_a_signature(junk: str) -> None:
    keys = ECC.generate(curve="Ed25519"), RSA.generate(1024)
    for key in (keys[0].public_key().export_key(format="PEM"), keys[1].public_key().export_key()):
        text = key if isinstance(key, str) else key.decode()
        assert not verifier_of(text).is_genuine(PAYLOAD, junk)
