"""Secrets become stars, however they are spelled; everything else stays."""

import base64
import json
import re
import reprlib
from urllib.parse import quote, quote_plus

import hypothesis
import pydantic
import pytest
from hypothesis import strategies as st

from noctule.telemetry.redaction import Redactor

SECRET = 'Zk4 /"p+ß\\w=é7'
KEY = "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A"
PEM = """-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF
Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4
-----END PRIVATE KEY-----"""

_WORDS = ["signature", "apiKey", "password", "é", "12", "-", "Bearer ", PEM[:40], PEM[-40:], SECRET]
_MARKS = ['"', "'", "\\", ": ", "=", ",", "{", "}", "[", "]", "\n", " ", "b", "&", "%3D"]
_TEXTS = st.lists(st.sampled_from(_WORDS + _MARKS), max_size=12).map("".join)


@pytest.mark.parametrize(
    "spelled",
    [
        SECRET,
        quote(SECRET),
        quote(SECRET, safe=""),
        quote_plus(SECRET),
        re.sub("%..", lambda escape: escape[0].lower(), quote(SECRET, safe="")),
        re.sub("%..", lambda escape: escape[0].lower(), quote_plus(SECRET)),
        json.dumps(SECRET)[1:-1],
        json.dumps(SECRET)[1:-1].replace("/", r"\/"),
        json.dumps(json.dumps(SECRET).replace("/", r"\/"))[3:-3],
        json.dumps(SECRET, ensure_ascii=False)[1:-1],
        json.dumps(json.dumps(SECRET))[3:-3],
        repr(SECRET)[1:-1],
        SECRET.encode().hex(),
        SECRET.encode().hex().upper(),
        base64.b64encode(SECRET.encode()).decode().rstrip("="),
        base64.urlsafe_b64encode(SECRET.encode()).decode().rstrip("="),
    ],
)
def test_a_known_secret_is_starred_in_every_usual_encoding(spelled: str) -> None:
    redacted = Redactor([SECRET]).redact(f"before {spelled} after")
    # The last base64 digit may hold bits that are not the secret's.
    assert redacted.startswith("before ***")
    assert redacted.endswith(" after")
    assert len(redacted) <= len("before ***? after")


@pytest.mark.parametrize(
    ("name", "redacted"),
    [
        ("k", "azp***OnJlc3Q="),
        ("ke", "a2U6***zpyZXN0"),
        ("key", "a2V5Ol***c6cmVzdA=="),
    ],
)
def test_base64_of_a_longer_text_hides_the_secret_inside_it(name: str, redacted: str) -> None:
    encoded = base64.b64encode(f"{name}:{SECRET}:rest".encode()).decode()
    assert Redactor([SECRET]).redact(encoded) == redacted


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        (
            "GET /fapi/v1/order?symbol=BTCUSDT&signature=ab12&x=1 HTTP/1.1",
            "GET /fapi/v1/order?symbol=BTCUSDT&signature=***&x=1 HTTP/1.1",
        ),
        ("X-MBX-APIKEY: abc", "X-MBX-APIKEY: ***"),
        ("{'X-MBX-APIKEY': 'abc', 'a': 'b'}", "{'X-MBX-APIKEY': '***', 'a': 'b'}"),
        ("[(b'X-MBX-APIKEY', b'abc')]", "[(b'X-MBX-APIKEY', b'***')]"),
        ('{"apiKey":"abc","n":1}', '{"apiKey":"***","n":1}'),
        ('{"password": "a \\" b", "n": 1}', '{"password": "***", "n": 1}'),
        ('{"password": 1234}', '{"password": "***"}'),
        (r'{"answer":"{\"listenKey\":\"abc\"}"}', r'{"answer":"{\"listenKey\":\"***\"}"}'),
        (r'{"answer":"{\"secret\":12}"}', r'{"answer":"{\"secret\":\"***\"}"}'),
        ("BINANCE_API_SECRET=abc", "BINANCE_API_SECRET=***"),
        ("api_key = abc, b = c", "api_key = ***, b = c"),
        ("signature%3Dabc def", "signature%3D*** def"),
        ("Authorization: Bearer abc.def-ghi", "Authorization: ***"),
        ('password="two words" left=0', 'password="***" left=0'),
        (f"wss://host/ws/{'aB3' * 20} open", "wss://host/ws/*** open"),
        (f"wss://host/stream?streams={'aB3' * 20}", "wss://host/stream?streams=***"),
        (
            f"/stream?streams=btcusdt@kline_1m/{'aB3' * 20}/{'cD4' * 20}&x=1",
            "/stream?streams=btcusdt@kline_1m/***/***&x=1",
        ),
    ],
)
def test_what_is_named_like_a_secret_is_starred(text: str, redacted: str) -> None:
    assert Redactor().redact(text) == redacted


@pytest.mark.parametrize(
    "text",
    [
        "queue drained queue=data left=0",
        "Signature for this request is not valid.",
        "Invalid API-key, IP, or permissions for action.",
        "https://fstream.binance.com/ws/btcusdt@kline_1m",
        "https://fstream.binance.com/stream?streams=btcusdt@kline_1m/ethusdt@markPrice@1s",
        '{"secrets":{"kept":1}}',
    ],
)
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert Redactor().redact(text) == text


@pytest.mark.parametrize("known", [[], [PEM]])
@pytest.mark.parametrize("spelled", [PEM, repr(PEM), json.dumps(PEM), PEM.replace("\n", "\n    ")])
def test_a_private_key_is_starred_known_or_not(spelled: str, known: list[str]) -> None:
    redacted = Redactor(known).redact(f"before {spelled} after")
    assert "MC4CAQ" not in redacted
    assert "Zm9vYmFy" not in redacted
    assert redacted.startswith("before ")
    assert redacted.endswith(" after")


def test_a_private_key_that_breaks_off_does_not_break_the_json_around_it() -> None:
    line = json.dumps({"message": PEM[:60], "next": "kept"})
    redacted = json.loads(Redactor().redact(line))
    assert redacted == {"message": "***", "next": "kept"}


@pytest.mark.parametrize(
    "fields",
    [
        {"message": "it ends in signature=", "next": "kept"},
        {"message": "bad signature", "next": "kept"},
        {"message": "secret: \\", "next": "kept"},
        {'secret": ': "kept", "next": "kept"},
        {"message": "password='half", "next": "kept"},
    ],
)
def test_a_name_at_the_end_of_a_json_string_does_not_reach_into_the_next_key(
    fields: dict[str, str],
) -> None:
    redacted = json.loads(Redactor().redact(json.dumps(fields, separators=(",", ":"))))
    assert list(redacted) == list(fields)
    assert redacted["next"] == "kept"


@hypothesis.settings(derandomize=True, max_examples=300, deadline=None)
@hypothesis.given(
    fields=st.dictionaries(_TEXTS, st.one_of(_TEXTS, st.integers(), st.none()), max_size=4),
    depth=st.integers(min_value=0, max_value=2),
)
def test_json_stays_json_whatever_is_starred(fields: dict[str, object], depth: int) -> None:
    for _ in range(depth):
        fields = {"quoted": json.dumps(fields)}
    json.loads(Redactor([SECRET]).redact(json.dumps(fields, ensure_ascii=False)))


def test_a_short_secret_is_starred_only_where_it_is_named() -> None:
    redactor = Redactor(["abc", ""])
    assert redactor.redact("the abc of trading, secret=abc") == "the abc of trading, secret=***"


@pytest.mark.parametrize(
    ("shown", "redacted"),
    [
        (KEY[:10], "***"),
        (KEY[-10:], "***"),
        (KEY[:25] + "..." + KEY[-24:], "***...***"),
        (KEY[:60] + "..", "***.."),
        (KEY[:32] + "\n" + KEY[32:], "***\n***"),
        (f"{KEY[:12]}{KEY}{KEY[-12:]}", "*********"),
        (KEY[:9], KEY[:9]),
    ],
)
def test_a_long_secret_is_starred_also_where_it_was_shortened(shown: str, redacted: str) -> None:
    redactor = Redactor([KEY])
    assert redactor.redact(f"<{shown}>") == f"<{redacted}>"


def test_a_secret_shortened_by_those_who_check_settings_is_starred() -> None:
    class Model(pydantic.BaseModel):
        number: int

    with pytest.raises(pydantic.ValidationError) as refused:
        Model.model_validate({"number": KEY})
    for text in (str(refused.value), reprlib.repr(KEY), reprlib.repr([KEY])):
        redacted = Redactor([KEY]).redact(text)
        assert "'***...***'" in redacted
        assert not any(KEY[start : start + 5] in redacted for start in range(len(KEY) - 4))


def test_the_first_line_of_a_private_key_is_no_secret_that_could_be_shortened() -> None:
    text = "-----BEGIN CERTIFICATE-----"
    assert Redactor([PEM]).redact(text) == text


def test_a_secret_can_be_learned_later() -> None:
    redactor = Redactor()
    redactor.add("listen-4711")
    assert redactor.redact("open listen-4711") == "open ***"


def test_of_two_secrets_the_one_that_holds_the_other_goes_first() -> None:
    redactor = Redactor(["abcdef", "abcdefghij"])
    assert redactor.redact("abcdefghij abcdef") == "*** ***"


def test_redacting_twice_changes_nothing_more() -> None:
    redactor = Redactor([SECRET])
    once = redactor.redact(f'{{"signature": 12, "x": "{quote(SECRET)}"}} apiKey=abc')
    assert redactor.redact(once) == once
