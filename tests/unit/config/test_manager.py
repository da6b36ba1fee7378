"""The layers win in the documented order, and every mistake is told at once."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from noctule.config.manager import ConfigManager, Sources
from noctule.config.settings import SECTIONS
from noctule.domain.errors import ConfigError
from noctule.engine.settings import TradingSettings
from tests.unit.config.house import CATALOGUE, load, problems, write

KEYS = "BINANCE_API_KEY=key-of-mine\nBINANCE_API_SECRET=hush-hush\n"

TEN_MISTAKES = """\
[trading]
symbols =
higher_timeframes = 5m, , 1h
leverage = five
risk_per_trade = 0.02

[risk]
stop_loss = 1%
take_profit = 50
max_positons = 3
max_daily_loss = 0.05
max_daily_loss = 0.06

[loging]
level = DEBUG
console = json
"""


def test_ten_mistakes_are_ten_lines(tmp_path: Path) -> None:
    assert problems(tmp_path, base=TEN_MISTAKES, files=("mine.ini",)) == [
        "configs/noctule.ini:2 [trading] symbols: is empty, write a value, e.g. BTCUSDT",
        "configs/noctule.ini:3 [trading] higher_timeframes: "
        "has an empty item, write the items with one comma between them",
        "configs/noctule.ini:4 [trading] leverage: "
        "'five' is not a whole number, write digits, e.g. 5",
        "configs/noctule.ini:5 [trading] risk_per_trade: belongs to [risk], move it there",
        "configs/noctule.ini:8 [risk] stop_loss: '1%' is not a share, write 0.01 for 1 %",
        "configs/noctule.ini:9 [risk] take_profit: '50' is out of range, allowed is 0.0001 to 10",
        "configs/noctule.ini:10 [risk] max_positons: unknown key, did you mean 'max_positions'?",
        "configs/noctule.ini:12 [risk] max_daily_loss: given twice, first in line 11, keep one",
        "configs/noctule.ini:14 [loging]: unknown section, did you mean 'logging'?",
        "mine.ini: cannot be read (No such file or directory), name a file that exists",
    ]


def test_without_any_file_everything_is_default(tmp_path: Path) -> None:
    assert set(load(tmp_path).origins.values()) == {"default"}


LAYERS = [
    "default",
    "configs/noctule.ini:2",
    "configs/profiles/night.ini:2",
    "first.ini:2",
    "second.ini:2",
    ".env:1",
    "environment NOCTULE_TRADING__LEVERAGE",
    "--set",
]


@pytest.mark.parametrize("last", range(len(LAYERS)), ids=LAYERS)
def test_each_layer_beats_all_before_it(tmp_path: Path, last: int) -> None:
    """Layer n sets the leverage to 10 + n; the default is 5."""
    for number, origin in enumerate(LAYERS[1:6], start=1):
        name = origin.partition(":")[0]
        sets = number <= last
        key = "NOCTULE_TRADING__LEVERAGE" if name == ".env" else "[trading]\nleverage"
        write(tmp_path / name, f"{key} = {10 + number}\n" if sets else "", mode=0o600)
    configuration = load(
        tmp_path,
        profile="night",
        files=("first.ini", "second.ini"),
        environment={"NOCTULE_TRADING__LEVERAGE": "16"} if last >= 6 else {},
        overrides=("trading.leverage=17",) if last >= 7 else (),
    )
    assert configuration.settings.trading.leverage == (10 + last if last else 5)
    assert configuration.origins["trading.leverage"] == LAYERS[last]


def test_a_later_layer_may_empty_what_an_earlier_one_set(tmp_path: Path) -> None:
    base = "[risk]\nmax_position_notional = 500\n"
    configuration = load(tmp_path, base=base, overrides=("risk.max_position_notional=",))
    assert configuration.settings.risk.max_position_notional is None


def test_an_unknown_profile_is_told_with_those_there_are(tmp_path: Path) -> None:
    write(tmp_path / "configs/profiles/sim.ini", "")
    write(tmp_path / "configs/profiles/live.ini", "")
    assert problems(tmp_path, profile="lve") == [
        "configs/profiles/lve.ini: there is no profile 'lve', choose one of live, sim"
    ]


def test_without_profiles_none_can_be_chosen(tmp_path: Path) -> None:
    assert problems(tmp_path, profile="../my") == [
        "configs/profiles/../my.ini: there is no profile '../my', choose one of none"
    ]


def test_variables_and_flags_are_judged_like_files(tmp_path: Path) -> None:
    assert problems(
        tmp_path,
        environment={
            "NOCTULE_RISK__STOP_LOS": "0.01",
            "NOCTULE_RSK__STOP_LOSS": "0.01",
            "NOCTULE_API__API_KEY": "hush",
        },
        overrides=("risk.stop_loss=1%", "web.binds=x"),
    ) == [
        "--set [risk] stop_loss: '1%' is not a share, write 0.01 for 1 %",
        "--set [web] binds: unknown key, did you mean 'bind'?",
        "environment NOCTULE_API__API_KEY [api] api_key: a secret must not stand here, remove it "
        "and set BINANCE_API_KEY and BINANCE_API_SECRET in the environment, .env or systemd "
        "credentials",
        "environment NOCTULE_RISK__STOP_LOS [risk] stop_los: "
        "unknown key, did you mean 'stop_loss'?",
        "environment NOCTULE_RSK__STOP_LOSS [rsk]: unknown section, did you mean 'risk'?",
    ]


def test_a_file_outside_home_is_named_in_full(tmp_path: Path) -> None:
    outside = tmp_path / "outside.ini"
    write(outside, "[web]\nbind = x\n")
    home = tmp_path / "home"
    home.mkdir()
    assert problems(home, files=(str(outside),)) == [
        f"{outside}:2 [web] bind: 'x' is not host:port, write e.g. 127.0.0.1:8321"
    ]


@pytest.mark.parametrize("name", ["x" * 5000, "nul\0"], ids=["too long", "not a name"])
def test_what_cannot_be_a_file_is_not_there(tmp_path: Path, name: str) -> None:
    assert len(problems(tmp_path, base=f"[sim]\ndata = {name}\n")) == 1


def test_a_list_of_files_with_an_empty_item_is_one_mistake(tmp_path: Path) -> None:
    assert problems(tmp_path, base="[sim]\ndata = ,\n") == [
        "configs/noctule.ini:2 [sim] data: "
        "has an empty item, write the items with one comma between them"
    ]


@pytest.mark.parametrize(
    ("variables", "dotenv", "systemd", "origin"),
    [
        (True, True, True, "environment"),
        (False, True, True, ".env"),
        (False, False, True, "systemd credentials"),
    ],
)
def test_credentials_come_from_environment_then_dotenv_then_systemd(
    tmp_path: Path, variables: bool, dotenv: bool, systemd: bool, origin: str
) -> None:
    write(tmp_path / "credentials/api_key", "key-of-mine\n")
    write(tmp_path / "credentials/api_secret", "hush-hush\n")
    if dotenv:
        write(tmp_path / ".env", KEYS, mode=0o600)
    environment = {"CREDENTIALS_DIRECTORY": str(tmp_path / "credentials")}
    if variables:
        environment |= {"BINANCE_API_KEY": "key-of-mine", "BINANCE_API_SECRET": "hush-hush"}
    credentials = load(tmp_path, environment=environment).credentials
    assert credentials is not None
    assert credentials.api_secret.get_secret_value() == "hush-hush"
    assert credentials.origin == origin


def test_no_error_holds_a_secret(tmp_path: Path) -> None:
    write(tmp_path / ".env", f"{KEYS}hush\nNOCTULE_WEB__BIND=x\n", mode=0o600)
    base = "[api]\napi_secret = hush\nrest_url = https://me:hush@host\nhush\n"
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, base=base, overrides=("api.secret=hush", "hidden=hush"))
    error = caught.value
    assert len(error.problems) == 7
    assert "hush" not in f"{error} {error!r} {error.__cause__!r} {error.__context__!r}"


def test_a_dotenv_open_to_others_is_refused(tmp_path: Path) -> None:
    write(tmp_path / ".env", KEYS, mode=0o644)
    assert problems(tmp_path) == [".env: others may access it (mode 644), run chmod 600 .env"]


def test_after_a_hundred_problems_the_rest_is_counted(tmp_path: Path) -> None:
    told = problems(tmp_path, base="x\n" * 150)
    assert told[99] == (
        "configs/noctule.ini:100: is neither a [section] nor a comment, write key = value"
    )
    assert told[100:] == ["and 50 more"]


def test_bytes_on_the_command_line_are_told_and_never_become_a_setting(tmp_path: Path) -> None:
    wrong = "holds bytes that are not UTF-8, write plain text"
    assert problems(tmp_path, files=("\udcff.ini",), overrides=("logging.file=\udcff",)) == [
        f"--set [logging] file: {wrong}",
        "\\udcff.ini: cannot be read (No such file or directory), name a file that exists",
    ]


@pytest.mark.parametrize("name", ["/dev/zero", "nul\0.ini", "configs"])
def test_what_is_no_file_is_told_by_its_name(tmp_path: Path, name: str) -> None:
    (line,) = problems(tmp_path, base="", files=(name,))
    assert line.startswith(name.replace("\0", "\\x00") + ": ")


def test_a_folder_of_profiles_that_may_not_be_looked_at_has_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, pattern: str) -> None:
        raise PermissionError(f"{path}/{pattern}")

    monkeypatch.setattr(Path, "glob", refuse)
    assert len(problems(tmp_path, profile="sim")) == 1


SECTION_NAMES = st.sampled_from([*SECTIONS, "strategy", "strategy.a", "strategy.b", "rsk", ""])
KEY_NAMES = st.sampled_from(
    [
        "name",
        "symbols",
        "fast",
        "width",
        *(key for each in SECTIONS.values() for key in each.model_fields),
    ]
)
TEXTS = st.sampled_from(
    ["", "0", "-1", "1%", "x", "5m, 1h", "BTCUSDT, , X", "sma_cross", "my_idea.py", "nan", "true"]
)
LINES = st.lists(
    st.text(max_size=9)
    | st.builds("[{}]".format, SECTION_NAMES)
    | st.builds("{} = {}".format, KEY_NAMES, TEXTS | st.text(max_size=9))
)


@given(LINES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_stands_in_a_file_nothing_crashes_and_nothing_is_told_twice(
    tmp_path: Path, lines: list[str]
) -> None:
    told = problems(tmp_path, base="\n".join(lines).replace("\r", "\n"))
    assert len(told) == len(set(told))


def trading_of(home: Path, text: str, *overrides: str) -> TradingSettings:
    write(home / "configs/noctule.ini", text)
    sources = Sources(home=home, directory=Path("configs"), environment={}, overrides=overrides)
    return ConfigManager(sources, catalogue=CATALOGUE).load_trading()


def test_what_is_traded_can_be_read_alone_whatever_strategy_there_is(tmp_path: Path) -> None:
    text = "[trading]\ntimeframe = 5m\n[strategy]\npath = gone.py\n[risk]\nmax_positions = many\n"
    trading = trading_of(tmp_path, text, "trading.higher_timeframes=1h")
    assert (trading.timeframe, trading.higher_timeframes) == ("5m", ("1h",))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[trading]\ntimeframe = 7m\n", "2 [trading] timeframe: '7m' is not known, write one of "),
        ("[trading]\ntimefram = 5m\n", "2 [trading] timefram: unknown key, did you mean 'time"),
        ("[trading\n", "1: is not a section, write e.g. [risk] on a line of its own"),
    ],
)
def test_what_is_wrong_with_it_is_told_all_the_same(
    tmp_path: Path, text: str, problem: str
) -> None:
    with pytest.raises(ConfigError) as raised:
        trading_of(tmp_path, text)
    (told,) = raised.value.problems
    assert told.startswith(f"configs/noctule.ini:{problem}")


def control_of(home: Path, text: str, *overrides: str) -> tuple[Path | None, tuple[str, ...]]:
    write(home / "configs/noctule.ini", text)
    sources = Sources(home=home, directory=Path("configs"), environment={}, overrides=overrides)
    settings, remarks = ConfigManager(sources, catalogue=CATALOGUE).load_control()
    return settings.socket, remarks


def test_where_a_running_bot_listens_can_be_read_whatever_became_of_its_files(
    tmp_path: Path,
) -> None:
    text = "nonsense\n[strategy]\npath = gone.py\n[control]\nsocket = a.sock\n"
    path, remarks = control_of(tmp_path, text)
    assert path == Path("a.sock")
    assert [each.partition(": ")[0] for each in remarks] == ["configs/noctule.ini:1"]
    assert control_of(tmp_path, "", "control.socket=") == (None, ())


def test_a_path_that_is_wrong_is_told_all_the_same(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is 101 bytes long"):
        control_of(tmp_path, f"[control]\nsocket = {'x' * 101}\n")
