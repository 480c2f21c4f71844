"""The history's tables, and opening the file that holds them: for this user alone, checked, of our making."""

import os
import sqlite3
from pathlib import Path
from typing import Final

from rtms_tray.store.files import PRIVATE_FILE, private_folder
from rtms_tray.store.history_trouble import HistoryError, Trouble

SCHEMA: Final = 1
APPLICATION: Final = 0x72746D73
"""“rtms”: marks the file as a history of rtms-tray (`PRAGMA application_id`)."""
BUSY_S: Final = 2.0
"""How long another program may hold the file before that is told."""

_TABLES: Final = """
CREATE TABLE meetings (
  key TEXT PRIMARY KEY NOT NULL,
  meeting_number TEXT,
  meeting_uuid TEXT,
  host TEXT NOT NULL CHECK (host IN ('internal', 'external', 'unknown')),
  began_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  ended_at INTEGER,
  end_reason TEXT NOT NULL,
  captured_ms INTEGER NOT NULL,
  paused_ms INTEGER NOT NULL,
  lost_ms INTEGER NOT NULL,
  unknown_ms INTEGER NOT NULL,
  pick_up TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX meetings_by_time ON meetings (seen_at);
CREATE TABLE spans (
  meeting TEXT NOT NULL REFERENCES meetings (key) ON DELETE CASCADE,
  place INTEGER NOT NULL,
  start_at INTEGER NOT NULL,
  end_at INTEGER NOT NULL CHECK (end_at >= start_at),
  kind TEXT NOT NULL CHECK (kind IN ('captured', 'paused', 'lost', 'unknown', 'not_counted')),
  reason TEXT NOT NULL,
  PRIMARY KEY (meeting, place)
) WITHOUT ROWID;
CREATE TABLE story (
  meeting TEXT NOT NULL REFERENCES meetings (key) ON DELETE CASCADE,
  place INTEGER NOT NULL,
  at INTEGER NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  number INTEGER,
  PRIMARY KEY (meeting, place)
) WITHOUT ROWID;
"""

_BY_BEGINNING: Final = "CREATE INDEX IF NOT EXISTS meetings_by_beginning ON meetings (began_at)"
"""For lists, newest first: without it every page reads the whole table. Older files get it too."""


def open_to_write(path: Path) -> sqlite3.Connection:
    """Open the history, making it where missing.

    Raises:
        HistoryError: it is damaged, or a newer version's.
        sqlite3.Error, OSError: as SQLite and the system say.
    """
    _make_private(path)
    # one thread works at a time, but not always the one that opened it
    connection = sqlite3.connect(
        path, timeout=BUSY_S, isolation_level=None, check_same_thread=False
    )
    try:
        _prepare(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def open_to_read(path: Path) -> sqlite3.Connection:
    """Open the history without changing it, beside a program that writes; raises as above.

    Raises also FileNotFoundError, where there is none.
    """
    if not path.exists():
        raise FileNotFoundError(path)
    address = path.absolute().as_uri()
    connection = sqlite3.connect(f"{address}?mode=ro", uri=True, timeout=BUSY_S)
    try:
        _judge(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _make_private(path: Path) -> None:
    """Make file and folder for this user alone; what SQLite adds later takes the file's rights."""
    private_folder(path.parent)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE_FILE)
    os.close(handle)
    if path.stat().st_mode & 0o777 != PRIVATE_FILE:
        path.chmod(PRIVATE_FILE)


def _prepare(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")
    if _judge(connection) and _one(connection, "PRAGMA quick_check(1)") != "ok":
        raise HistoryError(Trouble.DAMAGED)
    connection.execute("PRAGMA journal_mode = WAL")
    # a crash of the program loses nothing; a power cut may lose the last moments
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("BEGIN IMMEDIATE")
    try:
        _create(connection)
        connection.execute(_BY_BEGINNING)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _create(connection: sqlite3.Connection) -> None:
    """Make the tables, unless another process just did."""
    if _judge(connection):
        return
    for statement in _TABLES.split(";\n"):
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION}")
    connection.execute(f"PRAGMA user_version = {SCHEMA}")


def _judge(connection: sqlite3.Connection) -> bool:
    """Tell whether tables are there; a foreign file counts as damaged. Raises HistoryError."""
    tables = _one(connection, "SELECT count(*) FROM sqlite_master")
    if tables == 0:
        return False
    if _one(connection, "PRAGMA application_id") != APPLICATION:
        raise HistoryError(Trouble.DAMAGED)
    version = _one(connection, "PRAGMA user_version")
    if not isinstance(version, int) or version < 1:
        raise HistoryError(Trouble.DAMAGED)
    if version > SCHEMA:
        raise HistoryError(Trouble.NEWER)
    return True


def _one(connection: sqlite3.Connection, query: str) -> object:
    row = connection.execute(query).fetchone()
    return row[0] if row else None
