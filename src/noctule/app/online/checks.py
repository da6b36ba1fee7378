"""The questions of `check --online`, one small function each, in the order they are asked."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Final

from msgspec import Struct

from noctule.adapters.binance.instruments import Instruments
from noctule.adapters.binance.rest.calls import Lane
from noctule.adapters.binance.rest.questions import BinanceRest
from noctule.adapters.binance.setup import AccountSetup
from noctule.adapters.binance.wire.market_rest import PREMIUM_INDEX
from noctule.adapters.binance.wire.rules import COMMISSION, CommissionRate
from noctule.app.online.findings import Finding, failed, passed, warned
from noctule.app.online.size import size_finding
from noctule.config.settings import Settings
from noctule.domain.ids import belongs_to_account
from noctule.domain.instrument import Instrument, InstrumentStatus
from noctule.domain.position import AccountSnapshot
from noctule.domain.values import Symbol
from noctule.ports.venue import Venue

__all__ = ["NTP", "Inquiry", "about_the_account", "about_the_market"]

NTP: Final = "let the machine's clock be set by the network: timedatectl set-ntp true"
_PERCENT: Final = 100


class Inquiry(Struct, frozen=True, kw_only=True):
    """Whom we ask, and what we would do there."""

    exchange: str  # for people
    rest: BinanceRest
    instruments: Instruments
    settings: Settings

    @property
    def symbols(self) -> tuple[Symbol, ...]:
        """Return what would be traded."""
        return self.settings.trading.symbols


async def about_the_market(inquiry: Inquiry) -> AsyncIterator[Finding]:
    """Ask what everybody may ask: is it there, is our clock right, can the symbols be traded."""
    for finding in await _time(inquiry):
        yield finding
    await inquiry.instruments.refresh()
    for symbol in inquiry.symbols:
        yield _symbol(inquiry.instruments, symbol)


async def about_the_account(
    inquiry: Inquiry, *, setup: AccountSetup, venue: Venue, tag: str
) -> AsyncIterator[Finding]:
    """Ask what only the account's key may ask; `tag` is what marks our orders."""
    problems = await setup.unfit()
    if not problems:
        yield passed("account", "may trade, one-way position mode, single-asset mode")
    for problem in problems:
        text, _, remedy = problem.partition(": ")
        yield failed("account", text, remedy=remedy)
    listed = inquiry.instruments.listed
    known = [listed[symbol] for symbol in inquiry.symbols if symbol in listed]
    for instrument in known:
        yield await _leverage(setup, instrument, inquiry.settings)
    rates = {instrument.symbol: await _rates(inquiry, instrument) for instrument in known}
    for told in rates.values():
        yield _fees(told)
    snapshot = await venue.snapshot()
    yield _balance(snapshot)
    for instrument in known:
        equity = _equity(snapshot, instrument.margin_asset)
        taker_fee = rates[instrument.symbol].taker_commission_rate
        yield await _size(inquiry, instrument, equity=equity, taker_fee=taker_fee)
    for finding in _foreign(snapshot, inquiry.symbols, tag):
        yield finding


async def _time(inquiry: Inquiry) -> tuple[Finding, Finding]:
    """Ask for the time, which also tells that the exchange is there."""
    rest, limit_ms = inquiry.rest, inquiry.settings.risk.clock_offset_ms_max
    began_ms = rest.time.elapsed_ms()
    await rest.measure_time()
    took_ms = (rest.time.elapsed_ms() - began_ms) // rest.time.settings.samples
    reached = passed("exchange", f"{inquiry.exchange} answers in {took_ms} ms")
    if inquiry.settings.api.environment == "sim":
        speed = inquiry.settings.sim.speed
        pace = f"{speed:g} market minutes a minute" if speed else "as fast as possible"
        return reached, passed("clock", f"the market's own: {pace}")
    offset_ms = rest.time.clock_offset_ms
    text = f"the exchange's is {offset_ms:+d} ms from ours"
    if abs(offset_ms) > limit_ms:
        return reached, failed("clock", f"{text} (limit {limit_ms})", remedy=NTP)
    return reached, passed("clock", text)


def _symbol(instruments: Instruments, symbol: Symbol) -> Finding:
    if symbol in instruments.refused:
        flaw = instruments.refused[symbol]
        return failed("symbol", f"{symbol} cannot be traded: {flaw}", remedy="take another symbol")
    instrument = instruments.listed.get(symbol)
    if instrument is None:
        return failed("symbol", f"{symbol} is not listed", remedy="correct [trading] symbols")
    rules = (
        f"{symbol}: tick {instrument.tick}, step {instrument.lot.step}, "
        f"at least {instrument.notional_min} {instrument.quote_asset}"
    )
    if instrument.status is not InstrumentStatus.TRADING:
        return failed("symbol", f"{rules}; not open for trading", remedy="take another symbol")
    return passed("symbol", rules)


async def _leverage(setup: AccountSetup, instrument: Instrument, settings: Settings) -> Finding:
    symbol, trading = instrument.symbol, settings.trading
    now = await setup.read(symbol)
    tiers = await setup.brackets(symbol)
    highest = max((tier.leverage_max for tier in tiers), default=1)
    text = (
        f"{symbol}: leverage {now.leverage}, {now.margin_type.lower()} margin, "
        f"highest leverage {highest}"
    )
    if trading.leverage > highest:
        return failed("leverage", text, remedy=f"set trading.leverage to {highest} or less")
    wanted = (trading.leverage, trading.margin_type.lower())
    if (now.leverage, now.margin_type.lower()) != wanted:
        text += f"; the start sets {trading.leverage} and {trading.margin_type}"
    return passed("leverage", text)


def _balance(snapshot: AccountSnapshot) -> Finding:
    owned = [each for each in snapshot.balances if each.wallet > 0]
    if not owned:
        return failed("balance", "the futures wallet is empty", remedy="transfer funds to it")
    text = ", ".join(
        f"{each.available.normalize():f} of {each.wallet.normalize():f} {each.asset} free"
        for each in owned
    )
    return passed("balance", text)


def _equity(snapshot: AccountSnapshot, asset: str) -> Decimal:
    return next((each.wallet for each in snapshot.balances if each.asset == asset), Decimal(0))


async def _rates(inquiry: Inquiry, instrument: Instrument) -> CommissionRate:
    rest, symbol = inquiry.rest, instrument.symbol
    return await rest.run(COMMISSION, lambda: rest.client.commission_rate(symbol), lane=Lane.READ)


def _fees(told: CommissionRate) -> Finding:
    maker, taker = (
        f"{(rate * _PERCENT).normalize():f} %"
        for rate in (told.maker_commission_rate, told.taker_commission_rate)
    )
    return passed("fees", f"{told.symbol}: maker {maker}, taker {taker}")


async def _size(
    inquiry: Inquiry, instrument: Instrument, *, equity: Decimal, taker_fee: Decimal
) -> Finding:
    rest, symbol = inquiry.rest, instrument.symbol
    premium = await rest.run(PREMIUM_INDEX, lambda: rest.client.mark_price(symbol), lane=Lane.READ)
    return size_finding(
        instrument,
        mark_price=instrument.quantize_price(premium.mark_price),
        equity=equity,
        taker_fee=taker_fee,
        risk=inquiry.settings.risk,
    )


def _foreign(snapshot: AccountSnapshot, symbols: tuple[Symbol, ...], tag: str) -> list[Finding]:
    """Name what rests or is held on our symbols and is not known to be ours."""
    remedy = "entries there are blocked until it is gone; noctule never touches what is not its own"
    foreign = [
        f"{each.symbol}: {each.kind.value} order {each.client_order_id or each.venue_order_id}"
        for each in snapshot.orders
        if each.symbol in symbols and not belongs_to_account(each.client_order_id, tag)
    ]
    return [warned("foreign", text, remedy=remedy) for text in foreign] + [
        warned(
            "position",
            f"{each.symbol}: {each.signed_quantity:f} held already",
            remedy="what a stopped noctule left is taken up at the start; anything else blocks",
        )
        for each in snapshot.positions
        if each.symbol in symbols and not each.is_flat
    ]
