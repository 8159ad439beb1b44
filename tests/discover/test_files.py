"""Which files archfit reads, which it leaves out, and that it always says so."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from linter.discover.classify import scope_of
from linter.discover.files import MAX_BYTES, Discovery, discover
from linter.formats import notebook
from linter.model.source import FileKind, Scope

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
needs_links = pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")


def git(root: Path, *arguments: str) -> None:
    name = ("-c", "user.name=t", "-c", "user.email=t@example.com")
    subprocess.run(["git", *name, "-C", str(root), *arguments], check=True, capture_output=True)


def write(root: Path, *paths: str, text: str = "x = 1\n") -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)


def commit(root: Path) -> None:
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "first")


def paths(found: Discovery) -> list[str]:
    return [file.path for file in found.files]


def reasons(found: Discovery) -> dict[str, str]:
    return {one.path: one.reason for one in found.skipped}


def gaps(found: Discovery) -> dict[str, str]:
    return {one.file: one.reason for one in found.gaps}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = (tmp_path / "project").resolve()
    folder.mkdir()
    return folder


@needs_git
class TestInARepository:
    def test_tracked_files_are_read_and_the_commit_is_named(self, root: Path) -> None:
        write(root, "app/main.py", "setup.py", "README.md")
        commit(root)
        found = discover(root)
        assert paths(found) == ["app/main.py", "setup.py"]
        assert found.revision is not None
        assert len(found.revision) == 40
        assert (found.skipped, found.gaps, found.seen) == ((), (), 2)

    def test_notebooks_are_read_and_their_checkpoints_are_not(self, root: Path) -> None:
        write(root, "a.ipynb", "docs/b.ipynb", ".ipynb_checkpoints/a-checkpoint.ipynb", text="{}")
        commit(root)
        found = discover(root)
        assert [(file.path, file.kind, file.scope) for file in found.files] == [
            ("a.ipynb", FileKind.NOTEBOOK, Scope.PRODUCT), ("docs/b.ipynb", FileKind.NOTEBOOK, Scope.DOCS),
        ]  # fmt: skip
        assert found.seen == 3
        assert reasons(found) == {".ipynb_checkpoints/": "checkpoints of notebooks (1 Python file)"}

    def test_before_the_first_commit_something_is_seen(self, root: Path) -> None:
        write(root, "main.py")
        git(root, "init", "-q")
        found = discover(root)
        assert paths(found) == ["main.py"]
        assert found.revision is None

    def test_a_hook_sees_no_scratch_files(self, root: Path) -> None:
        write(root, "main.py")
        commit(root)
        write(root, "scratch.py")
        assert paths(discover(root)) == ["main.py", "scratch.py"]
        assert paths(discover(root, untracked=False)) == ["main.py"]

    def test_ignored_files_are_left_out(self, root: Path) -> None:
        write(root, "main.py", "local/secret.py")
        (root / ".gitignore").write_text("local/\n")
        commit(root)
        assert paths(discover(root)) == ["main.py"]

    def test_a_folder_of_the_repository_is_scanned_on_its_own(self, root: Path) -> None:
        write(root, "backend/app/main.py", "frontend/build.py")
        commit(root)
        found = discover(root / "backend")
        assert paths(found) == ["app/main.py"]
        assert found.prefix == "backend/"

    def test_a_tracked_package_may_be_called_build(self, root: Path) -> None:
        write(root, "app/build/steps.py")
        commit(root)
        assert paths(discover(root)) == ["app/build/steps.py"]

    def test_a_tracked_file_that_was_deleted_is_said_to_be_missing(self, root: Path) -> None:
        write(root, "main.py", "gone.py")
        commit(root)
        (root / "gone.py").unlink()
        found = discover(root)
        assert paths(found) == ["main.py"]
        assert reasons(found) == {"gone.py": "not in the working tree"}

    def test_a_repository_inside_is_not_entered(self, root: Path) -> None:
        write(root, "main.py")
        commit(root)
        write(root / "other", "inner.py")
        commit(root / "other")
        found = discover(root)
        assert paths(found) == ["main.py"]
        assert reasons(found) == {"other/": "a git repository of its own"}

    def test_a_folder_that_the_repository_around_it_ignores_is_walked(self, root: Path) -> None:
        write(root, "main.py", "out/app.py")
        (root / ".gitignore").write_text("out/\n")
        commit(root)
        assert paths(discover(root / "out")) == ["app.py"]

    @needs_links
    def test_what_the_repository_configures_is_never_started(self, root: Path, tmp_path: Path) -> None:
        write(root, "main.py")
        commit(root)
        trap = tmp_path / "trap.sh"
        trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
        trap.chmod(0o755)
        for key in ("core.fsmonitor", "core.pager", "core.editor", "core.sshCommand", "diff.external", "core.askPass"):
            git(root, "config", key, str(trap))
        git(root, "config", "alias.ls-files", f"!{trap}")
        write(root, "new.py")
        assert paths(discover(root)) == ["main.py", "new.py"]
        assert not (tmp_path / "sprung").exists()

    def test_variables_that_git_sets_for_its_hooks_do_not_matter(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        write(root, "main.py")
        commit(root)
        for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"):
            monkeypatch.setenv(name, "/nowhere")
        assert paths(discover(root)) == ["main.py"]

    @needs_links
    def test_a_file_behind_a_folder_that_became_a_link_is_not_read(self, root: Path, tmp_path: Path) -> None:
        write(root, "main.py", "app/secret.py")
        commit(root)
        write(tmp_path / "elsewhere", "secret.py", text="PASSWORD = 1")
        shutil.rmtree(root / "app")
        (root / "app").symlink_to(tmp_path / "elsewhere")
        found = discover(root, untracked=False)
        assert paths(found) == ["main.py"]
        assert gaps(found) == {"app/secret.py": "behind a link, which is not followed"}

    @pytest.mark.skipif(os.name == "nt" or os.uname().sysname == "Darwin", reason="the file system takes no such name")
    def test_names_need_not_be_text(self, root: Path) -> None:
        (root / os.fsdecode(b"caf\xe9 \n.py")).write_text("x = 1")
        commit(root)
        assert paths(discover(root)) == [os.fsdecode(b"caf\xe9 \n.py")]


class TestWithoutGit:
    def test_everything_but_what_is_ignored_or_installed(self, root: Path) -> None:
        write(root, "main.py", "app/llm.py", "app/local_settings.py", "gen/out.py", ".venv/lib/x.py", "node_modules/a/b.py")
        write(root, "build/lib/main.py", "__pycache__/main.py", ".git/hooks/x.py")
        (root / ".gitignore").write_text("gen/\nlocal_*.py\n")
        found = discover(root)
        assert paths(found) == ["app/llm.py", "main.py"]
        assert reasons(found) == {
            ".venv/": "a virtual environment",
            "node_modules/": "installed packages",
            "build/": "build output",
        }
        assert found.revision is None

    @needs_git
    def test_git_missing_gives_the_same_files(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        write(root, "main.py", "app/llm.py", "tmp/x.py")
        (root / ".gitignore").write_text("/tmp\n")
        commit(root)
        with_git = paths(discover(root))
        monkeypatch.setenv("PATH", "")
        without = discover(root)
        assert paths(without) == with_git == ["app/llm.py", "main.py"]
        assert without.revision is None

    @needs_links
    def test_a_folder_that_links_to_itself_does_not_hang(self, root: Path) -> None:
        write(root, "app/main.py")
        (root / "app" / "again").symlink_to(root / "app")
        found = discover(root)
        assert paths(found) == ["app/main.py"]
        assert reasons(found) == {"app/again": "a link to app, which is read in its own place"}

    @pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="every folder can be read here")
    def test_a_folder_that_may_not_be_read_is_a_gap(self, root: Path) -> None:
        write(root, "main.py", "closed/x.py")
        (root / "closed").chmod(0)
        try:
            assert gaps(discover(root)) == {"closed": "cannot be listed: Permission denied"}
        finally:
            (root / "closed").chmod(0o755)


class TestWhatIsLeftOut:
    def test_a_very_large_file(self, root: Path) -> None:
        write(root, "main.py")
        (root / "data.py").write_bytes(b"#" * (MAX_BYTES + 1))
        found = discover(root)
        assert paths(found) == ["main.py"]
        assert reasons(found) == {"data.py": "1,000,001 bytes; files above 1,000,000 are not read"}
        assert found.seen == 2

    @needs_links
    def test_what_is_no_file(self, root: Path) -> None:
        write(root, "main.py")
        os.mkfifo(root / "pipe.py")
        assert reasons(discover(root)) == {"pipe.py": "not a regular file"}

    @needs_links
    def test_links(self, root: Path, tmp_path: Path) -> None:
        write(root, "main.py")
        write(tmp_path, "outside.py")
        (root / "inside.py").symlink_to("main.py")
        (root / "out.py").symlink_to(tmp_path / "outside.py")
        (root / "nothing.py").symlink_to("nowhere.py")
        (root / "loop.py").symlink_to("loop.py")
        (root / "folder").symlink_to(tmp_path)
        (root / "data").symlink_to("main.py")
        found = discover(root)
        assert paths(found) == ["main.py"]
        assert reasons(found) == {"inside.py": "a link to main.py, which is read in its own place"}
        assert gaps(found) == {
            "folder": "a link that leads out of the scanned folder",
            "loop.py": "a link that leads to itself",
            "nothing.py": "a link to nothing",
            "out.py": "a link that leads out of the scanned folder",
        }

    def test_copies_of_other_projects_and_generated_code(self, root: Path) -> None:
        write(root, "main.py", "third_party/a/x.py", "third_party/y.py", "app/api_pb2.py", "shop/vendor/__init__.py")
        write(root, "shop/vendor/models.py", "go/vendor/z.py", "env39/pyvenv.cfg", "env39/lib/x.py")
        found = discover(root)
        assert paths(found) == ["main.py", "shop/vendor/__init__.py", "shop/vendor/models.py"]
        assert reasons(found) == {
            "app/api_pb2.py": "generated from a protocol description",
            "env39/": "a virtual environment (1 Python file)",
            "go/vendor/": "a copy of other projects' code (1 Python file)",
            "third_party/": "a copy of other projects' code (2 Python files)",
        }


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        ("app/main.py", Scope.PRODUCT),
        ("tests/app/helper.py", Scope.TEST),
        ("app/test_main.py", Scope.TEST),
        ("app/main_test.py", Scope.TEST),
        ("conftest.py", Scope.TEST),
        ("shop/tests.py", Scope.TEST),
        ("examples/rag.py", Scope.EXAMPLE),
        ("examples/tests/test_rag.py", Scope.TEST),
        ("docs/conf.py", Scope.DOCS),
        ("docs/examples/rag.py", Scope.EXAMPLE),
        ("app/latest_contest.py", Scope.PRODUCT),
        ("app/testing_tools.py", Scope.PRODUCT),
    ],
)
def test_what_a_file_is_for(path: str, scope: Scope) -> None:
    assert scope_of(path) is scope


def data(found: Discovery) -> list[str]:
    return [file.path for file in found.data]


class TestDataFiles:
    """What the code may read its configuration from. A file that cannot be read matters only when the code reads it."""

    def test_are_listed_by_their_name(self, root: Path) -> None:
        write(root, "main.py", "config.yaml", "app/settings.yml", "app/models.json", "pyproject.toml", text="")
        write(root, "notes.md", "data.csv", "config.yaml.j2", ".env", "app.ini", "YAML", "x.jsonl", "dockerfiles.txt", text="")
        found = discover(root)
        assert data(found) == [
            ".env", "app.ini", "app/models.json", "app/settings.yml", "config.yaml", "pyproject.toml",
        ]  # fmt: skip
        assert paths(found) == ["main.py"]

    def test_are_also_those_that_say_how_the_system_is_built_and_run(self, root: Path) -> None:
        names = ["Dockerfile", "Dockerfile.gpu", "Modelfile", "Procfile", "infra/main.bicep", "infra/main.tf", "web.Dockerfile"]
        write(root, *names, "Procfiles/readme", "modelfiles.md", text="")
        assert data(discover(root)) == sorted(names)

    def test_are_no_python_files_that_were_seen(self, root: Path) -> None:
        write(root, "main.py", "config.yaml")
        found = discover(root)
        assert (found.seen, found.skipped, found.gaps) == (1, (), ())

    def test_know_their_size_their_purpose_and_their_root(self, root: Path) -> None:
        write(root, "config.yaml", text="a: 1\n")
        write(root, "tests/data.json", "examples/rag.toml", "docs/x.yml", text="")
        found = {file.path: file for file in discover(root).data}
        assert found["config.yaml"].size == 5
        assert found["config.yaml"].root == str(root)
        assert {path: file.scope for path, file in found.items()} == {
            "config.yaml": Scope.PRODUCT,
            "tests/data.json": Scope.TEST,
            "examples/rag.toml": Scope.EXAMPLE,
            "docs/x.yml": Scope.DOCS,
        }

    def test_come_sorted(self, root: Path) -> None:
        write(root, "b.yaml", "a/z.json", "a/b.toml", "A.yml", text="")
        found = data(discover(root))
        assert found == sorted(found)

    def test_a_large_one_is_listed_with_its_size_since_only_who_reads_it_knows_whether_it_matters(self, root: Path) -> None:
        write(root, "main.py")
        (root / "large.json").write_bytes(b" " * (MAX_BYTES + 1))
        found = discover(root)
        assert [(file.path, file.size) for file in found.data] == [("large.json", MAX_BYTES + 1)]
        assert (found.skipped, found.gaps) == ((), ())

    @needs_links
    def test_links_are_left_out_wherever_they_lead(self, root: Path, tmp_path: Path) -> None:
        write(root, "main.py", "real.yaml")
        write(tmp_path, "secret.yaml")
        (root / "inside.yaml").symlink_to("real.yaml")
        (root / "outside.yaml").symlink_to(tmp_path / "secret.yaml")
        (root / "nothing.json").symlink_to("nowhere.json")
        (root / "loop.toml").symlink_to("loop.toml")
        (root / "folder.yaml").symlink_to(tmp_path)
        assert data(discover(root)) == ["real.yaml"]

    @needs_git
    @needs_links
    def test_links_are_left_out_in_a_repository_too(self, root: Path, tmp_path: Path) -> None:
        write(root, "main.py", "real.yaml")
        write(tmp_path, "secret.yaml")
        (root / "outside.yaml").symlink_to(tmp_path / "secret.yaml")
        commit(root)
        assert data(discover(root)) == ["real.yaml"]

    @needs_git
    @needs_links
    def test_one_behind_a_folder_that_became_a_link_is_not_read(self, root: Path, tmp_path: Path) -> None:
        write(root, "main.py", "conf/secret.yaml")
        commit(root)
        write(tmp_path / "elsewhere", "secret.yaml")
        shutil.rmtree(root / "conf")
        (root / "conf").symlink_to(tmp_path / "elsewhere")
        assert data(discover(root, untracked=False)) == []

    @needs_links
    def test_what_is_no_file_is_left_out(self, root: Path) -> None:
        write(root, "main.py")
        os.mkfifo(root / "pipe.json")
        (root / "folder.toml").mkdir()
        assert data(discover(root)) == []

    @needs_git
    def test_one_that_was_deleted_is_not_missed(self, root: Path) -> None:
        write(root, "main.py", "gone.yaml")
        commit(root)
        (root / "gone.yaml").unlink()
        found = discover(root)
        assert (data(found), found.skipped, found.gaps) == ([], (), ())

    @needs_git
    def test_ignored_ones_are_left_out(self, root: Path) -> None:
        write(root, "main.py", "config.yaml", "local/config.yaml")
        (root / ".gitignore").write_text("local/\n")
        commit(root)
        assert data(discover(root)) == ["config.yaml"]

    def test_ignored_ones_are_left_out_without_git(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        write(root, "main.py", "config.yaml", "local/config.yaml")
        (root / ".gitignore").write_text("local/\n")
        monkeypatch.setenv("PATH", "")
        assert data(discover(root)) == ["config.yaml"]

    def test_those_of_other_projects_are_left_out(self, root: Path) -> None:
        write(root, "main.py", "config.yaml", "node_modules/a/package.json", "third_party/x/c.yaml", ".venv/lib/c.toml")
        assert data(discover(root)) == ["config.yaml"]

    def test_a_folder_with_data_alone_is_a_folder_without_code(self, root: Path) -> None:
        write(root, "config.yaml")
        found = discover(root)
        assert (paths(found), found.seen) == ([], 0)

    @needs_git
    def test_a_folder_of_the_repository_has_its_own(self, root: Path) -> None:
        write(root, "backend/conf/a.yaml", "frontend/b.yaml")
        commit(root)
        assert data(discover(root / "backend")) == ["conf/a.yaml"]

    @needs_links
    @pytest.mark.skipif(os.name != "nt" and os.geteuid() == 0, reason="every file can be read here")
    def test_one_that_may_not_be_read_is_listed_all_the_same(self, root: Path) -> None:
        write(root, "main.py", "closed.yaml")
        (root / "closed.yaml").chmod(0)
        try:
            assert data(discover(root)) == ["closed.yaml"]
        finally:
            (root / "closed.yaml").chmod(0o644)


def test_a_notebook_may_be_as_large_as_its_pictures(root: Path) -> None:
    write(root, "small.ipynb", text=" " * (MAX_BYTES + 1))
    write(root, "large.ipynb", text=" " * (notebook.MAX_FILE + 1))
    found = discover(root)
    assert paths(found) == ["small.ipynb"]
    assert reasons(found) == {"large.ipynb": "20,000,001 bytes; files above 20,000,000 are not read"}


def test_checkpoints_are_left_out_where_there_is_no_git(root: Path) -> None:
    write(root, "a.ipynb", ".ipynb_checkpoints/a-checkpoint.ipynb", text="{}")
    assert paths(discover(root)) == ["a.ipynb"]


def test_files_of_dependencies_are_listed(root: Path) -> None:
    write(root, "main.py", "requirements.txt", "svc/uv.lock", "svc/pyproject.toml", "third_party/x/requirements.txt", "notes.txt")
    found = discover(root)
    assert [file.path for file in found.dependencies] == ["requirements.txt", "svc/pyproject.toml", "svc/uv.lock"]


def test_a_lock_file_may_be_long(root: Path) -> None:
    write(root, "uv.lock", text=" " * (MAX_BYTES + 1))
    write(root, "poetry.lock", text=" " * 5_000_001)
    assert [file.path for file in discover(root).dependencies] == ["uv.lock"]
