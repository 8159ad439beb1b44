"""What is for the notebook's shell is taken out of a cell, and every line stays where it was."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linter.extract.magics import body, without_magics


def plain(text: str) -> str:
    """A cell without its magics; it has as many lines as before, and is Python."""
    text = dedent(text)
    found = without_magics(text)
    assert found.count("\n") == text.count("\n")
    ast.parse(found)
    return found


class TestLines:
    @pytest.mark.parametrize(
        "line",
        [
            "%pip install openai==1.30", "!pip install -q 'openai>=1'", "%matplotlib inline", "%load_ext autoreload", "!!ls",
            "?print", "??print", "print?", "model.generate??", "%cd ..", '!echo "don\'t"', "%env OPENAI_API_KEY", "%env",
            "/print 1", "%run $script", "%run {path}/a.py", "%run",
            "%run -m a.b", "pip install openai", "%time?", "!nvidia-smi  # what is there",
        ],
    )  # fmt: skip
    def test_it_is_replaced(self, line: str) -> None:
        assert plain(f"x = 1\n{line}\ny = 2\n") == "x = 1\npass\ny = 2\n"

    def test_a_block_stays_a_block(self) -> None:
        assert (
            plain("if colab:\n    !pip install x\nelse:\n    %pip install y\nz = 1")
            == "if colab:\n    pass\nelse:\n    pass\nz = 1"
        )

    def test_a_command_goes_on_behind_a_backslash(self) -> None:
        assert plain("!pip install \\\n  openai \\\n  faiss-cpu\nx = 1\n") == "pass\n\n\nx = 1\n"

    def test_the_last_line_may_go_on_to_nowhere(self) -> None:
        assert plain("!pip install \\") == "pass"

    def test_what_a_command_gives_is_kept_in_its_name(self) -> None:
        assert plain("files = !ls *.txt\nhere = %pwd\nn = len(files)") == (
            "files = get_ipython()\nhere = get_ipython()\nn = len(files)"
        )

    def test_the_environment_is_set_and_read(self) -> None:
        assert plain("%env MODEL=gpt-4o\n%set_env URL http://localhost 1\n%env KEY={key}\nif a:\n    m = %env MODEL") == (
            "import os; os.environ['MODEL'] = 'gpt-4o'\nimport os; os.environ['URL'] = 'http://localhost 1'\n"
            "import os; os.environ['KEY'] = get_ipython()\nif a:\n    import os; m = os.environ['MODEL']"
        )

    def test_a_script_that_is_run_leaves_its_names(self) -> None:
        assert plain("%run setup.py\n%run -i './lib/my keys.py' --model a\n%run ../00-common.ipynb").split("\n") == [
            "get_ipython().run_line_magic('run', 'setup.py')", "get_ipython().run_line_magic('run', './lib/my keys.py')",
            "get_ipython().run_line_magic('run', '../00-common.ipynb')",
        ]  # fmt: skip

    @pytest.mark.parametrize(
        "code",
        [
            'prompt = """\n%s is the question\n!important\nwhat?\n"""\n',
            "total = (a\n  % b)\n",
            "x = [\n    1,\n    # what?\n]\n",
            "y = a \\\n  % b\n",
            "text = 'it\\'s'\nz = a != b\n",
            "text = '''a\\'''\n%b\n'''\n",
        ],
    )
    def test_python_that_looks_like_it_is_left_alone(self, code: str) -> None:
        assert plain(code + "!ls\n") == code + "pass\n"


class TestTimedLines:
    def test_what_is_timed_is_run_in_its_column(self) -> None:
        assert plain("%time answer = ask('x')") == "pass; answer = ask('x')"

    def test_options_are_no_code(self) -> None:
        assert plain("%timeit -n 10 -r3 ask('x')") == "pass;             ask('x')"

    def test_a_block_is_run_too(self) -> None:
        assert plain("if a:\n    %time for x in y: ask(x)") == "if a:\n    for x in y: ask(x)"

    @pytest.mark.parametrize("line", ["%time", "%time answer = ask(", "%time !ls"])
    def test_without_python_it_is_a_magic_like_others(self, line: str) -> None:
        assert plain(line) == "pass"


class TestCells:
    @pytest.mark.parametrize(
        "first", ["%%time", "%%capture output --no-stderr", "%%timeit -n 10", "\n\n%%time", "#@title Ask\n%%time"]
    )
    def test_a_cell_that_is_run_as_python_keeps_its_lines(self, first: str) -> None:
        found = body(f"{first}\nx = 1\n")
        assert found is not None
        assert found.split("\n")[first.count("\n") + 1 :] == ["x = 1", ""]
        ast.parse(found)

    def test_such_magics_can_stand_on_each_other(self) -> None:
        assert body("%%capture\n%%time\nx = 1") == "\n\nx = 1"

    @pytest.mark.parametrize(
        "name",
        [
            "bash",
            "sh",
            "script bash",
            "html",
            "javascript",
            "writefile app.py",
            "file a.txt",
            "sql",
            "R",
            "bigquery df",
            "perl",
            "",
        ],
    )
    def test_any_other_cell_is_left_out_as_a_whole(self, name: str) -> None:
        assert body(f"%%{name}\nx = 1") is None

    def test_a_comment_about_it_is_no_magic(self) -> None:
        assert body("x = 1\n%%time\ny = 2") == "x = 1\n%%time\ny = 2"

    def test_a_tower_of_magics_is_left_out(self) -> None:
        assert body("%%time\n" * 100_000) is None


PIECES = st.sampled_from(
    [
        "%pip x",
        "!ls",
        "a?",
        "x = !ls",
        "%time f()",
        '"""',
        "'''",
        "'",
        '"',
        "(",
        ")",
        "[",
        "\\",
        "\n",
        "    ",
        "# c",
        "x = 1",
        "%%bash",
        "é",
    ]
)


@settings(max_examples=300, deadline=None)
@given(text=st.lists(PIECES, max_size=20).map("".join) | st.text(max_size=60))
def test_any_text_keeps_its_lines(text: str) -> None:
    assert without_magics(text).count("\n") == text.count("\n")
    found = body(text)
    assert found is None or found.count("\n") == text.count("\n")
