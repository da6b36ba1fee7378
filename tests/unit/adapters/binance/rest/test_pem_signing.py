"""Signatures of a private key are accepted by who checks them."""

from base64 import b64decode

from Crypto.Hash import SHA256
from Crypto.PublicKey import ECC, RSA
from Crypto.Signature import eddsa, pkcs1_15

from noctule.adapters.binance.rest.pem_signing import signer_of_key

PAYLOAD = "symbol=BTCUSDT&side=BUY&timestamp=1591702613943"


def test_a_pem_text_with_an_rsa_key_signs_as_pkcs1() -> None:
    pair = RSA.generate(2048)
    signature = signer_of_key(pair.export_key().decode()).sign(PAYLOAD)

    pkcs1_15.new(pair.public_key()).verify(SHA256.new(PAYLOAD.encode()), b64decode(signature))


def test_a_pem_text_with_an_ed25519_key_signs_the_payload_itself() -> None:
    pair = ECC.generate(curve="Ed25519")
    signature = signer_of_key(pair.export_key(format="PEM")).sign(PAYLOAD)

    eddsa.new(pair.public_key(), "rfc8032").verify(PAYLOAD.encode(), b64decode(signature))
