"""The log: nothing secret in it, for this user alone, and no trouble for anybody."""

import errno
import io
import json
import logging
import os
import stat
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtms_tray.store.log import JsonLines, log_to_file, redacted
from rtms_tray.store.profile import Profile

TOKEN = "eyJzdiI6IjAwMDAwMSIsImFsZyI6IkhTNTEyIn0.eyJhdWQiOiJ.x-y_z"
UUID = "4444AAAiAAAAAiAiAiiAii=="
SECRETS = {
    f"Authorization: Bearer {TOKEN}": TOKEN,
    f"the token was {TOKEN}": "eyJzdiI6",
    "Authorization: Basic Y2xpZW50OnNlY3JldA==": "Y2xpZW50",
    "https://127.0.0.1/callback?code=qwErTy_123&state=abc-DEF": "qwErTy_123",
    "/callback?x=1&state=abc-DEF.9": "abc-DEF",
    "{'refresh_token': 'r.e-f_r'}": "r.e-f_r",
    '{"access_token": "a.c-c_e", "x": 1}': "a.c-c_e",
    "client_secret=s3cr3t, then more": "s3cr3t",
    "code_verifier=v3r1f1er": "v3r1f1er",
    "https://zoom.us/j/98712345670?pwd=UGFzcw09": "UGFzcw09",
    "passcode: 4fG7": "4fG7",
    "signed in as olive.owner+zoom@example.com now": "olive.owner",
    f"look at {UUID} again": UUID[:10],
    "GET /v2/meetings/%252FAAAiAAAAAiAiAiiAiiAAA%253D%253D": "AAAiAAAAAi",
    "GET /v2/meetings/4444AAAiAAAAAiAiAiiAii%3D%3D": "AAAiAAAAAi",
}


@pytest.mark.promise("logs hold no secrets, addresses of people or meeting UUIDs")
@pytest.mark.parametrize(("text", "secret"), SECRETS.items())
def test_secrets_are_removed(text: str, secret: str) -> None:
    assert secret in text
    assert secret not in redacted(text)
    assert "…" in redacted(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ignored MeetingStarted: nothing to do in sharing.",
        "Zoom refused it with code 13267.",
        "code: 3000, the meeting has not started",
        "This machine slept for 3600 s.",
        "start 100001 of meeting 98712345670",
    ],
)
def test_what_helps_is_left_in(text: str) -> None:
    assert redacted(text) == text


@given(st.text())
def test_redacting_never_fails(text: str) -> None:
    redacted(text)


@pytest.mark.parametrize("word", ["x", "a.", "code=", "eyJ", "%2F", "Bearer ", "a@"])
def test_a_long_text_takes_no_time(word: str) -> None:
    began = time.monotonic()
    assert len(redacted(word * 200_000)) < 25_000
    assert time.monotonic() - began < 1


def _record(message: object, *arguments: object, failure: bool = False) -> logging.LogRecord:
    info = None
    if failure:
        error = ValueError(f"refresh_token={TOKEN} of olive@example.com")
        info = (ValueError, error, None)
    return logging.LogRecord("rtms_tray.x", logging.INFO, "x.py", 1, message, arguments, info)


def _written(record: logging.LogRecord) -> dict[str, str]:
    line = JsonLines().format(record)
    assert "\n" not in line
    found = json.loads(line)
    assert isinstance(found, dict)
    return found


def test_a_record_is_one_line_of_json() -> None:
    fields = _written(_record("one\ntwo %s", "three"))
    assert fields["text"] == "one\ntwo three"
    assert (fields["level"], fields["from"]) == ("INFO", "rtms_tray.x")
    assert fields["at"].endswith("+00:00")


@pytest.mark.promise("logs hold no secrets, addresses of people or meeting UUIDs")
def test_arguments_and_tracebacks_are_redacted_too() -> None:
    fields = _written(
        _record("sent %s to %s", f"Bearer {TOKEN}", "olive@example.com", failure=True)
    )
    everything = json.dumps(fields)
    assert TOKEN not in everything
    assert "olive" not in everything
    assert "ValueError" in fields["traceback"]


class _Unspeakable:
    def __str__(self) -> str:
        raise RuntimeError("no")


@pytest.mark.parametrize(
    "record", [_record("%d meetings", "many"), _record("%s", _Unspeakable()), _record("%s")]
)
def test_what_can_be_written_of_a_broken_record_is_written(record: logging.LogRecord) -> None:
    assert _written(record)["text"]


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return Profile("default", tmp_path, tmp_path / "data", tmp_path / "logs")


@pytest.fixture
def root_as_before() -> Iterator[None]:
    """Undo what logging to a file does to the whole process."""
    loggers = [logging.getLogger(name) for name in
               (None, "rtms_tray", "httpx2", "httpcore2", "websockets", "qasync")]  # fmt: skip
    levels = [logger.level for logger in loggers]
    handlers = list(logging.getLogger().handlers)
    yield
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)
    for handler in set(logging.getLogger().handlers) - set(handlers):
        logging.getLogger().removeHandler(handler)
        handler.close()


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.usefixtures("root_as_before")
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
@pytest.mark.parametrize("umask", [0o000, 0o022, 0o777])
def test_only_this_user_can_read_it(profile: Profile, umask: int) -> None:
    before = os.umask(umask)
    try:
        log_to_file(profile, verbose=False)
        logging.getLogger("rtms_tray.x").info("hello")
    finally:
        os.umask(before)
    path = profile.log_folder / "rtms-tray.log"
    assert (_mode(profile.log_folder), _mode(path)) == (0o700, 0o600)
    assert "hello" in path.read_text()


@pytest.mark.promise("files are 0600 in folders 0700 whatever the umask")
@pytest.mark.usefixtures("root_as_before")
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_rotated_files_stay_private_and_few(profile: Profile) -> None:
    profile.log_folder.mkdir(parents=True)
    old = profile.log_folder / "rtms-tray.log"
    old.write_text("from an older version\n")
    old.chmod(0o644)
    log_to_file(profile, verbose=False)
    for _ in range(300):
        logging.getLogger("rtms_tray.x").info("x" * 19_000)
    files = sorted(profile.log_folder.iterdir())
    assert [path.name for path in files] == [
        "rtms-tray.log", "rtms-tray.log.1", "rtms-tray.log.2", "rtms-tray.log.3",
    ]  # fmt: skip
    assert {_mode(path) for path in files} == {0o600}
    assert all(path.stat().st_size <= 1_000_000 for path in files)


@pytest.mark.usefixtures("root_as_before")
def test_verbose_logs_more(profile: Profile) -> None:
    log_to_file(profile, verbose=True)
    logging.getLogger("rtms_tray.x").debug("in detail")
    logging.getLogger("httpx2").info("GET https://zoom.us/oauth?code=1")
    text = (profile.log_folder / "rtms-tray.log").read_text()
    assert "in detail" in text
    assert "GET" not in text


@pytest.mark.usefixtures("root_as_before")
def test_where_no_log_can_be_written_the_program_runs_without(profile: Profile) -> None:
    profile.log_folder.write_text("a file where the folder should be")
    handlers = list(logging.getLogger().handlers)
    log_to_file(profile, verbose=False)
    assert logging.getLogger().handlers == handlers


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no FIFOs")
def test_a_pipe_in_the_logs_place_blocks_nothing(profile: Profile) -> None:
    profile.log_folder.mkdir(parents=True)
    os.mkfifo(profile.log_folder / "rtms-tray.log")
    handlers = list(logging.getLogger().handlers)
    log_to_file(profile, verbose=False)
    assert logging.getLogger().handlers == handlers


class _Full(io.TextIOWrapper):
    """A file on a full disk."""

    def write(self, text: str) -> int:
        """Fail."""
        raise OSError(errno.ENOSPC, f"no room for {len(text)} characters")


@pytest.mark.promise("disk full")
@pytest.mark.usefixtures("root_as_before")
def test_a_full_disk_is_ignored_by_the_log(
    profile: Profile, capsys: pytest.CaptureFixture[str]
) -> None:
    log_to_file(profile, verbose=False)
    (handler,) = [
        handler
        for handler in logging.getLogger().handlers
        if type(handler).__name__ == "_PrivateFile"
    ]
    assert isinstance(handler, logging.FileHandler)
    file = handler.setStream(_Full(io.BytesIO()))
    logging.getLogger("rtms_tray.x").info("into the void")
    assert file is not None
    handler.setStream(file)
    assert capsys.readouterr().err == ""
