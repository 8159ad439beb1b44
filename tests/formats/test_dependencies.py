"""Which packages a project asks for, in the files of every tool, and where that stands."""

from __future__ import annotations

import json
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linter.formats.dependencies import MAX_BYTES, is_dependencies, is_lock, read
from linter.formats.requirement import Pin
from tests.notebooks import notebook, text


def pins(path: str, source: str) -> list[Pin]:
    needs = read(path, dedent(source).encode())
    assert needs.problem == ""
    return list(needs.pins)


def said(path: str, source: str) -> list[str]:
    """Line, text, and what is special about each."""
    marks = ((pin, " locked" * pin.locked + " aside" * pin.aside) for pin in pins(path, source))
    return [f"{pin.line} {pin.text}{mark}" for pin, mark in marks]


class TestNames:
    @pytest.mark.parametrize(
        "path",
        [
            "requirements.txt", "requirements-dev.txt", "dev-requirements.txt", "requirements.in", "a/requirements/base.txt",
            "constraints.txt", "pyproject.toml", "poetry.lock", "uv.lock", "pdm.lock", "pylock.toml", "pylock.dev.toml",
            "Pipfile", "Pipfile.lock", "environment.yml", "environment-gpu.yaml", "scripts/conda.yml", "setup.cfg", "b/setup.py",
            "llm_requirements.txt",
        ],
    )  # fmt: skip
    def test_these_say_what_a_project_needs(self, path: str) -> None:
        assert is_dependencies(path)

    @pytest.mark.parametrize(
        "path", ["README.txt", "yarn.lock", "package.json", "app/environments.py", "my_setup.py", "notes.in", "a.lock"]
    )
    def test_these_do_not(self, path: str) -> None:
        assert not is_dependencies(path)

    def test_a_lock_is_written_by_a_tool(self) -> None:
        assert [is_lock(one) for one in ("uv.lock", "Pipfile.lock", "pylock.toml", "Pipfile", "pyproject.toml")] == [True] * 3 + [
            False
        ] * 2


class TestRequirements:
    def test_lines(self) -> None:
        assert said("requirements.txt", """\
            # models
            openai>=1.2,<2  # the SDK
            LangChain_Core[all] == 0.3.1 ; python_version > "3.8"
            boto3
            -e .
            --index-url x
            torch @ https://example.com/torch-2.whl
            httpx (>=0.2)
            not a requirement
            faiss-cpu==1.8 \\
                --hash=sha256:abc
            chromadb~=0.4
            """) == [
            "2 openai>=1.2,<2", "3 LangChain_Core== 0.3.1", "4 boto3", "7 torch", "8 httpx>=0.2",
            "10 faiss-cpu==1.8", "12 chromadb~=0.4",
        ]  # fmt: skip

    def test_names_are_compared_as_pypi_does(self) -> None:
        assert [pin.name for pin in pins("requirements.txt", "LangChain_Core\nzope.interface\nFlagEmbedding")] == [
            "langchain-core", "zope-interface", "flagembedding",
        ]  # fmt: skip

    def test_further_files_are_named(self) -> None:
        found = read("requirements.txt", b"-r base.txt\n--requirement=../x.txt # why\n-c constraints.txt\n")
        assert found.includes == ("base.txt", "../x.txt", "constraints.txt")

    @pytest.mark.parametrize("name", ["requirements-dev.txt", "test_requirements.txt", "requirements/docs.txt"])
    def test_those_of_developers_are_told_apart(self, name: str) -> None:
        assert [pin.aside for pin in pins(name, "openai")] == [True]

    def test_a_byte_order_mark_and_windows_line_ends(self) -> None:
        assert [pin.text for pin in read("requirements.txt", b"\xef\xbb\xbfopenai==1.2\r\nboto3==1\r\n").pins] == [
            "openai==1.2",
            "boto3==1",
        ]


class TestProjectFiles:
    def test_pyproject(self) -> None:
        assert said("pyproject.toml", """\
            [project]
            name = "app"
            dependencies = [
              "openai>=1",
              'boto3 == 1.34',
            ]
            [project.optional-dependencies]
            rag = ["chromadb<1"]
            dev = ["ragas"]
            [dependency-groups]
            lint = ["ruff", {include-group = "x"}]
            [tool.uv]
            dev-dependencies = ["pytest>=8"]
            [tool.pdm.dev-dependencies]
            x = ["mypy"]
            """) == [
            "4 openai>=1", "5 boto3== 1.34", "8 chromadb<1", "9 ragas aside", "11 ruff aside",
            "15 mypy aside", "13 pytest>=8 aside",
        ]  # fmt: skip

    def test_poetry(self) -> None:
        assert said(
            "pyproject.toml",
            """\
            [tool.poetry.dependencies]
            python = "^3.11"
            openai = "^1.2"
            langchain = {version = "~0.2", extras = ["all"], optional = true}
            torch = [{version = "2.1", markers = "x"}, {version = "2.2", markers = "y"}]
            own = {path = "../own"}
            [tool.poetry.group.dev.dependencies]
            ragas = "*"
            """,
        ) == ["2 python ^3.11", "3 openai ^1.2", "4 langchain ~0.2", "5 torch 2.1", "5 torch 2.2", "6 own *", "8 ragas * aside"]

    def test_pipfile(self) -> None:
        source = '[packages]\nopenai = "==1.2"\nboto3 = {version = "*"}\n[dev-packages]\npytest = "*"\n'
        assert said("Pipfile", source) == ["2 openai ==1.2", "3 boto3 *", "5 pytest * aside"]

    def test_setup_cfg(self) -> None:
        assert said(
            "setup.cfg",
            """\
            [options]
            install_requires =
                openai>=1
                boto3
            [options.extras_require]
            rag = chromadb<1
            test =
                pytest
            """,
        ) == ["3 openai>=1", "4 boto3", "6 chromadb<1", "8 pytest aside"]

    def test_setup_py(self) -> None:
        assert said(
            "setup.py",
            """\
            import setuptools
            NEEDS = ["openai>=1", f"boto3=={version}"]
            EXTRAS = {"rag": ["chromadb<1"], "dev": NEEDS}
            setuptools.setup(
                name="app", install_requires=NEEDS, extras_require=EXTRAS,
            )
            other(install_requires=["not-this"])
            """,
        ) == ["2 openai>=1", "3 chromadb<1", "2 openai>=1 aside"]

    def test_what_setup_computes_is_not_known(self) -> None:
        assert pins("setup.py", "setup(install_requires=open('requirements.txt').read().splitlines())") == []

    def test_conda(self) -> None:
        assert said(
            "environment.yml",
            """\
            name: llm
            dependencies:
              - python=3.11
              - conda-forge::faiss-cpu=1.8=py311_0
              - numpy >=1.20
              - pip
              - pip:
                  - openai==1.2
            """,
        ) == ["3 python=3.11", "4 conda-forge::faiss-cpu=1.8=py311_0", "5 numpy >=1.20", "6 pip", "8 openai==1.2"]


class TestLocks:
    @pytest.mark.parametrize(
        ("name", "head"),
        [("poetry.lock", "package"), ("uv.lock", "package"), ("pdm.lock", "package"), ("pylock.toml", "packages")],
    )
    def test_toml(self, name: str, head: str) -> None:
        first = f'[[{head}]]\nname = "Open_AI"\nversion = "1.2.3"\ndependencies = [\n  {{ name = "x" }},\n]\n'
        source = f'version = 1\n\n{first}\n[[{head}]]\nname = "b"\nversion = "2"\n'
        assert said(name, source) == ["5 Open_AI 1.2.3 locked", "12 b 2 locked"]
        assert [pin.name for pin in pins(name, source)] == ["open-ai", "b"]

    def test_pipenv(self) -> None:
        content = {
            "_meta": {},
            "default": {"openai": {"version": "==1.2"}, "own": {"path": "."}},
            "develop": {"pytest": {"version": "==8"}},
        }
        assert said("Pipfile.lock", json.dumps(content, indent=4)) == ["4 openai==1.2 locked", "12 pytest==8 locked aside"]


class TestNotebooks:
    def test_what_they_install(self) -> None:
        source = notebook(
            text("!pip install not-this"),
            "!pip install -q 'openai==0.28' \"langchain<0.3\" && echo done",
            "import os\n%pip install --upgrade \\\n   boto3==1.34  # pinned\n!{sys.executable} -m pip install chromadb==0.4",
            "!uv pip install ragas; ls\nprint('pip install nothing')",
        )
        needs = read("a.ipynb", source)
        assert [(pin.text, pin.cell, pin.line) for pin in needs.pins] == [
            ("openai==0.28", 1, 1), ("langchain<0.3", 1, 1), ("boto3==1.34", 2, 2), ("chromadb==0.4", 2, 4), ("ragas", 3, 1),
        ]  # fmt: skip


class TestWhatCannotBeRead:
    @pytest.mark.parametrize(
        ("path", "source", "why"),
        [
            ("pyproject.toml", b"[project", "not TOML"),
            ("Pipfile", b"= 1", "not TOML"),
            ("Pipfile.lock", b"{", "cannot be read: JSONDecodeError"),
            ("environment.yml", b"a: [", ""),
            ("environment.yml", b"", "it is empty"),
            ("requirements.txt", b"\xff\xfe", "cannot be read: UnicodeDecodeError"),
            ("setup.py", b"def (", "does not parse: invalid syntax"),
            ("setup.cfg", b"x = 1", "cannot be read: MissingSectionHeaderError"),
            ("Pipfile.lock", b'{"a":' * 100_000, "cannot be read: RecursionError"),
            ("uv.lock", b" " * (MAX_BYTES + 1), "the file has 5,000,001 bytes; the limit is 5,000,000"),
        ],
    )  # fmt: skip
    def test_the_reason_is_said(self, path: str, source: bytes, why: str) -> None:
        needs = read(path, source)
        assert needs.problem
        assert needs.problem.startswith(why)

    @pytest.mark.parametrize(
        ("path", "source"),
        [
            ("pyproject.toml", "project = 1\ntool = []\ndependency-groups = 3\n"),
            ("pyproject.toml", "[project]\ndependencies = 'openai'\n[tool.poetry]\ndependencies = [1]\ngroup = {a = 1}\n"),
            ("environment.yml", "- a\n- b\n"),
            ("environment.yml", "dependencies: {a: 1}\n"),
            ("environment.yml", "dependencies: [1, {pip: 2}, null]\n"),
            ("Pipfile.lock", '{"default": [1], "develop": {"a": 1}}'),
            ("setup.py", "setup(install_requires=3, extras_require={**a, 'b': c})"),
        ],
    )
    def test_what_has_another_shape_says_nothing(self, path: str, source: str) -> None:
        assert pins(path, source) == []


PATHS = st.sampled_from(
    [
        "requirements.txt",
        "pyproject.toml",
        "Pipfile",
        "Pipfile.lock",
        "uv.lock",
        "environment.yml",
        "setup.cfg",
        "setup.py",
        "a.ipynb",
    ]
)
PIECES = st.sampled_from(
    [
        "[project]",
        "dependencies",
        "=",
        "[",
        "]",
        '"openai>=1"',
        "\n",
        "[[package]]",
        "name",
        "- pip:",
        "  ",
        "{",
        "}",
        "setup(",
        ")",
        "install_requires",
        "-r",
        "é",
        "\\",
    ]
)


@settings(max_examples=300, deadline=None)
@given(path=PATHS, data=st.binary(max_size=60) | st.lists(PIECES, max_size=20).map(lambda parts: "".join(parts).encode()))
def test_any_bytes_are_needs_or_a_problem(path: str, data: bytes) -> None:
    assert all(pin.line >= 1 and pin.versions for pin in read(path, data).pins)


@pytest.mark.parametrize(
    ("path", "unit"),
    [
        ("requirements.txt", "a==1\n"), ("requirements.txt", "<<<<"), ("setup.py", "setup(install_requires=['a'])\n"),
        ("environment.yml", "- a\n"),
    ],
)  # fmt: skip
def test_a_file_of_the_largest_size_takes_no_minute(path: str, unit: str) -> None:
    read(path, (unit * (900_000 // len(unit))).encode())


def test_many_packages_are_found_in_one_pass() -> None:
    many = ",\n".join(f'  "package{number}==1"' for number in range(30_000))
    found = read("pyproject.toml", f"[project]\ndependencies = [\n{many}\n]\n".encode())
    assert (len(found.pins), found.pins[-1].line) == (30_000, 30_002)
