"""The cache makes runs faster and never changes what they say."""

from __future__ import annotations

import os
import sqlite3
import stat
import time
from pathlib import Path

import pytest

from linter.extract.cache import Cache, default_folder, stat_signature
from linter.extract.codec import dumps
from linter.extract.pool import Facts, read_facts
from linter.model.source import FileKind, Scope, SourceFile

DATABASE = "facts-1.sqlite"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    found = tmp_path / "project"
    found.mkdir()
    return found


def write(root: Path, name: str, text: str, age: float = 3600) -> SourceFile:
    """A file that was changed a while ago: what was changed a moment ago is not trusted to stay so."""
    path = root / name
    path.write_text(text)
    then = time.time() - age
    os.utime(path, (then, then))
    return SourceFile(name, FileKind.PYTHON, Scope.PRODUCT, path.stat().st_size, str(root))


def read(folder: Path, *files: SourceFile) -> Facts:
    with Cache(folder) as cache:
        return read_facts(files, 1, cache)


def texts(facts: Facts) -> list[str]:
    return [dumps(one) for one in facts.files]


def test_the_second_run_extracts_nothing_and_says_the_same(folder: Path, root: Path) -> None:
    files = [write(root, "a.py", "x = f(1)\n"), write(root, "b.py", "def broken(:\n")]
    first, second = read(folder, *files), read(folder, *files)
    assert (first.extracted, second.extracted) == (2, 0)
    assert texts(first) == texts(second) == texts(read_facts(files, 1, None))
    assert first.gaps == second.gaps != ()


def test_a_changed_file_is_read_anew(folder: Path, root: Path) -> None:
    read(folder, write(root, "a.py", "x = 1\n"))
    changed = read(folder, write(root, "a.py", "y = 2\n", age=1800))
    assert changed.extracted == 1
    assert "y" in texts(changed)[0]


def test_a_fresh_checkout_finds_its_contents_again(folder: Path, root: Path, tmp_path: Path) -> None:
    read(folder, write(root, "a.py", "x = 1\n"))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert read(folder, write(elsewhere, "b.py", "x = 1\n", age=0)).extracted == 0


def test_a_file_changed_a_moment_ago_is_hashed_every_time(folder: Path, root: Path) -> None:
    """Within the resolution of time stamps it could change again and look the same."""
    file = write(root, "a.py", "x = 1\n", age=0)
    assert stat_signature(str(root / "a.py")) is None
    read(folder, file)
    before = (root / "a.py").stat()
    (root / "a.py").write_text("y = 2\n")
    os.utime(root / "a.py", ns=(before.st_atime_ns, before.st_mtime_ns))
    assert "y" in texts(read(folder, file))[0]


def test_the_stat_signature_is_taken_before_reading(folder: Path, root: Path) -> None:
    """A change while a run is going on is seen by the next one."""
    file = write(root, "a.py", "x = 1\n")
    signature = stat_signature(str(root / "a.py"))
    with Cache(folder) as cache:
        write(root, "a.py", "y = 2\n", age=1800)
        cache.add(str(root / "a.py"), signature, cache.key(b"x = 1\n"), "[]")
    assert "y" in texts(read(folder, file))[0]


@pytest.mark.parametrize("damage", [b"", b"no database", b"SQLite format 3\0" + b"\xff" * 4000])
def test_a_damaged_database_is_a_miss_and_mended(folder: Path, root: Path, damage: bytes) -> None:
    file = write(root, "a.py", "x = 1\n")
    read(folder, file)
    (folder / DATABASE).write_bytes(damage)
    assert read(folder, file).extracted == 1
    assert read(folder, file).extracted == 0


@pytest.mark.parametrize("change", ["facts = facts || ' '", "facts = '[]'", "facts = x'00'", "checksum = x'00'"])
def test_a_damaged_entry_is_a_miss(folder: Path, root: Path, change: str) -> None:
    file = write(root, "a.py", "x = 1\n")
    first = read(folder, file)
    with sqlite3.connect(folder / DATABASE) as database:
        database.execute(f"UPDATE facts SET {change}")
    second = read(folder, file)
    assert second.extracted == 1
    assert texts(first) == texts(second)


def test_tables_of_another_shape_are_a_miss(folder: Path, root: Path) -> None:
    folder.mkdir()
    with sqlite3.connect(folder / DATABASE) as database:
        database.execute("CREATE TABLE facts (other)")
    assert read(folder, write(root, "a.py", "x = 1\n")).extracted == 1


def test_a_database_that_another_run_has_locked_is_waited_for_and_then_done_without(
    folder: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linter.extract.cache._WAIT", 0.05)
    file = write(root, "a.py", "x = 1\n")
    read(folder, file)
    other = sqlite3.connect(folder / DATABASE, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        assert texts(read(folder, file)) == texts(read_facts([file], 1, None))
    finally:
        other.execute("ROLLBACK")
        other.close()


def test_two_runs_at_once_both_keep_their_entries(folder: Path, root: Path) -> None:
    one, other = write(root, "a.py", "x = 1\n"), write(root, "b.py", "y = 2\n")
    with Cache(folder) as first, Cache(folder) as second:
        read_facts([one], 1, first)
        read_facts([other], 1, second)
    assert read(folder, one, other).extracted == 0


@pytest.mark.skipif(os.name == "nt", reason="rights work in another way there")
def test_nobody_else_may_read_it(folder: Path, root: Path) -> None:
    read(folder, write(root, "a.py", "KEY = 'secret'\n"))
    assert stat.S_IMODE((folder / DATABASE).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_place_that_cannot_be_written_is_no_error(root: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert read(tmp_path / "file" / "below", write(root, "a.py", "x = 1\n")).extracted == 1


def test_what_was_not_used_for_a_month_goes(folder: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = write(root, "a.py", "x = 1\n"), write(root, "b.py", "y = 2\n")
    read(folder, old)
    now = time.time()
    monkeypatch.setattr("linter.extract.cache._today", lambda: int(now // 86_400) + 40)
    read(folder, new)
    with sqlite3.connect(folder / DATABASE) as database:
        assert database.execute("SELECT count(*) FROM facts").fetchone() == (1,)
        assert database.execute("SELECT count(*) FROM files").fetchone() == (1,)


def test_names_that_are_no_text_and_numbers_that_json_cannot_hold_are_read_all_the_same(folder: Path, root: Path) -> None:
    huge = write(root, "huge.py", "x = 0x" + "f" * 5000 + "\n")
    assert [read(folder, huge).extracted, read(folder, huge).extracted] == [1, 1]
    if os.name != "nt" and os.uname().sysname != "Darwin":
        odd = write(root, os.fsdecode(b"caf\xe9.py"), "x = 1\n")
        assert read(folder, odd).files[0].path == odd.path


class TestWhereItIs:
    @pytest.mark.parametrize(
        ("environment", "platform", "expected"),
        [
            ({"HOME": "/home/me"}, "linux", "/home/me/.cache/archfit"),
            ({"HOME": "/home/me", "XDG_CACHE_HOME": "/fast"}, "linux", "/fast/archfit"),
            ({"HOME": "/Users/me"}, "darwin", "/Users/me/Library/Caches/archfit"),
            ({"HOME": "/home/me", "LOCALAPPDATA": "/local"}, "win32", "/local/archfit"),
        ],
    )
    def test_by_system(self, environment: dict[str, str], platform: str, expected: str, root: Path) -> None:
        assert default_folder(environment, platform, root) == Path(expected)

    def test_nowhere_without_a_home(self, root: Path) -> None:
        assert default_folder({}, "linux", root) is None

    def test_never_inside_of_what_is_scanned(self, root: Path) -> None:
        """A cache that comes with a pull request could hide what is in it."""
        assert default_folder({"XDG_CACHE_HOME": str(root / ".cache")}, "linux", root) is None
        assert default_folder({"HOME": str(root)}, "linux", root) is None
