"""Facts of files that were read before: one SQLite file with JSON in it, in the user's cache directory.

An entry is found by the content's hash, so it holds what this very extractor said of these very bytes. A file's stat
signature only saves reading and hashing it. Whatever is wrong with the cache itself (damaged, locked, no place to write) is a
miss, never an error.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from linter import __version__

_NAME = "facts-1.sqlite"
"""The number goes up with the tables."""
_TABLES = """
CREATE TABLE IF NOT EXISTS facts (
  key BLOB PRIMARY KEY, checksum BLOB NOT NULL, facts TEXT NOT NULL, used INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS files (path TEXT PRIMARY KEY, signature TEXT NOT NULL, key BLOB NOT NULL) WITHOUT ROWID;
"""
_BY_SIGNATURE = """
SELECT facts.key, checksum, facts, used FROM files JOIN facts ON facts.key = files.key WHERE path = ? AND signature = ?
"""
_BY_KEY = "SELECT key, checksum, facts, used FROM facts WHERE key = ?"
_KEEP = 30
"""Days without use."""
_MAX_BYTES = 1_000_000_000
_WAIT = 2.0
"""Seconds to wait for another run that is writing."""
_RACY = 2_000_000_000
"""Nanoseconds. A file that was changed this shortly ago may change again under the same time stamp."""


@dataclass(slots=True)
class Cache:
    """Use as a context manager; everything that was added is written in one go at the end."""

    folder: Path
    _version: bytes = b""
    _database: sqlite3.Connection | None = None
    _facts: dict[bytes, str] = field(default_factory=dict)
    _files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    _used: set[bytes] = field(default_factory=set)

    def __enter__(self) -> Cache:
        self._version = _extractor_version()
        self._database = _open(self.folder / _NAME)
        return self

    def __exit__(self, *_: object) -> None:
        if self._database is None:
            return
        with contextlib.suppress(sqlite3.Error):
            self._write(self._database)
        with contextlib.suppress(sqlite3.Error):
            self._database.close()
        self._database = None

    def key(self, source: bytes, kind: str = "") -> bytes:
        """The name of a file's entry. `kind`: which reader it is for; the same bytes may be read as one thing or another."""
        return hashlib.blake2b(source, digest_size=16, key=self._version, person=kind.encode()).digest()

    def by_signature(self, path: str, signature: str) -> str | None:
        """The facts of a file (an absolute path) that is as it was when it was read."""
        return self._find(_BY_SIGNATURE, path, signature) if _is_text(path) else None

    def by_key(self, key: bytes) -> str | None:
        """The facts of a content."""
        found = self._facts.get(key)
        return found if found is not None else self._find(_BY_KEY, key)

    def add(self, path: str, signature: str | None, key: bytes, text: str | None) -> None:
        """Remember a file: its signature (taken before it was read), its key and, unless they are there already, its facts."""
        if text is not None:
            self._facts[key] = text
        if signature is not None and _is_text(path):
            self._files[path] = (signature, key)

    def _find(self, query: str, *values: str | bytes) -> str | None:
        if self._database is None:
            return None
        try:
            row = self._database.execute(query, values).fetchone()
        except sqlite3.Error:
            return None
        if row is None or not isinstance(row[2], str) or _checksum(row[2]) != row[1]:
            return None
        if row[3] != _today():
            self._used.add(row[0])
        return row[2]

    def _write(self, database: sqlite3.Connection) -> None:
        today = _today()
        with database:
            facts = ((key, _checksum(text), text, today) for key, text in self._facts.items())
            database.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?, ?, ?)", facts)
            files = ((path, signature, key) for path, (signature, key) in self._files.items())
            database.executemany("INSERT OR REPLACE INTO files VALUES (?, ?, ?)", files)
            database.executemany("UPDATE facts SET used = ? WHERE key = ?", [(today, key) for key in self._used])
            if self._facts:
                _prune(database, today)


def default_folder(environment: Mapping[str, str], platform: str, root: Path) -> Path | None:
    """Where the user's caches are on this system. None when that is inside of the scanned folder: a cache that comes with a
    repository could hide what is in it."""
    home = Path(environment.get("HOME") or environment.get("USERPROFILE") or "")
    if environment.get("XDG_CACHE_HOME"):
        base = Path(environment["XDG_CACHE_HOME"])
    elif platform == "darwin":
        base = home / "Library" / "Caches"
    elif platform == "win32":
        base = Path(environment.get("LOCALAPPDATA") or home / "AppData" / "Local")
    else:
        base = home / ".cache"
    folder = base / "archfit"
    return folder if base.is_absolute() and not folder.resolve().is_relative_to(root.resolve()) else None


def stat_signature(path: str) -> str | None:
    """What tells, without reading it, that a file is as it was. None when it was changed a moment ago, or is not there."""
    try:
        info = os.stat(path)
    except (OSError, ValueError):
        return None
    if abs(time.time_ns() - info.st_mtime_ns) < _RACY:
        return None
    return f"{info.st_size} {info.st_mtime_ns} {info.st_ctime_ns} {info.st_ino}"


def _open(path: Path) -> sqlite3.Connection | None:
    """The database, a new one when there was none or it was damaged; None when there can be none."""
    for _ in range(2):
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            # Facts hold the literals of the code: nobody else needs to read them.
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            database = sqlite3.connect(path, timeout=_WAIT)
        except (OSError, sqlite3.Error):
            return None
        try:
            database.execute("PRAGMA synchronous = OFF")
            database.executescript(_TABLES)
            return database
        except sqlite3.OperationalError:  # locked, or a disk that does not work
            database.close()
            return None
        except sqlite3.DatabaseError:
            database.close()
            with contextlib.suppress(OSError):
                path.unlink()
    return None


def _prune(database: sqlite3.Connection, today: int) -> None:
    pages, size = (database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
    oldest = today if pages * size > _MAX_BYTES else today - _KEEP
    database.execute("DELETE FROM facts WHERE used < ?", (oldest,))
    database.execute("DELETE FROM files WHERE key NOT IN (SELECT key FROM facts)")


def _extractor_version() -> bytes:
    """Changes with the code that makes facts, and with the Python whose parser it uses."""
    here = Path(__file__).parent
    digest = hashlib.blake2b(f"{__version__} {sys.version_info[:3]}".encode(), digest_size=16)
    others = ("model/facts.py", "formats/notebook.py")
    for path in (*sorted(here.glob("*.py")), *(here.parent / other for other in others)):
        with contextlib.suppress(OSError):  # a frozen program has no sources; its version number must do
            digest.update(path.read_bytes())
    return digest.digest()


def _checksum(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=8).digest()


def _is_text(path: str) -> bool:
    """Names that are no UTF-8 cannot be stored."""
    try:
        path.encode()
    except UnicodeError:
        return False
    return True


def _today() -> int:
    return int(time.time() // 86_400)
