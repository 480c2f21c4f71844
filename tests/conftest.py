"""Rules that hold for every test: no display unless asked for, and no unexpected log lines."""

import asyncio
import atexit
import gc
import logging
import os
import signal
import sys
from collections.abc import Callable, Generator, Mapping

import hypothesis
import pytest

from rtms_tray.support.texts import Language, name_app, use_language
from tests.helpers.distribution import Scheduling, longest_first
from tests.helpers.expected_logs import ExpectedLogs

pytest_plugins = ["tests.helpers.program_fixtures", "tests.helpers.process_fixtures"]

# Before anything imports Qt. Tests of the real program on a desktop give it a display of its own.
os.environ["QT_QPA_PLATFORM"] = "offscreen"

# What tests read is English, whatever this machine's user reads.
os.environ["LANGUAGE"] = "en"

# What a shell starts in the background ignores Ctrl+C's signal, and so would every program that tests start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

LoopFactory = Callable[[], asyncio.AbstractEventLoop]

# Machines differ in speed: no time limit on one example. Every run tries new ones.
hypothesis.settings.register_profile("everyday", deadline=None, derandomize=False, print_blob=True)
hypothesis.settings.register_profile(
    "nightly", hypothesis.settings.get_profile("everyday"), max_examples=1000
)
# For packaging/mutation.py: quick, and the same for every mutant. How a test fails does not matter there.
hypothesis.settings.register_profile(
    "mutation",
    deadline=None,
    derandomize=True,
    database=None,
    max_examples=30,
    phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate),
)
hypothesis.settings.load_profile("everyday")


def _line(record: logging.LogRecord) -> str:
    return f"{record.name}:{record.levelname}:{record.getMessage()}"


@pytest.fixture(autouse=True)
def expected_logs(caplog: pytest.LogCaptureFixture) -> Generator[ExpectedLogs]:
    """Fail the test on any warning or error it logs and did not name through this fixture."""
    expected = ExpectedLogs()
    yield expected
    records = [record for when in ("setup", "call") for record in caplog.get_records(when)]
    # Tests with several fixtures may log while these end, before this one does.
    records += [record for record in caplog.get_records("teardown") if record not in records]
    lines = [_line(record) for record in records if record.levelno >= logging.WARNING]
    if complaints := expected.complaints(lines):
        pytest.fail("\n".join(complaints), pytrace=False)


@pytest.fixture(autouse=True)
def rubbish_is_collected_here() -> Generator[None]:
    """Collect at each test's end, on this thread: Qt objects crash on another one.

    What a test left open (a file, a database, a task) warns at once, and that test fails.
    """
    gc.disable()
    yield
    gc.collect()
    gc.freeze()  # what is left stays (modules, mostly); looking through it after every test takes long


@pytest.fixture(autouse=True)
def the_app_has_no_name() -> Generator[None]:
    """Forget the app's name at each test's end: it belongs to the process, and every sentence shows it."""
    yield
    name_app("")


@pytest.fixture(autouse=True)
def the_language_is_english() -> Generator[None]:
    """Speak English again at each test's end, Qt's own texts included."""
    yield
    use_language(Language())
    if "PySide6.QtWidgets" in sys.modules:
        _have_qt_speak_english()


def _have_qt_speak_english() -> None:
    from PySide6.QtCore import QCoreApplication, Qt, QTranslator  # noqa: PLC0415 - where it is loaded
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415 - as above

    app = QCoreApplication.instance()
    if isinstance(app, QApplication):
        for translator in app.findChildren(QTranslator):
            app.removeTranslator(translator)
            translator.setParent(None)
        if app.layoutDirection() is not Qt.LayoutDirection.LeftToRight:
            app.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def pytest_configure(config: pytest.Config) -> None:
    """Name the project's own marks."""
    config.addinivalue_line("markers", "qt_loop: runs this async test on the loop inside Qt")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Let a worker end at once when it has reported everything.

    Otherwise PySide 6.12 deletes what Qt objects are left in any order, and crashes at it now and then.
    """
    if hasattr(session.config, "workerinput"):
        atexit.register(os._exit, 0)  # the last one registered is the first one called


def _loop_inside_qt() -> asyncio.AbstractEventLoop:
    # Here, so that tests of the floors without Qt run where Qt cannot be loaded.
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415

    from rtms_tray.desktop.event_loop import new_event_loop  # noqa: PLC0415

    app = QApplication.instance()
    assert isinstance(app, QApplication), "a test marked qt_loop must use the fixture qapp"
    return new_event_loop(app)


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, LoopFactory]:
    """Run async tests on plain asyncio; those marked qt_loop on the loop inside Qt."""
    del config
    if item.get_closest_marker("qt_loop"):
        return {"qt": _loop_inside_qt}
    return {"asyncio": asyncio.new_event_loop}


@pytest.hookimpl(trylast=True)  # after everybody else has changed the order
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest."""
    longest_first(items)


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Scheduling:
    """Spread the tests over the workers."""
    return Scheduling(config, log)
