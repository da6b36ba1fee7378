"""The questions in their order, whom they are put to, and what they find."""

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from msgspec.structs import replace

from noctule.adapters.binance.executor import OrderExecutionManager
from noctule.adapters.clock import VirtualClock, run_virtual
from noctule.adapters.sim.faults import FaultKind
from noctule.app.online.findings import Finding, Verdict, line_of
from noctule.app.online.interview import Interview
from noctule.domain.errors import CredentialsRefused, VenueError
from noctule.domain.order import ClientOrderId, OrderKind
from tests.builders import order_request
from tests.fakes.home import config_at
from tests.fakes.nearby import OPEN_MS, Nearby, nearby

TESTNET = ("api.environment=testnet", "trading.symbols=BTCUSDT,ETHUSDT")


def interviewed(
    home: Path,
    *overrides: str,
    prepare: Callable[[Nearby], None] = lambda _: None,
    deposit: str = "10000",
    is_probing: bool = False,
) -> list[str]:
    async def main(clock: VirtualClock) -> list[str]:
        settings = config_at(home, *overrides).load().settings
        found: list[Finding] = []
        async with nearby(clock, deposit=deposit) as exchange:
            prepare(exchange)
            reached = exchange.reach
            if settings.api.environment == "paper":
                reached = replace(reached, account=None)
            interview = Interview(reached, settings, jitter=Random(1), tell=found.append)
            await interview.ask()
            if is_probing:
                await interview.probe()
        return [line_of(each) for each in found]

    return run_virtual(main, start_ms=OPEN_MS)


def test_everything_is_asked_in_the_order_of_the_symbols(tmp_path: Path) -> None:
    lines = interviewed(tmp_path, *TESTNET)

    assert [line.split()[1] + " " + line.split()[2] for line in lines] == [
        "exchange an",
        "clock the",
        "symbol BTCUSDT:",
        "symbol ETHUSDT:",
        "streams the",
        "account may",
        "leverage BTCUSDT:",
        "leverage ETHUSDT:",
        "fees BTCUSDT:",
        "fees ETHUSDT:",
        "balance 10000",
        "size BTCUSDT:",
        "size ETHUSDT:",
        "rights not",
    ]
    assert all(line.startswith("ok") for line in lines)
    assert "ok    fees      BTCUSDT: maker 0.02 %, taker 0.05 %" in lines
    assert (
        "ok    leverage  BTCUSDT: leverage 20, crossed margin, highest leverage 125; "
        "the start sets 5 and isolated"
    ) in lines


def test_on_paper_only_what_everybody_may_ask_is_asked(tmp_path: Path) -> None:
    lines = interviewed(tmp_path, "api.environment=paper")

    topics = [line.split()[1] for line in lines]
    assert topics == ["exchange", "clock", "symbol", "streams", "account"]
    assert lines[-1] == "ok    account   paper needs none: nothing is asked about it"


def test_a_simulated_clock_is_not_judged_and_a_simulated_key_has_no_rights(tmp_path: Path) -> None:
    lines = interviewed(tmp_path, "sim.speed=600")
    assert "ok    clock     the market's own: 600 market minutes a minute" in lines
    assert not any("rights" in line for line in lines)


def test_a_clock_that_is_wrong_is_told(tmp_path: Path) -> None:
    def skew(exchange: Nearby) -> None:
        exchange.protocol.times.skew_ms = 5_000

    lines = interviewed(tmp_path, *TESTNET, prepare=skew)
    (line,) = [line for line in lines if " clock " in line]
    assert line.startswith("FAIL  clock     the exchange's is +5")
    assert line.endswith("let the machine's clock be set by the network: timedatectl set-ntp true")


def test_a_symbol_that_is_not_listed_is_told(tmp_path: Path) -> None:
    lines = interviewed(tmp_path, "trading.symbols=NOPEUSDT,BTCUSDT")
    assert "FAIL  symbol    NOPEUSDT is not listed; correct [trading] symbols" in lines
    assert any("BTCUSDT: tick" in line for line in lines)


def test_an_account_in_hedge_mode_is_refused_with_the_remedy_and_not_probed(
    tmp_path: Path,
) -> None:
    def hedge(exchange: Nearby) -> None:
        exchange.account.dual_side = True

    lines = interviewed(tmp_path, prepare=hedge, is_probing=True)
    (line,) = [line for line in lines if line.startswith("FAIL")]
    assert line.startswith(
        "FAIL  account   the account is in hedge mode and noctule trades one-way"
    )
    assert "then set Position Mode to One-way at Binance" in line
    assert lines[-1] == (
        "warn  probe     not tried: account or symbol cannot trade, see above; mend that first"
    )


def test_a_balance_that_buys_too_little_is_told(tmp_path: Path) -> None:
    lines = interviewed(tmp_path, deposit="20")
    (line,) = [line for line in lines if line.startswith("FAIL")]
    assert line.startswith("FAIL  size      BTCUSDT: 1 % of 20 USDT buys 0.000")
    assert "deposit at least" in line


def test_an_empty_wallet_is_told(tmp_path: Path) -> None:
    lines = interviewed(tmp_path, deposit="0")
    assert "FAIL  balance   the futures wallet is empty; transfer funds to it" in lines


def test_more_leverage_than_there_is_is_told(tmp_path: Path) -> None:
    lines = interviewed(tmp_path, "trading.symbols=SOLUSDT", "trading.leverage=125")
    (line,) = [line for line in lines if line.startswith("FAIL")]
    assert line.endswith("set trading.leverage to 100 or less")


def test_what_is_not_ours_is_warned_of(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> list[Finding]:
        settings = config_at(tmp_path).load().settings
        found: list[Finding] = []
        async with nearby(clock) as exchange:
            orders = OrderExecutionManager(exchange.reach.rest)
            await orders.place(
                order_request(
                    OrderKind.LIMIT, price="58000", client_order_id=ClientOrderId("by-hand")
                )
            )
            await orders.place(order_request(quantity="0.010"))
            interview = Interview(exchange.reach, settings, jitter=Random(1), tell=found.append)
            await interview.ask()
        return [each for each in found if each.verdict is Verdict.WARN]

    doubtful = run_virtual(main, start_ms=OPEN_MS)
    assert [each.text for each in doubtful] == [
        "BTCUSDT: LIMIT order by-hand",
        "BTCUSDT: 0.010 held already",
    ]


def test_a_probe_is_of_the_first_symbol(tmp_path: Path) -> None:
    lines = interviewed(tmp_path, "trading.symbols=ETHUSDT,BTCUSDT", is_probing=True)
    assert lines[-1] == "ok    probe     8 orders placed: none rests, none traded"
    assert len([line for line in lines if " probe " in line]) == 12


@pytest.mark.parametrize(
    ("symbols", "is_probed"), [("NOPEUSDT,BTCUSDT", False), ("BTCUSDT,NOPEUSDT", True)]
)
def test_a_symbol_that_cannot_be_traded_is_not_probed(
    tmp_path: Path, symbols: str, is_probed: bool
) -> None:
    lines = interviewed(tmp_path, f"trading.symbols={symbols}", is_probing=True)
    assert lines[-1].endswith("none traded") is is_probed


def test_a_question_that_fails_ends_the_interview(tmp_path: Path) -> None:
    def lock(exchange: Nearby) -> None:
        exchange.arm(
            FaultKind.REFUSED, "GET /fapi/v1/accountConfig", times=None, code=-2015, msg="no"
        )

    with pytest.raises(CredentialsRefused):
        interviewed(tmp_path, prepare=lock)


def test_an_exchange_that_does_not_answer_ends_the_interview(tmp_path: Path) -> None:
    with pytest.raises(VenueError):
        interviewed(
            tmp_path,
            prepare=lambda exchange: exchange.arm(FaultKind.LOST_BEFORE, times=None),
        )
