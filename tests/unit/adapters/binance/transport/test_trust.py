"""Certificates and names are verified, and what is known is read once."""

import ssl

from noctule.adapters.binance.transport.trust import system_trust


def test_certificates_and_names_are_verified() -> None:
    context = system_trust()

    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert system_trust() is context
