"""Which version a file of the code runs with: the nearest file that says it, a lock before what it was made from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

from linter.extract.versions import Versions
from linter.model.source import FileKind, Scope, SourceFile
from tests.notebooks import notebook


def lock(version: str) -> str:
    return f'[[package]]\nname = "openai"\nversion = "{version}"\n'


Files = Mapping[str, str | bytes]


def made(files: Files) -> Versions:
    content = {path: dedent(text).encode() if isinstance(text, str) else text for path, text in files.items()}

    def read(path: str) -> bytes:
        try:
            return content[path]
        except KeyError:
            raise FileNotFoundError(2, "No such file or directory") from None

    return Versions(tuple(files), read)


def said(files: Files, file: str = "app/main.py", name: str = "openai") -> list[str]:
    return [f"{one.step.place} {one.pin.text}" for one in made(files).of_package(name, file)]


class TestWhichFile:
    def test_the_nearest_folder(self) -> None:
        files = {
            "requirements.txt": "openai==1.0",
            "svc/a/requirements.txt": "openai==1.5",
            "svc/b/requirements.txt": "openai==1.9",
        }
        assert said(files, "svc/a/app/llm.py") == ["svc/a/requirements.txt:1 openai==1.5"]
        assert said(files, "svc/c/app.py") == ["requirements.txt:1 openai==1.0"]

    def test_a_file_that_does_not_name_the_package_says_nothing(self) -> None:
        assert said({"app/requirements.txt": "flask", "requirements.txt": "openai==1.0"}) == ["requirements.txt:1 openai==1.0"]

    def test_nobody_says_it(self) -> None:
        assert said({"other/requirements.txt": "openai==1.0"}) == []

    def test_a_folder_of_requirements_is_about_the_one_around_it(self) -> None:
        assert said({"requirements/base.txt": "openai==1.0"}) == ["requirements/base.txt:1 openai==1.0"]

    def test_a_lock_before_what_it_was_made_from(self) -> None:
        files = {"pyproject.toml": '[project]\ndependencies = ["openai>=1"]\n', "uv.lock": lock("1.40.0")}
        assert said(files) == ["uv.lock:3 openai 1.40.0"]

    def test_the_lock_of_a_workspace_before_what_a_member_asks_for(self) -> None:
        files = {"app/pyproject.toml": '[project]\ndependencies = ["openai>=1"]\n', "uv.lock": lock("1.40.0")}
        assert said(files) == ["uv.lock:3 openai 1.40.0"]

    def test_the_lock_of_another_project_says_nothing(self) -> None:
        files = {"app/requirements.txt": "openai==0.28", "poetry.lock": lock("1.40.0")}
        assert said(files) == ["app/requirements.txt:1 openai==0.28"]

    def test_several_versions_in_a_lock_are_several(self) -> None:
        assert said({"uv.lock": lock("1.40.0") + "\n" + lock("1.50.0")}) == ["uv.lock:3 openai 1.40.0", "uv.lock:7 openai 1.50.0"]


class TestOneProject:
    def test_what_developers_need_counts_only_where_nobody_else_asks(self) -> None:
        files = {"requirements.txt": "openai>=1", "requirements-dev.txt": "openai==0.28\nragas==0.2"}
        assert said(files) == ["requirements.txt:1 openai>=1"]
        assert said(files, name="ragas") == ["requirements-dev.txt:2 ragas==0.2"]

    def test_the_file_that_says_most_counts(self) -> None:
        files = {"requirements.txt": "openai==1.40", "setup.py": "setup(install_requires=['openai>=1'])"}
        assert said(files) == ["requirements.txt:1 openai==1.40"]

    def test_so_do_constraints(self) -> None:
        files = {"requirements.txt": "openai", "constraints.txt": "openai<1.50"}
        assert said(files) == ["constraints.txt:1 openai<1.50"]

    def test_two_that_say_different_things_are_both_possible(self) -> None:
        files = {"requirements.txt": 'openai==0.28; python_version < "3.8"\nopenai==1.0; python_version >= "3.8"'}
        assert said(files) == ["requirements.txt:1 openai==0.28", "requirements.txt:2 openai==1.0"]


class TestIncludes:
    def test_what_is_included_counts(self) -> None:
        files = {"requirements.txt": "-r deps/llm.txt", "deps/llm.txt": "-r ../more.txt\nopenai==1.0", "more.txt": "boto3==1.34"}
        assert said(files) == ["deps/llm.txt:2 openai==1.0"]
        assert said(files, name="boto3") == ["more.txt:1 boto3==1.34"]

    def test_a_circle_ends(self) -> None:
        files = {"requirements.txt": "-r a.txt\nopenai==1.0", "a.txt": "-r requirements.txt\n-r a.txt"}
        assert said(files) == ["requirements.txt:2 openai==1.0"]

    def test_what_is_not_there_is_a_gap(self) -> None:
        versions = made({"requirements.txt": "-r gone.txt\nopenai==1.0"})
        assert [one.pin.text for one in versions.of_package("openai", "a.py")] == ["openai==1.0"]
        assert [(gap.file, gap.reason) for gap in versions.gaps] == [("gone.txt", "cannot be read: No such file or directory")]

    def test_nothing_outside_of_the_folder_is_looked_for(self) -> None:
        versions = made({"requirements.txt": "-r ../../etc/passwd\n-r /etc/passwd\nopenai==1.0"})
        assert len(versions.of_package("openai", "a.py")) == 1
        assert versions.gaps == set()

    def test_a_chain_without_end_ends(self) -> None:
        files = {f"more/{number}.txt": f"-r {number + 1}.txt" for number in range(1000)}
        versions = made({"requirements.txt": "-r more/0.txt\nopenai==1", **files})
        assert len(versions.of_package("openai", "a.py")) == 1
        assert [gap.reason for gap in versions.gaps] == ["includes more than 200 files"]


class TestNotebooks:
    def test_a_notebook_runs_with_what_it_installs(self) -> None:
        files: Files = {
            "requirements.txt": "openai==1.40",
            "lab/a.ipynb": notebook("!pip install openai==0.28"),
            "lab/b.ipynb": notebook("x = 1"),
        }
        assert said(files, "lab/a.ipynb") == ["lab/a.ipynb[cell 0]:1 openai==0.28"]
        assert said(files, "lab/b.ipynb") == ["requirements.txt:1 openai==1.40"]
        assert said(files, "lab/c.py") == ["requirements.txt:1 openai==1.40"]

    def test_a_bare_name_says_less_than_the_project(self) -> None:
        files: Files = {"requirements.txt": "openai==1.40", "lab/a.ipynb": notebook("!pip install openai")}
        assert said(files, "lab/a.ipynb") == ["requirements.txt:1 openai==1.40"]


class TestWhatCannotBeRead:
    def test_it_is_a_gap_when_somebody_asks(self) -> None:
        versions = made({"pyproject.toml": "[project", "b/requirements.txt": b"\xff"})
        assert versions.gaps == set()
        assert versions.of_package("openai", "app.py") == ()
        assert [gap.file for gap in versions.gaps] == ["pyproject.toml"]


class TestOnDisk:
    def versions(self, root: Path, *paths: str) -> Versions:
        return Versions.of([SourceFile(path, FileKind.CONFIG, Scope.PRODUCT, 1, str(root.resolve())) for path in paths])

    def test_a_file_with_any_name_may_be_included(self, tmp_path: Path) -> None:
        (tmp_path / "requirements.txt").write_text("-r llm.list\n")
        (tmp_path / "llm.list").write_text("openai==1.0\n")
        assert len(self.versions(tmp_path, "requirements.txt").of_package("openai", "a.py")) == 1

    def test_a_link_out_of_the_folder_is_not_read(self, tmp_path: Path) -> None:
        root = tmp_path / "project"
        root.mkdir()
        (tmp_path / "secret.txt").write_text("openai==1.0\n")
        (root / "requirements.txt").write_text("-r link.txt\n")
        (root / "link.txt").symlink_to(tmp_path / "secret.txt")
        versions = self.versions(root, "requirements.txt")
        assert versions.of_package("openai", "a.py") == ()
        assert [gap.file for gap in versions.gaps] == ["link.txt"]
