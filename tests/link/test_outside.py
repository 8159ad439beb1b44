# ruff: noqa: E501 - the code that is read stands as it is written
"""What decorators of frameworks put into the objects of the classes that carry them, and constants of SDKs."""

from __future__ import annotations

from textwrap import dedent

import pytest

from linter.link.outside import Outside
from tests.link.making import trace

FRAMEWORK = Outside(
    collects={"crew.project.agent": "agents", "crew.project.task": "tasks"},
    loads={"crew.project.CrewBase": {"agents_config": "config/agents.yaml", "tasks_config": "config/tasks.yaml"}},
    constants={"sdk.URL": "https://api.sdk.example/v1", "sdk.models.Names.BIG": "big-1", "sdk.LIMIT": 300},
)
AGENTS = "researcher:\n  role: reads\n  llm: gpt-4o\nwriter:\n  role: writes\n"


def read(source: str, expression: str, path: str = "app/crew.py", **files: str) -> str:
    """The last occurrence of an expression in a module, beside data files (`config__agents` is `app/config/agents.yaml`)."""
    given = {f"app/{name.replace('__', '/')}.yaml": text for name, text in files.items()}
    return trace({path: dedent(source), **given}, path, expression, outside=FRAMEWORK)


# -- what is collected


CREW = """
from crew.project import CrewBase, agent, task, crew
@CrewBase
class Crew:
    @agent
    def first(self):
        return "a"
    @agent
    def second(self):
        return "b"
    @task
    def only(self):
        return "t"
    def helper(self):
        return "h"
    @crew
    def run(self):
        use(self.agents, self.tasks)
"""


def test_an_attribute_holds_what_the_decorated_methods_return() -> None:
    assert read(CREW, "self.agents") == "['a', 'b']"
    assert read(CREW, "self.tasks") == "['t']"


@pytest.mark.parametrize(
    ("mark", "imported"),
    [
        ("@agent", "from crew.project import CrewBase, agent"),
        ("@agent()", "from crew.project import CrewBase, agent"),
        ("@worker", "from crew.project import CrewBase, agent as worker"),
        ("@project.agent", "from crew import project\nfrom crew.project import CrewBase"),
        ("@crew.project.agent", "import crew.project\nfrom crew.project import CrewBase"),
        ("@cached\n    @agent", "from functools import cache as cached\nfrom crew.project import CrewBase, agent"),
    ],
)
def test_the_decorator_is_known_under_any_name(mark: str, imported: str) -> None:
    source = f"{imported}\n@CrewBase\nclass Crew:\n    {mark}\n    def first(self):\n        return 'a'\n    def run(self):\n        use(self.agents)\n"
    assert read(source, "self.agents") == "['a']"


def test_a_decorator_of_the_same_name_from_elsewhere_collects_nothing() -> None:
    source = CREW.replace("from crew.project import", "from other.project import")
    assert "'a'" not in read(source, "self.agents")


def test_an_object_of_the_class_has_them_too() -> None:
    assert read(f"{CREW}\nuse(Crew().agents)\n", "Crew().agents") == "['a', 'b']"


def test_methods_of_a_base_are_collected() -> None:
    source = """
        from crew.project import CrewBase, agent
        class Base:
            @agent
            def first(self):
                return "a"
        @CrewBase
        class Crew(Base):
            @agent
            def second(self):
                return "b"
            def run(self):
                use(self.agents)
    """
    found = read(source, "self.agents")
    assert set(found.strip("[]").split(", ")) == {"'a'", "'b'"}


def test_a_method_that_overrides_another_takes_its_place() -> None:
    source = """
        from crew.project import CrewBase, agent
        class Base:
            @agent
            def first(self):
                return "a"
        @CrewBase
        class Crew(Base):
            @agent
            def first(self):
                return "b"
            def run(self):
                use(self.agents)
    """
    assert read(source, "self.agents") == "['b']"


def test_what_the_class_puts_there_itself_counts() -> None:
    source = CREW.replace(
        "    @agent\n    def first", "    def __init__(self):\n        self.agents = ['own']\n    @agent\n    def first"
    )
    assert read(source, "self.agents") == "['own']"


def test_each_of_two_values_that_a_method_returns() -> None:
    source = CREW.replace('        return "a"', '        if fast:\n            return "a"\n        return "c"')
    assert read(source, "self.agents") == "['a' | 'c', 'b']"


def test_nothing_is_collected_where_no_method_is_marked() -> None:
    source = "from crew.project import CrewBase\n@CrewBase\nclass Crew:\n    def run(self):\n        use(self.agents)\n"
    assert read(source, "self.agents") == "an app.crew.Crew.agents"


# -- what is loaded


LOADING = """
from crew.project import CrewBase, agent
@CrewBase
class Crew:
    {attribute}
    @agent
    def first(self):
        use(self.agents_config["researcher"]["llm"], self.agents_config["writer"].get("llm", "none"))
"""
LLM = 'self.agents_config["researcher"]["llm"]'


def test_an_attribute_that_names_a_file_holds_its_content() -> None:
    source = LOADING.format(attribute='agents_config = "conf/people.yaml"')
    assert read(source, LLM, conf__people=AGENTS) == "'gpt-4o'"


def test_without_the_attribute_the_file_has_its_usual_name() -> None:
    source = LOADING.format(attribute="pass")
    assert read(source, LLM, config__agents=AGENTS) == "'gpt-4o'"


def test_what_the_file_does_not_say_is_left_out() -> None:
    source = LOADING.format(attribute="pass")
    expression = 'self.agents_config["writer"].get("llm", "none")'
    assert read(source, expression, config__agents=AGENTS) == "'none'"


def test_the_named_file_counts_even_beside_the_usual_one() -> None:
    source = LOADING.format(attribute='agents_config = "conf/people.yaml"')
    other = "researcher:\n  llm: o1\nwriter: {}\n"
    assert read(source, LLM, conf__people=AGENTS, config__agents=other) == "'gpt-4o'"


def test_a_class_without_the_decorator_only_has_the_path() -> None:
    source = LOADING.format(attribute='agents_config = "conf/people.yaml"').replace("@CrewBase", "@dataclass")
    assert "'gpt-4o'" not in read(source, LLM, conf__people=AGENTS)


def test_a_file_that_is_not_there_is_not_known() -> None:
    found = read(LOADING.format(attribute="pass"), LLM)
    assert "'" not in found.replace("['researcher']", "").replace("['llm']", "")


@pytest.mark.parametrize("attribute", ["agents_config = os.environ['AGENTS']", "agents_config = path_of('agents')"])
def test_a_path_that_is_not_known_is_not_the_usual_one(attribute: str) -> None:
    found = read("import os\n" + LOADING.format(attribute=attribute), LLM, config__agents=AGENTS)
    assert found != "'gpt-4o'"


def test_a_variable_inside_of_the_file() -> None:
    source = LOADING.format(attribute="pass")
    assert read(source, LLM, config__agents=AGENTS.replace("gpt-4o", "${MODEL:gpt-4o}")) == "env MODEL or 'gpt-4o'"


def test_the_file_beside_the_class_is_meant() -> None:
    files = {
        "a/crew.py": dedent(LOADING.format(attribute="pass")),
        "a/config/agents.yaml": AGENTS,
        "b/config/agents.yaml": AGENTS.replace("gpt-4o", "o1"),
    }
    assert trace(files, "a/crew.py", LLM, outside=FRAMEWORK) == "'gpt-4o'"


def test_a_subclass_loads_the_file_of_its_base() -> None:
    source = (
        LOADING.format(attribute='agents_config = "conf/people.yaml"')
        + "class Other(Crew):\n    pass\nuse(Other().agents_config)\n"
    )
    assert "'gpt-4o'" in read(source, "Other().agents_config", conf__people=AGENTS)


# -- constants


@pytest.mark.parametrize(
    ("source", "expression", "value"),
    [
        ("from sdk import URL\nuse(URL)", "URL", "'https://api.sdk.example/v1'"),
        ("from sdk import URL as BASE\nuse(BASE)", "BASE", "'https://api.sdk.example/v1'"),
        ("import sdk\nuse(sdk.URL)", "sdk.URL", "'https://api.sdk.example/v1'"),
        ("import sdk as s\nuse(s.URL)", "s.URL", "'https://api.sdk.example/v1'"),
        ("from sdk.models import Names\nuse(Names.BIG)", "Names.BIG", "'big-1'"),
        ("import sdk.models\nuse(sdk.models.Names.BIG)", "sdk.models.Names.BIG", "'big-1'"),
        ("from sdk import LIMIT\nuse(LIMIT)", "LIMIT", "300"),
        ("import sdk\nuse(sdk.URL + '/chat')", "sdk.URL + '/chat'", "'https://api.sdk.example/v1/chat'"),
        ("import sdk\nuse(f'{sdk.URL}/chat')", "f'{sdk.URL}/chat'", "'https://api.sdk.example/v1/chat'"),
        ("import sdk\nuse(getattr(sdk, 'URL'))", "getattr(sdk, 'URL')", "'https://api.sdk.example/v1'"),
        ("from sdk import URL\ndef ask(url=URL):\n    use(url)\nask()", "url", "'https://api.sdk.example/v1'"),
        ("from sdk import OTHER\nuse(OTHER)", "OTHER", "sdk.OTHER"),
        ("from elsewhere import URL\nuse(URL)", "URL", "elsewhere.URL"),
    ],
)  # fmt: skip
def test_a_constant_of_an_sdk_is_its_value(source: str, expression: str, value: str) -> None:
    assert read(source + "\n", expression) == value


def test_a_name_of_ones_own_hides_the_constant() -> None:
    assert read("from sdk import URL\nURL = 'http://localhost'\nuse(URL)\n", "URL") == "'http://localhost'"


def test_a_module_of_ones_own_is_not_the_sdk() -> None:
    files = {"sdk.py": "URL = 'http://localhost'\n", "app.py": "from sdk import URL\nuse(URL)\n"}
    assert trace(files, "app.py", "URL", outside=FRAMEWORK) == "'http://localhost'"
