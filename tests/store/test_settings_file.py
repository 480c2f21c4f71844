"""The settings file: any content, any order, nothing lost."""

import contextlib
import json
import os
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.inspect import IntType, type_info

from rtms_tray.store.setting_validation import SettingValue, format_value
from rtms_tray.store.settings import RULES, AppSettings, Settings, flatten
from rtms_tray.store.settings_file import SettingRefusedError, line_of, load, set_value

QUICK = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
MINE = """\
# my settings
[app]  # the app
client_id = "old"  # from the Marketplace
own = [1, 2]

[elsewhere]
x = 1
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def values_of(key: str) -> st.SearchStrategy[SettingValue]:
    rule = RULES[key]
    if rule.choices:
        return st.sampled_from(rule.choices)
    if isinstance(rule.default, bool):
        return st.booleans()
    if isinstance(rule.default, tuple):
        return st.sampled_from([(), ("obs",), ("/opt/a b", "--id={meeting}", "", "x'y\"z", "ü")])
    if isinstance(rule.default, int):
        bounds = type_info(rule.type)
        assert isinstance(bounds, IntType)
        return st.integers(bounds.ge, bounds.le)
    examples = {
        "app.redirect_path": ["/", "/a/b"],
        "app.name": ["", "Notes & more", "x" * 60],
        "app.help_url": ["", "https://example.org/help"],
        "zoom.oauth_url": ["", "https://example.org", "http://127.0.0.1:81"],
        "zoom.api_url": ["", "https://example.org/v2", "http://localhost:81"],
        "fallback.url": ["", "https://bot.example/{meeting}?a=b"],
        "calendar.source": ["", "https://example.org/my.ics", "/home/me/my.ics"],
        "feed.url": ["", "wss://example.org/ws", "ws://[::1]:9/x", "https://example.org/r"],
    }
    return st.sampled_from(examples.get(key, ["", "aBc_1", "x" * 128]))


KEY_AND_VALUE = st.sampled_from(sorted(RULES)).flatmap(
    lambda key: st.tuples(st.just(key), values_of(key))
)


@QUICK
@given(changes=st.lists(KEY_AND_VALUE, min_size=1, max_size=6))
def test_what_is_set_in_any_order_is_read_back(
    tmp_path: Path, changes: list[tuple[str, SettingValue]]
) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(MINE)
    for key, value in changes:
        set_value(file, key, format_value(value))
    expected = {**flatten(Settings(AppSettings(client_id="old"))), **dict(changes)}
    read, problems = load(file)
    assert flatten(read) == expected
    assert {problem.key for problem in problems} == {"app.own", "elsewhere.x"}
    text = file.read_text()
    for comment in ("# my settings", "# the app", "# from the Marketplace"):
        assert comment in text
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.promise("settings file broken, unreadable or a folder")
@QUICK
@given(content=st.binary(max_size=300))
def test_any_bytes_can_be_read(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "settings.toml"
    file.write_bytes(content)
    read, _ = load(file)
    assert isinstance(read, Settings)
    try:
        set_value(file, "app.client_id", "new")
    except SettingRefusedError:
        assert file.read_bytes() == content
    else:
        assert load(file)[0].app.client_id == "new"


TOML = st.recursive(
    st.one_of(
        st.integers(), st.booleans(), st.floats(), st.text(), st.dates(), st.none(), st.just("zoom")
    ),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=4,
)


@QUICK
@given(key=st.sampled_from(sorted(RULES)), value=TOML)
def test_any_value_is_checked(key: str, value: object) -> None:
    default = RULES[key].default
    if type(value) is not (list if isinstance(default, tuple) else type(default)):
        with pytest.raises(ValueError, match=r"\.$"):
            RULES[key].convert(value)
        return
    with contextlib.suppress(ValueError):
        assert type(RULES[key].convert(value)) is type(default)


LISTS = "fallback.command"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ()),
        ("obs --start", ("obs", "--start")),
        ("'/opt/my recorder' \"--id={meeting}\"", ("/opt/my recorder", "--id={meeting}")),
        ('["/opt/my recorder", "--id={meeting}", ""]', ("/opt/my recorder", "--id={meeting}", "")),
        ("[]", ()),
    ],
)
def test_a_list_is_read_as_words_or_as_json(file: Path, text: str, words: tuple[str, ...]) -> None:
    set_value(file, LISTS, text)
    read, problems = load(file)
    assert (read.fallback.command, problems) == (words, ())
    assert tomllib.loads(file.read_text())["fallback"]["command"] == list(words)


@pytest.mark.parametrize(
    "text", ["'open", "[1]", '["a", 2]', '[""]', '["a\\nb"]', json.dumps(["x"] * 51)]
)
def test_what_is_not_a_list_of_words_is_refused(file: Path, text: str) -> None:
    with pytest.raises(SettingRefusedError, match="list such as"):
        set_value(file, LISTS, text)
    assert not file.exists()


@pytest.mark.parametrize("value", ["'obs'", "1", "[1]", "[[]]", "{}"])
def test_a_list_in_the_file_is_checked(file: Path, value: str) -> None:
    file.write_text(f"[fallback]\ncommand = {value}\n")
    read, (problem,) = load(file)
    assert (read.fallback.command, problem.key, problem.line) == ((), LISTS, 2)


@pytest.mark.parametrize(
    "url", ["http://bot.example", "bot.example", "https://", "https://a b", "file:///x", "https:x"]
)
def test_the_fall_backs_page_is_https(file: Path, url: str) -> None:
    with pytest.raises(SettingRefusedError, match="https://"):
        set_value(file, "fallback.url", url)


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe[app]",
        b"[app",
        b"x = " + b"[" * 5000,
        b"x = " + b"9" * 5000,
        b"a=1\na=2",
        b"[app]\nclient_id = 'x'\n[app]\n",
    ],
)
def test_a_broken_file_is_left_alone(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    good = Settings(AppSettings(client_id="good"))
    read, problems = load(file, good)
    assert read is good
    assert len(problems) == 1
    assert problems[0].blocking
    with pytest.raises(SettingRefusedError, match="Correct or remove"):
        set_value(file, "app.client_id", "x")
    assert file.read_bytes() == content


def test_the_line_of_bad_bytes_is_named(file: Path) -> None:
    file.write_bytes(b"[app]\n\nclient_id = '\xff'\n")
    (problem,) = load(file)[1]
    assert problem.line == 3
    assert "UTF-8" in problem.text


def test_a_missing_file_has_no_values(file: Path) -> None:
    assert load(file, Settings(AppSettings(client_id="before"))) == (Settings(), ())
    assert not file.exists()


@pytest.mark.promise("settings file broken, unreadable or a folder")
@pytest.mark.parametrize("make", [Path.mkdir, *([os.mkfifo] if sys.platform != "win32" else [])])
def test_what_is_not_a_file_is_a_problem(file: Path, make: Callable[[Path], None]) -> None:
    make(file)
    read, problems = load(file)
    assert read == Settings()
    assert "Can't read" in problems[0].text


def test_a_byte_order_mark_is_no_problem(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf[app]\nclient_id = 'a'\n")
    assert load(file)[0].app.client_id == "a"
    set_value(file, "app.redirect_port", "1")
    assert load(file)[0].app == AppSettings(client_id="a", redirect_port=1)


def test_wrong_values_are_named_and_the_last_good_ones_stay(file: Path) -> None:
    file.write_text(
        "[app]\nclient_id = 3\nredirect_port = 1\n\n[zoom]\nenvironment = 'moon'\n"
        "[behaviour]\nno_answer_after_s = true\n[notifications]\nenabled = 1\n"
    )
    read, problems = load(file, Settings(AppSettings(client_id="good", redirect_port=9)))
    assert read.app == AppSettings(client_id="good", redirect_port=1)
    assert [(problem.key, problem.line) for problem in problems] == [
        ("app.client_id", 2),
        ("zoom.environment", 6),
        ("behaviour.no_answer_after_s", 8),
        ("notifications.enabled", 10),
    ]
    assert "commercial, government, custom" in str(problems[1])


def test_a_value_in_a_sections_place_is_a_problem(file: Path) -> None:
    file.write_text("app = 'x'\nhistory = 1\n[fallback]\n")
    assert [problem.key for problem in load(file)[1]] == ["app", "history"]


def test_settings_written_in_other_ways_are_read_and_changed(file: Path) -> None:
    file.write_text("app.client_id = 'a'\nzoom = {environment = 'government'}\n")
    assert load(file)[0].zoom.environment == "government"
    set_value(file, "app.client_id", "b")
    set_value(file, "zoom.environment", "custom")
    read, problems = load(file)
    assert (read.app.client_id, read.zoom.environment, problems) == ("b", "custom", ())


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("app.clientid", "x", "Did you mean app.client_id"),
        ("nothing", "x", "no setting"),
        ("app", "x", "no setting"),
        ("app.client_id", "with space", "without spaces"),
        ("app.client_id", "a\nb", "without spaces"),
        ("app.redirect_path", "callback", "/callback"),
        ("app.redirect_path", "/a?b", "/callback"),
        ("app.redirect_port", "65536", "0 to 65535"),
        ("app.redirect_port", "９", "0 to 65535"),
        ("app.redirect_port", "9" * 5000, "0 to 65535"),
        ("behaviour.no_answer_after_s", "0", "from 1"),
        ("notifications.enabled", "maybe", "true or false"),
        ("zoom.environment", "Custom", "one of: commercial"),
        ("zoom.oauth_url", "http://zoom.us", "https"),
        ("zoom.oauth_url", "https://zoom.us/oauth", "after the host name and port"),
        ("zoom.oauth_url", "http://localhost:80@attacker.test", "user name"),
        ("zoom.oauth_url", "http://127.0.0.1.attacker.test", "https"),
        ("zoom.api_url", "https://u:p@zoom.us/v2", "user name"),
        ("zoom.api_url", "https://zoom.us:99999", "valid address"),
        ("feed.url", "ws://zoom.us/ws", "wss"),
        ("feed.url", "file:///etc/passwd", "wss"),
    ],
)
def test_wrong_values_are_refused_with_what_is_allowed(
    file: Path, key: str, value: str, words: str
) -> None:
    with pytest.raises(SettingRefusedError, match=r".") as refused:
        set_value(file, key, value)
    assert words in str(refused.value)
    assert not file.exists()


def test_words_for_true_and_false(file: Path) -> None:
    for word, expected in (("Yes", True), ("off", False), ("1", True), ("false", False)):
        set_value(file, "notifications.enabled", word)
        assert load(file)[0].notifications.enabled is expected


def test_what_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingRefusedError, match="Can't"):
        set_value(tmp_path / "file" / "settings.toml", "app.client_id", "x")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[history]\nkeep_days = 1\n", 2),
        ("\n[history]\n\n'keep_days'=1\n", 4),
        ("history.keep_days = 1\n", 1),
        ('history . "keep_days" = 1\n', 1),
        ("a = 1\nhistory = { keep_days = 1 }\n", 2),
        ("[history.keep_days]\nmore = 1\n", 1),  # a table where a number belongs
        ("[history]\nkeep_days.more = 1\n", 2),
        ("[other]\nkeep_days = 1\n", None),
        ("[history]\nkeep_days_too = 1\n", None),
    ],
)
def test_the_line_of_a_key_is_found_however_it_is_written(text: str, line: int | None) -> None:
    assert line_of(text, "history.keep_days") == line
