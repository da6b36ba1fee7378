"""What the key may do beyond trading: the less, the better."""

from collections.abc import AsyncIterator
from typing import Final

from msgspec import Struct
from msgspec.json import Decoder

from noctule.adapters.binance.rest.calls import Call, Lane, Safety
from noctule.adapters.binance.rest.questions import BinanceRest
from noctule.app.online.findings import Finding, failed, passed, warned
from noctule.domain.errors import VenueError

__all__ = ["Rights", "about_the_key"]

_PATH: Final = "/sapi/v1/account/apiRestrictions"
_TOPIC: Final = "rights"
_WHERE: Final = "Binance's API Management"


class Rights(Struct, frozen=True, rename="camel"):
    """GET apiRestrictions, which only the spot side answers."""

    ip_restrict: bool
    enable_withdrawals: bool
    enable_futures: bool


_RIGHTS: Final = Call(name="GET apiRestrictions", safety=Safety.REPEATABLE, decoder=Decoder(Rights))


async def about_the_key(wallet: BinanceRest | None) -> AsyncIterator[Finding]:
    """Ask what the key may do; without a wallet to ask nobody tells, which is said."""
    if wallet is None:
        yield passed(_TOPIC, f"not told here: withdrawals and IP list, see {_WHERE}")
        return
    try:
        rights = await wallet.run(
            _RIGHTS, lambda: wallet.client.sign_request("GET", _PATH), lane=Lane.READ
        )
    except VenueError as exc:
        yield warned(_TOPIC, f"not told: {exc}", remedy=f"see for yourself in {_WHERE}")
        return
    for finding in _judged(rights):
        yield finding


def _judged(rights: Rights) -> list[Finding]:
    found = []
    if not rights.enable_futures:
        remedy = f"enable futures for it in {_WHERE}"
        found.append(failed(_TOPIC, "the key may not trade futures", remedy=remedy))
    if rights.enable_withdrawals:
        remedy = "make a key that may not: whoever steals this one empties the account"
        found.append(warned(_TOPIC, "the key may withdraw", remedy=remedy))
    if not rights.ip_restrict:
        remedy = f"list the addresses of this machine in {_WHERE}"
        found.append(warned(_TOPIC, "the key works from every IP address", remedy=remedy))
    return found or [passed(_TOPIC, "the key may trade futures from its IP list, not withdraw")]
