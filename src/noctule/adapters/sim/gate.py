"""Who may pass: API keys, signatures and the time window of a signed request."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final
from urllib.parse import unquote

from noctule.adapters.sim.account import Account
from noctule.adapters.sim.model import Refusal
from noctule.adapters.sim.parameters import Parameters, split_signature
from noctule.adapters.sim.signing import Scheme, Verifier, verifier_of
from noctule.adapters.sim.terms import Terms
from noctule.adapters.sim.times import Times

__all__ = ["Gate", "Security"]

_KEY: Final = re.compile(r"[A-Za-z0-9_-]{1,128}")


class Security(StrEnum):
    """What a call must show."""

    NONE = "none"
    KEY = "key"
    SIGNED = "signed"


class Gate:
    """Let calls in that show what they must; everything else is a Refusal."""

    def __init__(self, accounts: Mapping[str, Account], *, terms: Terms, times: Times) -> None:
        self._accounts = accounts
        self._terms = terms
        self._times = times
        self._verifiers: dict[str, Verifier] = {}  # by API key; as many as there are accounts

    def owner(self, api_key: str) -> Account:
        """Return the account that an API key opens."""
        if _KEY.fullmatch(api_key) is None:
            raise Refusal(-2014, "API-key format invalid.", status=401)
        account = self._accounts.get(api_key)
        if account is None:
            raise Refusal(-2015, "Invalid API-key, IP, or permissions for action.", status=401)
        return account

    def check_signature(self, api_key: str, query: str, body: str) -> None:
        """Check a REST request: query and body, joined without anything between (facts 5)."""
        signed_query, in_query = split_signature(query)
        signed_body, in_body = split_signature(body) if body else ("", None)
        signature = in_query or in_body
        if not signature:
            raise Refusal(
                -1102,
                "Mandatory parameter 'signature' was not sent, was empty/null, or malformed.",
            )
        verifier = self._verifier(api_key)
        if verifier.scheme is Scheme.ED25519 and not self._terms.takes_ed25519_on_rest:
            raise _forged()
        plain = unquote(signature) if "%" in signature else signature
        self.check(verifier, signed_query + signed_body, plain)

    def check_payload(self, api_key: str, payload: str, signature: str) -> Scheme:
        """Check a payload signed over the WebSocket API, and return how it was signed."""
        verifier = self._verifier(api_key)
        self.check(verifier, payload, signature)
        return verifier.scheme

    def check(self, verifier: Verifier, payload: str, signature: str) -> None:
        """Refuse what the owner of the key did not sign."""
        if not verifier.is_genuine(payload.encode(), signature):
            raise _forged()

    def check_time(self, parameters: Parameters) -> None:
        """Refuse a timestamp that fits neither the market's time nor the wall's."""
        window_ms = parameters.integer_or_none("recvWindow")
        if window_ms is None:
            window_ms = self._terms.recv_window_ms
        if window_ms > self._terms.recv_window_ms_max:
            raise Refusal(-1130, "Data sent for parameter 'recvWindow' is not valid.")
        timestamp_ms = parameters.integer("timestamp")
        times, youngest_ms = self._times, -self._terms.ahead_ms
        wall_age_ms = times.wall_ms() + times.skew_ms - timestamp_ms
        if youngest_ms < wall_age_ms <= window_ms:
            return
        market_age_ms = (times.told_ms() - timestamp_ms) / max(1.0, times.speed)
        if youngest_ms < market_age_ms <= window_ms:
            return
        if min(market_age_ms, wall_age_ms, key=abs) < 0:
            raise Refusal(
                -1021, "Timestamp for this request was 1000ms ahead of the server's time."
            )
        raise Refusal(-1021, "Timestamp for this request is outside of the recvWindow.")

    def _verifier(self, api_key: str) -> Verifier:
        verifier = self._verifiers.get(api_key)
        if verifier is None:
            verifier = verifier_of(self._accounts[api_key].secret)
            self._verifiers[api_key] = verifier
        return verifier


def _forged() -> Refusal:
    return Refusal(-1022, "Signature for this request is not valid.")
