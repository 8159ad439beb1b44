"""Sites in notebooks: cells run in their order, and a function sees what the cells after it leave behind."""

from __future__ import annotations

from typing import Any

import pytest

from linter.extract.task import extract
from linter.infer.build import infer
from linter.link.apart import programs
from linter.model.architecture import Site
from linter.model.catalogue import SiteKind
from tests.infer.making import catalogue, words
from tests.notebooks import notebook

OPENAI = "from openai import OpenAI\nclient = OpenAI()\n"
ASK = "client.chat.completions.create(model=model, messages=[])"


def calls(*cells: str | dict[str, Any], **modules: str) -> list[Site]:
    """The calls of models in a notebook that stands beside some modules."""
    sources = {f"{name}.py": source.encode() for name, source in modules.items()}
    return in_files({"research/nb.ipynb": notebook(*cells), **sources})


def in_files(sources: dict[str, bytes]) -> list[Site]:
    """The calls of models in notebooks and modules."""
    facts = [one for path, source in sources.items() for read in [extract(path, source)] for one in (read, *read.modules)]
    assert [one.problems for one in facts if one.problems] == []
    program, *beside = programs(facts, external=catalogue().import_names)
    found = infer(program, catalogue(), beside=beside)
    return [site for site in found.sites if site.kind is SiteKind.INFERENCE]


def models(*cells: str, **modules: str) -> list[str]:
    """Cell and line of each call, and its model in words."""
    return [f"[{s.place.cell}]:{s.place.line} {words(s.get('model'))}" for s in calls(*cells, **modules)]


def test_a_place_has_the_cell_and_the_line_in_it() -> None:
    (site,) = calls("%pip install openai", OPENAI, "# ask\nclient.chat.completions.create(\n    model='gpt-4o', messages=[])")
    assert str(site.place) == "research/nb.ipynb[cell 2]:2"
    assert (site.place.end_line, site.place.end_column) == (3, 33)
    assert site.id == "research/nb.ipynb[cell 2]:2:1:inference"
    assert site.client is not None
    assert str(site.client) == "research/nb.ipynb[cell 1]:2"


def test_two_cells_with_a_call_in_the_same_line_are_two_sites() -> None:
    found = calls(OPENAI + "model = 'gpt-4o'", ASK, ASK)
    assert len({site.id for site in found}) == 2


def test_sites_stand_in_the_order_of_cells() -> None:
    long = "\n" * 20 + ASK
    assert [site.place.cell for site in calls(OPENAI + "model = 'gpt-4o'", long, ASK)] == [1, 2]


def test_a_cell_sees_what_those_before_it_have_set() -> None:
    assert models(OPENAI, "model = 'gpt-4o'", ASK, "model = 'o1'", ASK) == ["[2]:1 gpt-4o", "[4]:1 o1"]


class TestFunctions:
    DEFINED = f"def ask():\n    return {ASK}"

    def test_a_name_that_is_set_once_is_known(self) -> None:
        assert models(OPENAI, self.DEFINED, "model = 'gpt-4o'", "ask()") == ["[1]:2 gpt-4o"]

    def test_a_name_that_is_set_again_later_has_both_values(self) -> None:
        assert models(OPENAI, "model = 'gpt-4o'", self.DEFINED, "ask()", "model = 'o1'", "ask()") == ["[2]:2 gpt-4o|o1"]

    def test_one_that_is_only_called_sees_what_is_there_where_it_is_called(self) -> None:
        other = f"def other():\n    return {ASK}"
        cells = (OPENAI, "model = 'gpt-4o'", f"{self.DEFINED}\nask()", "model = 'o1'", other, "other()", "model = 'o3'")
        assert models(*cells) == ["[2]:2 gpt-4o", "[4]:2 o1"]

    def test_one_that_is_handed_on_may_be_called_later(self) -> None:
        cells = (
            "import gradio as gr",
            OPENAI,
            "model = 'gpt-4o'",
            f"{self.DEFINED}\ndemo = gr.Interface(ask)\nask()",
            "model = 'o1'",
        )
        assert models(*cells) == ["[3]:2 gpt-4o|o1"]

    def test_one_that_another_function_calls_may_be_called_later(self) -> None:
        cells = (OPENAI, "model = 'gpt-4o'", f"{self.DEFINED}\nask()", "def outer(): return ask()", "model = 'o1'")
        assert models(*cells) == ["[2]:2 gpt-4o|o1"]

    def test_a_method_may_be_called_whenever_there_is_an_object(self) -> None:
        asking = f"class Bot:\n    def ask(self):\n        return {ASK}\nbot = Bot()\nbot.ask()"
        assert models(OPENAI, "model = 'gpt-4o'", asking, "model = 'o1'") == ["[2]:3 gpt-4o|o1"]

    def test_what_was_over_before_the_function_was_written_does_not_count(self) -> None:
        assert models(OPENAI, "model = 'gpt-3.5-turbo'", ASK, "model = 'o1'", self.DEFINED, "ask()")[1] == "[4]:2 o1"

    def test_within_a_cell_the_last_one_counts(self) -> None:
        assert models(OPENAI, f"model = 'gpt-4o'\n{self.DEFINED}\nmodel = 'o1'", "ask()") == ["[1]:3 o1"]

    def test_what_a_cell_decides_is_open(self) -> None:
        assert models(OPENAI, "if big:\n    model = 'gpt-4o'\nelse:\n    model = 'o1'", self.DEFINED) == ["[2]:2 gpt-4o|o1"]


def test_modules_of_the_repository_are_imported() -> None:
    settings = "MODEL = 'gpt-4o'\n"
    assert models(OPENAI, "from settings import MODEL as model", ASK, settings=settings) == ["[2]:1 gpt-4o"]


def test_a_script_that_is_run_leaves_its_names() -> None:
    settings = "MODEL = 'gpt-4o'\n"
    assert models(OPENAI, "%run ../settings.py\nmodel = MODEL", ASK, settings=settings) == ["[2]:1 gpt-4o"]


def test_the_environment_of_the_kernel_decides() -> None:
    (site,) = calls("%env OPENAI_BASE_URL=http://localhost:8000/v1", OPENAI, "model = 'gpt-4o'", ASK)
    assert (words(site.get("endpoint")), words(site.get("hosting"))) == ("http://localhost:8000/v1", "self-hosted")


def test_a_notebook_is_no_module() -> None:
    assert models(OPENAI, "from nb import model", ASK) == ["[2]:1 unknown"]


def test_a_loop_of_cells_is_no_loop() -> None:
    # Somebody may run a cell again and again, but nothing in the notebook says so.
    (site,) = calls(OPENAI, "messages = []\nmodel = 'gpt-4o'", "messages.append({'role': 'user', 'content': 'a'})", ASK)
    assert not site.get("context").values or "unbounded-history" not in site.get("context").values


class TestApart:
    """A notebook has a kernel to itself."""

    QUERY = (
        "from llama_index.core import Settings, VectorStoreIndex\n"
        "from llama_index.llms.openai import OpenAI\n"
        "VectorStoreIndex([]).as_query_engine().query('x')\n"
    )

    def test_what_one_sets_for_a_whole_program_is_not_set_in_another(self) -> None:
        one = notebook(self.QUERY, "Settings.llm = OpenAI(model='gpt-4o')")
        other = notebook(self.QUERY, "Settings.llm = OpenAI(model='o1')")
        found = in_files({"a.ipynb": one, "b.ipynb": other})
        assert [(site.place.file, words(site.get("model"))) for site in found] == [("a.ipynb", "gpt-4o"), ("b.ipynb", "o1")]

    def test_functions_of_the_same_name_are_called_in_their_own(self) -> None:
        ask = OPENAI + f"def ask(model):\n    return {ASK}"
        found = in_files({"a.ipynb": notebook(ask, "ask('gpt-4o')"), "b.ipynb": notebook(ask, "ask('o1')")})
        assert [words(site.get("model")) for site in found] == ["gpt-4o", "o1"]

    def test_a_module_hears_from_the_notebook_that_imports_it(self) -> None:
        ask = OPENAI + f"def ask(model):\n    return {ASK}\n"
        found = in_files({"app.py": ask.encode(), "lab/a.ipynb": notebook("from app import ask", "ask('gpt-4o')")})
        assert [(str(site.place), words(site.get("model"))) for site in found] == [("app.py:4", "gpt-4o")]

    def test_sites_stand_in_the_order_of_files(self) -> None:
        call = OPENAI + "model = 'o1'\n" + ASK
        found = in_files({"z.ipynb": notebook(call), "m.py": call.encode(), "a.ipynb": notebook("import m", call)})
        assert [site.place.file for site in found] == ["a.ipynb", "m.py", "z.ipynb"]


# -- what a notebook runs, and what it writes


SETUP = "from openai import OpenAI\nclient = OpenAI(timeout=5)\nmodel = 'gpt-4o'\n"


@pytest.mark.parametrize(
    "line",
    ["%run ./00-setup.ipynb", "%run 00-setup", "%run '00-setup.ipynb' --fast", "get_ipython().run_line_magic('run', '00-setup')"],
)
def test_a_notebook_that_is_run_leaves_its_names(line: str) -> None:
    sources = {"nb/00-setup.ipynb": notebook(SETUP), "nb/01-ask.ipynb": notebook(line, ASK)}
    assert [(str(s.place), words(s.get("model")), str(s.client)) for s in in_files(sources)] == [
        ("nb/01-ask.ipynb[cell 1]:1", "gpt-4o", "nb/00-setup.ipynb[cell 0]:2")
    ]


def test_a_script_with_any_name_that_is_run_leaves_its_names() -> None:
    sources = {"lib/my-setup.py": SETUP.encode(), "nb/ask.ipynb": notebook("if True:\n    %run ../lib/my-setup.py", ASK)}
    assert [words(site.get("model")) for site in in_files(sources)] == ["gpt-4o"]


def test_notebooks_that_run_each_other_end() -> None:
    sources = {"a.ipynb": notebook("%run b.ipynb", ASK), "b.ipynb": notebook("%run a.ipynb\n%run b.ipynb", SETUP)}
    assert [words(site.get("model")) for site in in_files(sources)] == ["gpt-4o"]


def test_another_notebook_is_none_of_its_business() -> None:
    sources = {"a.ipynb": notebook(SETUP), "b.ipynb": notebook("%run c.ipynb", "model = 'o1'", ASK)}
    assert in_files(sources) == []


AGENT = "%%writefile agent.py\nfrom openai import OpenAI\nclient = OpenAI()\ndef ask(model):\n    return " + ASK


def test_a_module_that_a_cell_writes_has_its_sites_in_the_cell() -> None:
    (site,) = calls("# first", AGENT, "from agent import ask\nask('gpt-4o')")
    assert (str(site.place), words(site.get("model"))) == ("research/nb.ipynb[cell 1]:5", "gpt-4o")
    assert str(site.client) == "research/nb.ipynb[cell 1]:3"


def test_the_names_of_a_written_module_are_not_those_of_the_notebook() -> None:
    own = "from anthropic import Anthropic\nclient = Anthropic()"
    found = calls(own, AGENT, "client.messages.create(model='claude-3-opus-20240229', max_tokens=1, messages=[])")
    assert [(site.place.cell, site.get("provider").values) for site in found] == [(1, ("openai",)), (2, ("anthropic",))]


def test_two_written_modules_find_each_other() -> None:
    names = "%%writefile pkg/names.py\nMODEL = 'gpt-4o'"
    (site,) = calls(names, f"%%file pkg/app.py\nfrom .names import MODEL as model\n{OPENAI}{ASK}")
    assert words(site.get("model")) == "gpt-4o"


@pytest.mark.parametrize(
    "line", ["%%writefile notes.txt", "%%writefile -a agent.py", "%%writefile {name}.py", "%%writefile ../../agent.py"]
)
def test_a_cell_that_is_written_elsewhere_is_not_read(line: str) -> None:
    assert calls(AGENT.replace("%%writefile agent.py", line)) == []
