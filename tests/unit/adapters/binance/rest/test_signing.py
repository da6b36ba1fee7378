"""Signatures of the three kinds, told apart by the secret and accepted by who checks them."""

import pytest
from Crypto.PublicKey import ECC, RSA

from noctule.adapters.binance.rest.signing import signer_of
from noctule.domain.errors import ConfigError

PAYLOAD = (
    "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC"
    "&recvWindow=5000&timestamp=1591702613943"
)


def test_the_documented_hmac_example_comes_out() -> None:
    signer = signer_of("2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9")
    expected = "3c661234138461fcc7a7d8746c6558c9842d4e10870d2ecbedf7777cad694af9"

    assert signer.sign(PAYLOAD) == expected
    assert signer.sign(PAYLOAD) == expected  # the prepared key is not used up


def test_a_key_kept_on_one_line_is_read() -> None:
    pem = ECC.generate(curve="Ed25519").export_key(format="PEM")
    assert signer_of(pem.replace("\n", "\\n")).sign("x") == signer_of(pem).sign("x")


@pytest.mark.parametrize(
    "secret",
    [
        "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----",
        RSA.generate(1024).public_key().export_key().decode(),
        ECC.generate(curve="Ed25519").public_key().export_key(format="PEM"),
        ECC.generate(curve="P-256").export_key(format="PEM"),
    ],
    ids=["garbage", "public RSA", "public Ed25519", "another curve"],
)
def test_a_pem_text_that_cannot_sign_is_a_mistake_of_the_configuration(secret: str) -> None:
    with pytest.raises(ConfigError, match="no RSA or Ed25519 private key") as caught:
        signer_of(secret)
    assert caught.value.__cause__ is None  # which could quote the key


def test_a_signer_shows_nothing_of_its_secret() -> None:
    assert "sesame" not in repr(signer_of("sesame"))
