"""Neither key, secret nor signature reaches a file or the console, whoever is talking."""

import base64
import hashlib
import hmac
import io
import json
import logging
import re
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import quote

import pytest
import requests
from binance.error import ClientError
from binance.um_futures import UMFutures
from typing_extensions import override

from noctule.adapters.clock.virtual import VirtualClock
from noctule.adapters.store.audit import AuditEvent, AuditLogger
from noctule.adapters.store.trade_lines import OrderRejected
from noctule.adapters.store.trade_log import TradeLog
from noctule.domain.order import ClientOrderId
from noctule.domain.values import Symbol
from noctule.telemetry.logs import TRACE, TradingLogger, get_log
from noctule.telemetry.redaction import Redactor
from noctule.telemetry.settings import LogFormat, LoggingSettings

KEY = "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A"
SECRET = 'NhqPtmdSJYdKjVHjA7PZj4/Mge3R5YNiP1e3"UZjInClVN65XAbvqqM6A7H5fATj'
TIMEOUT_MS = 10_000
HEX_SIGNATURE = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")

_log = get_log("noctule.adapters.binance.rest.questions")


class Refusing(BaseHTTPRequestHandler):
    """Answer every request with 400 and an echo of everything that came with it."""

    def do_POST(self) -> None:
        key = self.headers["X-MBX-APIKEY"]
        echo = f"{self.path} signed by {key}, X-MBX-APIKEY: {key}"
        body = json.dumps({"code": -1022, "msg": echo}).encode()
        self.send_response(400)
        self.send_header("X-Echo", echo)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    @override
    def log_message(self, format: str, *args: object) -> None:
        logging.getLogger("http.server").debug(format, *args)


@pytest.fixture
def refusing_url() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Refusing) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def closed_url() -> str:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    return f"http://127.0.0.1:{port}"


@pytest.mark.parametrize("file_format", ["text", "json"])
def test_a_failing_signed_request_at_debug_leaves_no_secret_anywhere(
    tmp_path: Path, refusing_url: str, closed_url: str, file_format: LogFormat
) -> None:
    console = write_everything(
        tmp_path,
        redactor=Redactor([KEY, SECRET]),
        urls=(refusing_url, closed_url),
        file_format=file_format,
    )
    written = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert sorted(written) == ["audit.jsonl", "noctule.log", "trades.jsonl"]
    for name, text in {**written, "console": console}.items():
        assert "***" in text, name
        assert secrets_in(text) == [], name
    assert "/fapi/v1/order?" in written["noctule.log"]  # the connector and urllib3 did talk


def test_the_same_without_redaction_is_full_of_secrets(
    tmp_path: Path, refusing_url: str, closed_url: str
) -> None:
    class Blind(Redactor):
        @override
        def redact(self, text: str) -> str:
            return text

    console = write_everything(
        tmp_path, redactor=Blind(), urls=(refusing_url, closed_url), file_format="json"
    )
    for path in tmp_path.iterdir():
        assert {"key", "secret"} <= set(secrets_in(path.read_text())), path.name
    assert "signature" in secrets_in((tmp_path / "noctule.log").read_text())
    assert {"key", "secret", "signature"} <= set(secrets_in(console))


def test_an_unknown_key_is_still_caught_by_its_name(
    tmp_path: Path, refusing_url: str, closed_url: str
) -> None:
    console = write_everything(
        tmp_path, redactor=Redactor([SECRET]), urls=(refusing_url, closed_url), file_format="json"
    )
    assert f"X-MBX-APIKEY: {KEY}" not in console
    assert "signature" not in secrets_in(console)


def write_everything(
    folder: Path, *, redactor: Redactor, urls: tuple[str, ...], file_format: LogFormat
) -> str:
    """Log, trade and audit what must not be seen; return what the console showed."""
    console = io.StringIO()
    settings = LoggingSettings(
        level="DEBUG", file=folder / "noctule.log", file_format=file_format, console="text"
    )
    clock = VirtualClock(1_795_223_880_123)
    trades = TradeLog(clock, folder / "trades.jsonl", environment="testnet", redactor=redactor)
    audit = AuditLogger(clock, folder / "audit.jsonl", redactor=redactor)
    logger = TradingLogger(settings, redactor=redactor, console=console)
    trades.start()
    audit.start()
    with logger:
        plant_in_logs()
        for url in urls:
            failure = fail_to_order(url)
            trades.write(rejection(f"{failure} with {SECRET}"))
            audit.write(AuditEvent.ORDER_ANSWERED, KEY, answer=repr(failure), secret_key=SECRET)
    assert trades.close(TIMEOUT_MS)
    assert audit.close(TIMEOUT_MS)
    return console.getvalue()


def plant_in_logs() -> None:
    basic = base64.b64encode(f"{KEY}:{SECRET}".encode()).decode()
    token = TRACE.set(f"trace-{SECRET}")
    _log.info("message with " + SECRET, key=KEY, nested={"secret": SECRET}, url=quote(SECRET))
    _log.warning("header", authorization=f"Basic {basic}", line=f"Authorization: Basic {basic}")
    _log.debug("encoded", escaped=json.dumps({"k": SECRET}), unnamed=basic, raw=SECRET.encode())
    TRACE.reset(token)


def fail_to_order(url: str) -> Exception:
    client = UMFutures(key=KEY, secret=SECRET, base_url=url, timeout=5)
    # The environment's proxies are nobody's business in a test.
    client.session.trust_env = False
    try:
        client.new_order(symbol="BTCUSDT", side="BUY", type="MARKET", quantity="0.01")
    except (ClientError, requests.ConnectionError) as exc:
        _log.exception("order failed", exc, headers=dict(client.session.headers))
        return exc
    finally:
        client.session.close()
    raise AssertionError("the order went through")


def rejection(message: str) -> OrderRejected:
    return OrderRejected(
        at_ms=1_795_223_880_123,
        trace="T",
        symbol=Symbol("BTCUSDT"),
        strategy=KEY,
        client_order_id=ClientOrderId("noc-1"),
        code=-1022,
        message=message,
    )


def secrets_in(text: str) -> list[str]:
    """Name what can be found of key, secret and signature, in any encoding."""
    found = [
        name
        for name, value in (("key", KEY), ("secret", SECRET))
        if any(form in text for form in encodings(value))
    ]
    hashes = [digest for digest in HEX_SIGNATURE.findall(text) if not is_chain_link(digest, text)]
    return [*found, "signature"] if hashes else found


def encodings(value: str) -> set[str]:
    """Spell a value in the ways the redactor promises to know, found here by other means."""
    raw = value.encode()
    shifted = {base64.b64encode(b"x" * shift + raw)[4:-4].decode() for shift in range(3)}
    return {
        value,
        quote(value, safe=""),
        quote(value),
        json.dumps(value).strip('"'),
        json.dumps(json.dumps(value)).strip('\\"'),
        raw.hex(),
        raw.hex().upper(),
        *shifted,
        *(form.replace("+", "-").replace("/", "_") for form in shifted),
    }


def is_chain_link(digest: str, text: str) -> bool:
    """Tell whether the digits are the audit trail's own hash of a line."""
    return digest == "0" * 64 or f'"previous":"{digest}"' in text


def test_the_search_finds_a_signature_when_there_is_one() -> None:
    signature = hmac.new(SECRET.encode(), b"symbol=BTCUSDT", hashlib.sha256).hexdigest()
    assert secrets_in(f"signature={signature}") == ["signature"]
    assert secrets_in(f"{KEY} {quote(SECRET, safe='')}") == ["key", "secret"]
    assert secrets_in("signature=***") == []
