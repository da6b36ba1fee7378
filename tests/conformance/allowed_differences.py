"""Where our exchange says something else than an example of Binance's, and why that is right.

The dates are those of Binance's change log. In every column a star stands for anything.
"""

import re
from collections.abc import Iterable

from msgspec import Struct

__all__ = ["ALLOWED", "UNANSWERED", "Allowed", "matches"]


class Allowed(Struct, frozen=True):
    """These differences, in these examples, for this reason."""

    examples: str
    differences: tuple[str, ...]
    reason: str


def matches(pattern: str, text: str) -> bool:
    """Tell whether a text is meant by a pattern with stars."""
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), text) is not None


def allowed(examples: str, differences: str, reason: str) -> Allowed:
    """Write one entry of the table; the differences are separated by semicolons."""
    return Allowed(examples, tuple(differences.split("; ")), reason)


ALLOWED: Iterable[Allowed] = (
    # Newer than the example
    allowed(
        "nautilus/*/order_response",
        "missing avgPrice; missing cumQuote; extra cumQty; missing time",
        "2026-06-30: POST, PUT and DELETE order no longer tell avgPrice and cumQuote; `time` was "
        "never documented there",
    ),
    allowed(
        "nautilus/*order_update_*",
        "extra o.er; extra o.pm",
        "2025-10-23 and before: expiry reason and price match",
    ),
    allowed("nautilus/rust_*order_update_*", "extra o.gtd", "good-till-date orders came later"),
    allowed(
        "nautilus/py_ws/*algo_update_*",
        "extra o.rm; extra o.ia",
        "recorded 2025-12-11: `rm` was only told with a failure, `ia` came 2026-08-21",
    ),
    allowed("nautilus/rust_*algo_update_*", "extra o.ia", "2026-08-21: trailing activated"),
    allowed("nautilus/*/account_update", "extra a.P[0].ma", "seen live, not documented"),
    allowed("*agg_trade*", "extra *nq", "2025-12-31: quantity without RPI orders"),
    allowed("nautilus/*/trade_stream", "extra X", "recorded 2023: MARKET, or INSURANCE_FUND"),
    allowed("*mark*rice*", "extra ap", "2026-03-16: moving average of the mark price"),
    allowed(
        "nautilus/py_ws/ws_futures_depth_diff_update", "extra ps; extra st", "2026-06: pair, kind"
    ),
    allowed("nautilus/*ticker_*", "extra ps", "2026-06: pair of the symbol"),
    allowed("recorded/*", "extra ps; extra st", "recorded 2023; pair and kind came 2026-06"),
    allowed("nautilus/*funding_rate", "extra *rateType; extra *markPrice", "2026-07-23 and 2023"),
    allowed("*get_funding_rate_info", "extra *updateTime", "newer than the documentation"),
    allowed("nautilus/*account_trades", "extra *baseQty; extra *pair", "2026-08: as on COIN-M"),
    allowed(
        "nautilus/*account_orders",
        "extra *cumBase; extra *pair; extra *goodTillDate; extra *priceMatch; "
        "extra *selfTradePreventionMode",
        "2023 and 2026-08: fields that came after the example",
    ),
    allowed("nautilus/*commission_rate_*", "extra rpiCommissionRate", "2025: RPI orders"),
    allowed(
        "*exchange_info*",
        "missing symbols[0].settlePlan; extra symbols[0].maxMoveOrderLimit; "
        "extra symbols[0].permissionSets; extra symbols[0].filters[0].positionControlSide",
        "a whole recorded answer of 2025-12 has the three and lacks the one",
    ),
    allowed(
        "nautilus/*open_algo_orders",
        "missing [0].type; extra *",
        "written by hand before the service was there: an order's type is `orderType`, and the "
        "documented answer has all of the other keys",
    ),
    # Wider than the example
    allowed("*exchange_information", "extra futuresType", "the documentation forgets it"),
    allowed(
        "binance-connector-python/*kline_candlestick_data",
        "extra [0][*]",
        "the documentation's rows are cut off after the first of twelve elements",
    ),
    allowed(
        "binance-connector-python/websocket_api/order_book",
        "extra asks; extra bids",
        "in the documentation they slipped out of the result",
    ),
    allowed("nautilus/rust_futures/http_json/account_info_v2", "extra feeBurn", "as documented"),
    allowed("binance-connector-python/websocket_api/modify_order", "extra pair", "as over REST"),
    allowed(
        "binance-connector-python/websocket_api/new_algo_order",
        "extra activatePrice; extra callbackRate",
        "as over REST",
    ),
    # Narrower than the example
    allowed(
        "binance-connector-python/websocket_api/account_information_v2",
        "missing assets[0].marginAvailable",
        "as over REST, where version 3 dropped it",
    ),
    allowed(
        "binance-connector-python/websocket_api/symbol_order_book_ticker",
        "missing lastUpdateId",
        "as over REST, where it is not documented",
    ),
    allowed(
        "*notional_and_leverage_brackets",
        "missing [0].notionalCoef",
        "told only to accounts whose brackets are multiplied",
    ),
    allowed(
        "nautilus/*order_update_*",
        "missing o.AP; missing o.cr",
        "told of trailing orders only",
    ),
    allowed(
        "*_order*",
        "missing *activatePrice; missing *priceRate",
        "told of trailing orders only",
    ),
    allowed(
        "nautilus/*order_update_new*",
        "extra o.M",
        "told of amendments that were given an id, which the examples are older than",
    ),
    allowed(
        "nautilus/*order_update_new*",
        "missing o.N; missing o.n",
        "not told when there is no fee, as the documentation says",
    ),
    allowed(
        "nautilus/rust_*algo_update_*",
        "missing o.ap; missing o.aq; missing o.act",
        "recorded events tell them of the child only, once there is one",
    ),
    # Otherwise than the example
    allowed(
        "*algo*",
        "type *icebergQuantity string null",
        "the documentation was printed by Python: its None stands there as text",
    ),
    allowed(
        "nautilus/py_ws/ws_futures_order_update_*",
        "missing o.W; type o.V null string; type o.sp null string",
        "written by hand: `W` is spot's, and neither `V` nor `sp` has been seen empty",
    ),
)

_NOT_HERE = "no such market or service on the simulated exchange"
_STATISTICS = "statistics about other people's positions"
_OLD = "a version that v3 replaced"

UNANSWERED: dict[str, str] = {
    "*/accept_the_offered_quote": _NOT_HERE,
    "*/send_quote_request": _NOT_HERE,
    "*/order_status": _NOT_HERE,
    "*/list_all_convert_pairs": _NOT_HERE,
    "*/classic_portfolio_margin_account_information": _NOT_HERE,
    "*/futures_tradfi_perps_contract": _NOT_HERE,
    "*/trading_schedule": _NOT_HERE,
    "*/trading_session_stream": _NOT_HERE,
    "*/quarterly_contract_settlement_price": _NOT_HERE,
    "*/contract_info_stream": _NOT_HERE,
    "*/*composite_index_symbol_information*": _NOT_HERE,
    "*asset_index": _NOT_HERE,
    "*index_info": _NOT_HERE,
    "*blvt_nav_kline": _NOT_HERE,
    "*_quarterly": _NOT_HERE,
    "*/rpi_*": _NOT_HERE,
    "*/get_*ownload*": "histories as files",
    "*/get_futures_*_link_by_id": "histories as files",
    "*ong_short_*ratio*": _STATISTICS,
    "*taker_*": _STATISTICS,
    "*open_interest*": _STATISTICS,
    "*/basis": _STATISTICS,
    "*/query_insurance_fund_balance_snapshot": _STATISTICS,
    "*/query_index_price_constituents": _STATISTICS,
    "*/futures_trading_quantitative_rules_indicators": _STATISTICS,
    "*/adl_risk": "nobody is deleveraged here",
    "*/position_adl_quantile_estimation": "nobody is deleveraged here",
    "*order_update_adl*": "nobody is deleveraged here",
    "*order_update_insurance": "nobody is deleveraged here",
    "*order_update_settlement": "contracts here are perpetual",
    "*order_update_delivery": "contracts here are perpetual",
    "*order_update_liquidation_zero_qty": "a liquidation here has a quantity",
    "*order_update_calculated_pending": "a liquidation here is told once it has filled",
    "*/websocket_api/account_information": _OLD,
    "*/websocket_api/position_information": _OLD,
    "*account_positions_*": _OLD,
    "*/get_bnb_burn_status": "fees are paid in the margin asset",
    "*/toggle_bnb_burn_on_futures_trade": "fees are paid in the margin asset",
    "*/get_order_modify_history": "not served",
    "*/get_position_margin_change_history": "not served",
    "*/modify_multiple_orders": "not served",
    "*/premium_index_kline_data": "not served",
    "*trades_lookup": "single trades are not kept, aggregated ones are",
    "*recent_trades_list": "single trades are not kept, aggregated ones are",
    "*_market_trades": "single trades are not kept, aggregated ones are",
    "*historical_trades": "single trades are not kept, aggregated ones are",
    "*/test_order": "an order that was only judged is answered with {}",
}
