"""Crews whose agents and tasks a framework collects, and whose models stand in a data file."""

from __future__ import annotations

import pytest

from linter.model.architecture import State
from tests.infer.making import model_call, words

CREW = """
from crewai import LLM, Agent, Crew, Process, Task
from crewai.project import CrewBase, agent, crew, task
@CrewBase
class Research:
    {attribute}
    @agent
    def researcher(self) -> Agent:
        return Agent(config=self.agents_config["researcher"]{researcher})
    @agent
    def writer(self) -> Agent:
        return Agent(config=self.agents_config["writer"]{writer})
    @task
    def report(self) -> Task:
        return Task(config=self.tasks_config["report"])
    @crew
    def crew(self) -> Crew:
        return Crew(agents=self.agents, tasks=self.tasks, process=Process.sequential)
def main():
    Research().crew().kickoff(inputs={{"topic": "claims"}})
"""
TASKS = "report:\n  description: Report on {topic}\n  agent: writer\n"


def files(agents: str = "", researcher: str = "", writer: str = "", attribute: str = "pass") -> dict[str, str]:
    """A crew of two, with `agents.yaml` where its text is given."""
    code = CREW.format(researcher=researcher, writer=writer, attribute=attribute)
    found = {"src/crew.py": code, "src/config/tasks.yaml": TASKS}
    return {**found, "src/config/agents.yaml": agents} if agents else found


def people(researcher: str, writer: str) -> str:
    """`agents.yaml`, with further lines for each."""
    return f"researcher:\n  role: reads\n{researcher}writer:\n  role: writes\n{writer}"


BOTH = {("ollama", "self-hosted"), ("openai", "external")}


def test_the_models_of_all_collected_agents_join() -> None:
    site = model_call(files(people("", ""), ', llm=LLM(model="ollama/llama3")', ', llm=LLM(model="openai/gpt-4o")'))
    assert set(site.served) == BOTH
    assert set(site.get("model").values) == {"ollama/llama3", "openai/gpt-4o"}


@pytest.mark.parametrize("swapped", [False, True])
def test_the_models_may_stand_in_the_data_file(swapped: bool) -> None:
    models = ["  llm: ollama/llama3\n", "  llm: openai/gpt-4o\n"]
    site = model_call(files(people(*(models[::-1] if swapped else models))))
    assert set(site.served) == BOTH
    assert set(site.get("model").values) == {"ollama/llama3", "openai/gpt-4o"}


def test_one_model_for_all_in_the_data_file_is_certain() -> None:
    site = model_call(files(people("  llm: ollama/llama3\n", "  llm: ollama/llama3\n")))
    assert (words(site.get("provider")), words(site.get("hosting"))) == ("ollama", "self-hosted")
    assert words(site.get("model")) == "ollama/llama3"
    evidence = {step.place.file for step in site.get("model").evidence}
    assert "src/config/agents.yaml" in evidence


def test_an_agent_without_a_model_in_the_data_file_takes_the_default() -> None:
    site = model_call(files(people("  llm: ollama/llama3\n", "")))
    assert {"self-hosted", "external"} <= set(site.get("hosting").values)


def test_a_path_of_its_own() -> None:
    given = files(attribute='agents_config = "people/who.yaml"')
    site = model_call({**given, "src/people/who.yaml": people("  llm: ollama/llama3\n", "  llm: ollama/llama3\n")})
    assert words(site.get("model")) == "ollama/llama3"


def test_limits_may_stand_there_too() -> None:
    limits = "  llm: ollama/llama3\n  max_iter: 4\n"
    assert words(model_call(files(people(limits, limits))).get("steps")) == "4"


def test_what_the_code_says_comes_before_the_data_file() -> None:
    given = ', llm=LLM(model="ollama/llama3")'
    site = model_call(files(people("  llm: openai/gpt-4o\n", "  llm: openai/gpt-4o\n"), given, given))
    assert words(site.get("model")) == "ollama/llama3"
    assert words(site.get("hosting")) == "self-hosted"


def test_a_model_that_the_environment_names() -> None:
    site = model_call(files(people("  llm: ${MODEL}\n", "  llm: ${MODEL}\n")))
    assert site.get("model").state is State.UNKNOWN
    assert "environment variable MODEL" in (site.get("model").because or "")


def test_without_the_data_file_the_model_is_not_known() -> None:
    site = model_call(files())
    for name in ("model", "provider", "hosting"):
        assert site.get(name).state is State.UNKNOWN


def test_agents_that_are_called_by_name() -> None:
    given = files(people("  llm: ollama/llama3\n", "  llm: openai/gpt-4o\n"))
    code = given["src/crew.py"].replace("self.agents,", "[self.researcher(), self.writer()],")
    assert set(model_call({**given, "src/crew.py": code}).served) == BOTH


def test_a_collected_agent_with_a_tool_that_searches() -> None:
    given = files(people("", ""), ", tools=[search]")
    tool = (
        "import chromadb\nfrom crewai.tools import tool\n@tool('search')\ndef search(q: str):\n"
        "    return chromadb.PersistentClient('x').get_collection('a').query(query_texts=[q])\n"
    )
    site = model_call({**given, "src/crew.py": tool + given["src/crew.py"]})
    assert words(site.get("rag")) == "True"
