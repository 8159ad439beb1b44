# ruff: noqa: E501 - the code that is read stands as it is written
"""One chain for each choice of the parts: what can serve a framework's call is said for every model that it may be given."""

from __future__ import annotations

from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linter.model.architecture import Attribute, Site, State
from tests.infer.making import catalogue, model_call, sites, words

HEAD = """
import os
from langchain_anthropic import ChatAnthropic
from langchain_core.prompts import PromptTemplate
from langchain_ollama import ChatOllama
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
def make_llm(kind):
    if kind == "openai":
        return ChatOpenAI(model="gpt-4o", timeout=20)
    return ChatAnthropic(model="claude-3-5-haiku-latest", timeout=30)
"""
STORE = """
from langchain_community.vectorstores import FAISS
store = FAISS.load_local("index", OpenAIEmbeddings())
"""
INDEX = """
from llama_index.core import Settings, SimpleDirectoryReader, VectorStoreIndex
from llama_index.llms.ollama import Ollama
from llama_index.llms.openai import OpenAI
index = VectorStoreIndex.from_documents(SimpleDirectoryReader("data").load_data())
"""
CREW = "import os\nfrom crewai import LLM, Agent, Crew, Task\n"


def last_call(source: str) -> Site:
    """The call of a model that stands last."""
    return sites(source, "inference")[-1]


def values(attribute: Attribute) -> set[object]:
    """The values that are known, certain or not."""
    return set(attribute.values)


def pairs(site: Site) -> set[tuple[str, str]]:
    """Who serves the call, and where, on each of its ways."""
    return set(site.served)


# -- a factory that gives one of two models


USES = {
    "the model itself": 'make_llm(kind).invoke("hi")',
    "LLMChain": """
from langchain.chains import LLMChain
LLMChain(llm=make_llm(kind), prompt=PromptTemplate.from_template("{q}")).run(q="hi")""",
    "a pipe": 'chain = PromptTemplate.from_template("{q}") | make_llm(kind)\nchain.invoke({"q": "hi"})',
    "a pipe with a schema": 'chain = PromptTemplate.from_template("{q}") | make_llm(kind).with_structured_output(S)\nchain.invoke({"q": "hi"})',
    "RetrievalQA": f"""{STORE}
from langchain.chains import RetrievalQA
RetrievalQA.from_chain_type(llm=make_llm(kind), retriever=store.as_retriever()).invoke("hi")""",
    "ConversationalRetrievalChain": f"""{STORE}
from langchain.chains import ConversationalRetrievalChain
ConversationalRetrievalChain.from_llm(make_llm(kind), store.as_retriever()).invoke("hi")""",
    "a prebuilt agent": """
from langgraph.prebuilt import create_react_agent
create_react_agent(make_llm(kind), []).invoke({"messages": []})""",
    "an agent and its executor": """
from langchain.agents import AgentExecutor, create_tool_calling_agent
AgentExecutor(agent=create_tool_calling_agent(make_llm(kind), [], prompt), tools=[]).invoke({"input": "hi"})""",
    "an attribute": """
class Service:
    def __init__(self, kind):
        self.llm = make_llm(kind)
    def ask(self, question):
        return self.llm.invoke(question)""",
}  # fmt: skip


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_a_factory_gives_both_models_to_whatever_uses_it(use: str) -> None:
    site = last_call(HEAD + use)
    assert values(site.get("provider")) == {"openai", "anthropic"}
    assert values(site.get("model")) == {"gpt-4o", "claude-3-5-haiku-latest"}
    assert values(site.get("timeout")) == {20, 30}
    assert pairs(site) == {("openai", "external"), ("anthropic", "external")}


@pytest.mark.parametrize(
    "llm",
    [
        'ChatOpenAI(model="gpt-4o") if wanted else ChatOllama(model="llama3")',
        '{"big": ChatOpenAI(model="gpt-4o"), "small": ChatOllama(model="llama3")}[kind]',
        'local() or ChatOpenAI(model="gpt-4o")',
        "pick(kind)",
        "MODELS[kind]()",
    ],
)
def test_each_way_keeps_its_own_hosting(llm: str) -> None:
    """A vendor's model that runs at home, or an open one at the vendor's: no such way exists."""
    site = last_call(
        HEAD
        + "def local():\n    return ChatOllama(model='llama3')\n"
        + "def big():\n    return ChatOpenAI(model='gpt-4o')\n"
        + "def pick(kind):\n    if kind == 'a':\n        llm = big()\n    else:\n        llm = local()\n    return llm\n"
        + "MODELS = {'a': big, 'b': local}\n"
        + f'(PromptTemplate.from_template("{{q}}") | ({llm})).invoke({{"q": "hi"}})\n'
    )
    assert pairs(site) == {("openai", "external"), ("ollama", "self-hosted")}
    assert values(site.get("model")) == {"gpt-4o", "llama3"}


@pytest.mark.parametrize("other", ["llm", "make(kind)", "models[kind]", "kind.llm"])
@pytest.mark.parametrize(
    "use",
    [
        'one.invoke("hi")',
        '(PromptTemplate.from_template("{q}") | one).invoke({"q": "hi"})',
        "LLMChain(llm=one, prompt=p).run(q='hi')",
        "create_react_agent(one, []).invoke({})",
    ],
)
def test_a_known_model_beside_an_unknown_one_is_only_possible(use: str, other: str) -> None:
    site = last_call(f"""{HEAD}
from langchain.chains import LLMChain
from langgraph.prebuilt import create_react_agent
def run(kind, p, llm, models):
    one = {other} if kind else ChatOllama(model="llama3")
    return {use}
""")
    assert words(site.get("provider")) == "~ollama"
    assert words(site.get("hosting")) == "~self-hosted"
    assert words(site.get("model")) == "~llama3"


def test_a_limit_that_one_of_two_models_has_is_no_certain_limit() -> None:
    site = last_call(
        HEAD
        + """
llm = ChatOpenAI(model="gpt-4o", max_tokens=300) if big else ChatOpenAI(model="gpt-4o")
(PromptTemplate.from_template("{q}") | llm).invoke({"q": "hi"})
"""
    )
    assert words(site.get("max_output")) == "~300"


def test_more_combinations_than_can_be_followed_are_a_doubt() -> None:
    """Two agents with seven models each: what is cut off is said to be open."""
    models = [f'ChatOpenAI(model="m{n}")' for n in range(20)]
    site = last_call(
        HEAD
        + "from langgraph.prebuilt import create_react_agent\n"
        + f"MODELS = [{', '.join(models)}]\n"
        + 'create_react_agent(MODELS[which], []).invoke({"messages": []})\n'
    )
    assert site.get("model").state in (State.PARTIAL, State.UNKNOWN)


# -- teams


def crew(*agents: str, more: str = "") -> str:
    return f"{CREW}def run(other=None, llm=None):\n    return Crew(agents=[{', '.join(agents)}], tasks=[]{more}).kickoff()\n"


LLAMA = 'Agent(role="a", llm=LLM(model="ollama/llama3"))'
TEAMS = {
    "two objects": (LLAMA, 'Agent(role="b", llm=LLM(model="openai/gpt-4o"))'),
    "an object and a name": (LLAMA, 'Agent(role="b", llm="openai/gpt-4o")'),
    "two names": ('Agent(role="a", llm="ollama/llama3")', 'Agent(role="b", llm="openai/gpt-4o")'),
    "a name without a keyword": (LLAMA, 'Agent(role="b", llm=LLM("openai/gpt-4o"))'),
}


@pytest.mark.parametrize("agents", TEAMS.values(), ids=TEAMS)
def test_the_models_of_a_team_join(agents: tuple[str, ...]) -> None:
    for order in (agents, agents[::-1]):
        site = model_call(crew(*order))
        assert pairs(site) == {("ollama", "self-hosted"), ("openai", "external")}
        assert values(site.get("model")) == {"ollama/llama3", "openai/gpt-4o"}


def test_a_member_without_a_model_takes_the_default_of_the_framework() -> None:
    site = model_call(crew(LLAMA, 'Agent(role="b")'))
    assert values(site.get("hosting")) == {"self-hosted", "external"}
    assert values(site.get("provider")) == {"ollama", "openai"}


@pytest.mark.parametrize(
    ("member", "because"),
    [
        ('Agent(role="b", llm=os.environ["MODEL"])', "environment variable MODEL"),
        ('Agent(role="b", llm=llm)', "parameter llm"),
        ("other", "parameter other"),
        ("build_agent()", "build_agent"),
    ],
)
def test_a_member_that_is_not_known_keeps_the_team_open(member: str, because: str) -> None:
    site = model_call(crew(LLAMA, member))
    assert words(site.get("hosting")) == "~self-hosted"
    assert because in (site.get("hosting").because or "")


def test_a_list_that_grows_is_the_whole_team() -> None:
    site = model_call(f"""{CREW}
agents = [{LLAMA}]
if cloud:
    agents.append(Agent(role="b", llm=LLM(model="openai/gpt-4o")))
Crew(agents=agents, tasks=[]).kickoff()
""")
    assert pairs(site) == {("ollama", "self-hosted"), ("openai", "external")}


def test_a_manager_works_beside_its_team() -> None:
    site = model_call(crew(LLAMA, more=', manager_llm=LLM(model="openai/gpt-4o")'))
    assert pairs(site) == {("ollama", "self-hosted"), ("openai", "external")}


MANAGED = {
    "a supervisor": """
from langchain_ollama import ChatOllama
from langchain_openai import ChatOpenAI
from langgraph.prebuilt import create_react_agent
from langgraph_supervisor import create_supervisor
agent = create_react_agent(ChatOllama(model="llama3"), [], name="a")
create_supervisor([agent], model=ChatOpenAI(model="gpt-4o")).compile().invoke({"messages": []})
""",
    "agents that an agent manages": """
from smolagents import CodeAgent, LiteLLMModel
inner = CodeAgent(tools=[], model=LiteLLMModel(model_id="ollama/llama3"), name="inner")
CodeAgent(tools=[], model=LiteLLMModel(model_id="gpt-4o"), managed_agents=[inner]).run("hi")
""",
    "the members of a team with a model": """
from agno.agent import Agent
from agno.models.ollama import Ollama
from agno.models.openai import OpenAIChat
from agno.team import Team
Team(members=[Agent(model=Ollama(id="llama3"))], model=OpenAIChat(id="gpt-4o")).run("hi")
""",
}


@pytest.mark.parametrize("code", MANAGED.values(), ids=MANAGED)
def test_who_manages_does_not_hide_whom_it_manages(code: str) -> None:
    assert values(last_call(code).get("hosting")) == {"external", "self-hosted"}


def test_an_agent_that_may_hand_over_asks_the_other_ones_model_too() -> None:
    site = model_call("""
        from agents import Agent, Runner
        expert = Agent(name="expert", model="o1")
        front = Agent(name="front", model="gpt-4o", handoffs=[expert])
        Runner.run_sync(front, "hi")
    """)
    assert values(site.get("model")) == {"gpt-4o", "o1"}


def test_a_team_of_which_all_have_the_same_model_has_one() -> None:
    site = model_call(crew(LLAMA, LLAMA.replace('"a"', '"b"')))
    assert words(site.get("model")) == "ollama/llama3"
    assert words(site.get("hosting")) == "self-hosted"


def test_a_team_of_a_framework_without_names() -> None:
    site = model_call("""
        from autogen_agentchat.agents import AssistantAgent
        from autogen_agentchat.teams import RoundRobinGroupChat
        from autogen_ext.models.ollama import OllamaChatCompletionClient
        from autogen_ext.models.openai import OpenAIChatCompletionClient
        a = AssistantAgent("a", model_client=OpenAIChatCompletionClient(model="gpt-4o"))
        b = AssistantAgent("b", model_client=OllamaChatCompletionClient(model="llama3"))
        async def main():
            await RoundRobinGroupChat([a, b]).run(task="hi")
    """)
    assert pairs(site) == {("openai", "external"), ("ollama", "self-hosted")}


# -- what is nearer hides what is farther


def test_what_a_call_is_given_hides_what_its_object_was_given() -> None:
    site = model_call("""
        from pydantic_ai import Agent
        Agent("openai:gpt-4o").run_sync("hi", model="anthropic:claude-3-5-haiku-latest")
    """)
    assert words(site.get("provider")) == "anthropic"
    assert words(site.get("model")) == "anthropic:claude-3-5-haiku-latest"


def test_what_an_engine_is_given_hides_the_global() -> None:
    given, left = sites(
        INDEX
        + 'Settings.llm = OpenAI(model="gpt-4o")\n'
        + 'index.as_query_engine(llm=Ollama(model="llama3")).query("q")\n'
        + 'index.as_query_engine().query("q")\n',
        "inference",
    )
    assert (words(given.get("provider")), words(given.get("model"))) == ("ollama", "llama3")
    assert (words(left.get("provider")), words(left.get("model"))) == ("openai", "gpt-4o")


def test_a_nearer_argument_that_is_empty_hides_nothing() -> None:
    site = last_call(INDEX + 'Settings.llm = Ollama(model="llama3")\nindex.as_query_engine(llm=None).query("q")\n')
    assert words(site.get("provider")) == "ollama"
    assert words(site.get("model")) == "llama3"


def test_a_nearer_argument_that_is_not_known_does_not_leave_the_farther_one_certain() -> None:
    site = last_call(
        INDEX + 'Settings.llm = Ollama(model="llama3")\ndef ask(llm):\n    return index.as_query_engine(llm=llm).query("q")\n'
    )
    assert site.get("hosting").state in (State.UNKNOWN, State.PARTIAL)
    assert "parameter llm" in (site.get("hosting").because or "")


# -- a part that is not known


OPEN_PARTS = {
    "LLMChain": "from langchain.chains import LLMChain\nLLMChain(llm={llm}, prompt=p).run(q='hi')",
    "a prebuilt agent": "from langgraph.prebuilt import create_react_agent\ncreate_react_agent({llm}, []).invoke({{}})",
    "an engine": "from llama_index.core import VectorStoreIndex\nVectorStoreIndex.from_documents(d).as_query_engine(llm={llm}).query('q')",
    "a crew": "from crewai import Agent, Crew\nCrew(agents=[Agent(role='a', llm={llm})], tasks=[]).kickoff()",
    "an agent of pydantic": "from pydantic_ai import Agent\nAgent({llm}).run_sync('hi')",
}  # fmt: skip


@pytest.mark.parametrize("use", OPEN_PARTS.values(), ids=OPEN_PARTS)
@pytest.mark.parametrize(
    ("llm", "because"), [("llm", "the parameter llm of app.run"), ("factory(1)", "factory"), ("self_.llm", "self_")]
)
def test_a_part_that_is_not_known_gives_unknown_and_the_reason(use: str, llm: str, because: str) -> None:
    lines = "\n".join("    " + line for line in use.format(llm=llm).split("\n"))
    site = last_call(f"from langchain_core.prompts import PromptTemplate\ndef run(llm, factory, self_, p, d):\n{lines}\n")
    for name in ("provider", "hosting", "model"):
        assert site.get(name).state is State.UNKNOWN
        assert because in (site.get(name).because or "")


# -- what holds when nothing is given


def test_the_default_of_a_framework_holds_only_when_nothing_is_given() -> None:
    site = last_call(INDEX + 'index.as_query_engine().query("q")\n')
    assert (words(site.get("provider")), words(site.get("hosting"))) == ("openai", "external")
    assert words(site.get("model")) == "unset"


SET_ONCE = {
    "at the top": 'Settings.llm = Ollama(model="llama3")',
    "in a function": 'def setup():\n    Settings.llm = Ollama(model="llama3")\nsetup()',
    "through the module": 'import llama_index.core\nllama_index.core.Settings.llm = Ollama(model="llama3")',
    "from a variable": 'llm = Ollama(model="llama3")\nSettings.llm = llm',
    "after the index": 'engine = index.as_query_engine()\nSettings.llm = Ollama(model="llama3")',
}


@pytest.mark.parametrize("code", SET_ONCE.values(), ids=SET_ONCE)
def test_a_global_stands_in_for_what_is_not_given(code: str) -> None:
    site = last_call(f'{INDEX}{code}\nindex.as_query_engine().query("q")\n')
    assert (words(site.get("provider")), words(site.get("hosting"))) == ("ollama", "self-hosted")
    assert words(site.get("model")) == "llama3"


def test_a_global_that_another_module_sets() -> None:
    files = {
        "settings.py": "from llama_index.core import Settings\nfrom llama_index.llms.ollama import Ollama\n"
        'def setup():\n    Settings.llm = Ollama(model="llama3")\n',
        "app.py": "from llama_index.core import VectorStoreIndex\nfrom settings import setup\nsetup()\n"
        'VectorStoreIndex.from_documents(docs).as_query_engine().query("q")\n',
    }
    assert words(model_call(files).get("provider")) == "ollama"


SET_TWICE = {
    "one of two": 'Settings.llm = OpenAI(model="gpt-4o") if cloud else Ollama(model="llama3")',
    "in two branches": ('if cloud:\n    Settings.llm = OpenAI(model="gpt-4o")\nelse:\n    Settings.llm = Ollama(model="llama3")'),
    "in two functions": (
        'def a():\n    Settings.llm = OpenAI(model="gpt-4o")\ndef b():\n    Settings.llm = Ollama(model="llama3")'
    ),
}


@pytest.mark.parametrize("code", SET_TWICE.values(), ids=SET_TWICE)
def test_a_global_that_is_set_in_two_ways_gives_both(code: str) -> None:
    site = last_call(f'{INDEX}{code}\nindex.as_query_engine().query("q")\n')
    assert pairs(site) == {("openai", "external"), ("ollama", "self-hosted")}
    assert values(site.get("model")) == {"gpt-4o", "llama3"}


@pytest.mark.parametrize(
    ("code", "because"),
    [
        ("Settings.llm = make_llm()", "make_llm"),
        ("def setup(llm):\n    Settings.llm = llm", "parameter llm"),
        ("Settings.llm = resolve_llm(os.environ['MODEL'])", "resolve_llm"),
    ],
)
def test_a_global_that_is_not_known_is_not_the_default(code: str, because: str) -> None:
    site = last_call(f'import os\n{INDEX}{code}\nindex.as_query_engine().query("q")\n')
    assert site.get("hosting").state is State.UNKNOWN
    assert because in (site.get("hosting").because or "")


def test_a_global_that_is_set_to_a_known_or_an_unknown_model_is_partial() -> None:
    site = last_call(
        INDEX
        + 'def setup(llm):\n    if llm:\n        Settings.llm = llm\n    else:\n        Settings.llm = Ollama(model="llama3")\n'
        + 'index.as_query_engine().query("q")\n'
    )
    assert words(site.get("hosting")) == "~self-hosted"


DSPY = 'import dspy\n{code}\nqa = dspy.ChainOfThought("question -> answer")\nqa(question="hi")\n'


@pytest.mark.parametrize(
    "code",
    [
        'dspy.configure(lm=dspy.LM("ollama_chat/llama3"))',
        'dspy.settings.configure(lm=dspy.LM("ollama_chat/llama3"))',
        'lm = dspy.LM("ollama_chat/llama3")\ndspy.configure(lm=lm)',
        'def setup():\n    dspy.configure(lm=dspy.LM("ollama_chat/llama3"))',
    ],
)
def test_a_call_can_set_the_global(code: str) -> None:
    site = model_call(DSPY.format(code=code))
    assert words(site.get("model")) == "ollama_chat/llama3"
    assert words(site.get("hosting")) == "self-hosted"


def test_a_global_that_a_call_sets_in_two_ways() -> None:
    site = model_call(
        DSPY.format(code='dspy.configure(lm=dspy.LM("openai/gpt-4o") if cloud else dspy.LM("anthropic/claude-3-haiku-20240307"))')
    )
    assert values(site.get("provider")) == {"openai", "anthropic"}


def test_a_global_that_a_call_sets_to_something_unknown_says_what() -> None:
    site = model_call(DSPY.format(code="def setup(lm):\n    dspy.configure(lm=lm)"))
    assert site.get("provider").state is State.UNKNOWN
    assert "parameter lm" in (site.get("provider").because or "")


@pytest.mark.parametrize(
    "code",
    [
        'with dspy.context(lm=dspy.LM("ollama_chat/llama3")):\n    qa(question="hi")',
        'qa.set_lm(dspy.LM("ollama_chat/llama3"))\nqa(question="hi")',
    ],
)
def test_a_model_for_one_place_stands_over_the_global(code: str) -> None:
    site = model_call(f'import dspy\ndspy.configure(lm=dspy.LM("openai/gpt-4o"))\nqa = dspy.Predict("q -> a")\n{code}\n')
    assert "self-hosted" in site.get("hosting").values or site.get("hosting").state is not State.KNOWN


# -- what is beside the model


BESIDE = {
    "a reranker of an engine": (
        INDEX
        + "from llama_index.postprocessor.cohere_rerank import CohereRerank\n"
        + 'index.as_query_engine(llm=Ollama(model="llama3"), node_postprocessors=[CohereRerank(top_n=3)]).query("q")\n'
    ),
    "a reranker of a retriever": (
        HEAD
        + STORE
        + """
from langchain.chains import RetrievalQA
from langchain.retrievers import ContextualCompressionRetriever
from langchain_cohere import CohereRerank
retriever = ContextualCompressionRetriever(base_compressor=CohereRerank(), base_retriever=store.as_retriever())
RetrievalQA.from_chain_type(llm=ChatOllama(model="llama3"), retriever=retriever).invoke("q")
"""
    ),
    "a tracer of a call": (
        HEAD
        + """
from langfuse.callback import CallbackHandler
chain = PromptTemplate.from_template("{q}") | ChatOllama(model="llama3")
chain.invoke({"q": "hi"}, config={"callbacks": [CallbackHandler()]})
"""
    ),
    "a component of a pipeline": """
from haystack import Pipeline
from haystack_integrations.components.connectors.langfuse import LangfuseConnector
from haystack_integrations.components.generators.ollama import OllamaChatGenerator
from haystack_integrations.components.rankers.cohere import CohereRanker
pipeline = Pipeline()
pipeline.add_component("tracer", LangfuseConnector("chat"))
pipeline.add_component("ranker", CohereRanker())
pipeline.add_component("llm", OllamaChatGenerator(model="llama3"))
pipeline.run({"llm": {"messages": []}})
""",
    "an external store": (
        HEAD
        + """
from langchain.chains import RetrievalQA
from langchain_pinecone import PineconeVectorStore
store = PineconeVectorStore(index_name="a", embedding=OpenAIEmbeddings())
RetrievalQA.from_chain_type(llm=ChatOllama(model="llama3"), retriever=store.as_retriever()).invoke("q")
"""
    ),
}


@pytest.mark.parametrize("code", BESIDE.values(), ids=BESIDE)
def test_what_only_stands_beside_the_model_never_serves_it(code: str) -> None:
    site = last_call(code)
    assert (words(site.get("provider")), words(site.get("hosting"))) == ("ollama", "self-hosted")
    assert words(site.get("model")) == "llama3"


@pytest.mark.parametrize("code", BESIDE.values(), ids=BESIDE)
def test_without_a_model_of_its_own_a_pipeline_is_not_served_by_what_stands_beside(code: str) -> None:
    """With a model that nobody knows the answer is open, not the reranker's."""
    opened = dedent(code).replace('Ollama(model="llama3")', "llm_of(x)").replace('ChatOllama(model="llama3")', "llm_of(x)")
    opened = opened.replace('OllamaChatGenerator(model="llama3")', "llm_of(x)").replace("Chatllm_of", "llm_of")
    for site in sites(opened, "inference"):
        assert not {"cohere", "langfuse", "pinecone"} & values(site.get("provider"))


# -- always


LLMS = {
    'ChatOpenAI(model="gpt-4o")': ("openai", "external", "gpt-4o"),
    'ChatAnthropic(model="claude-3-5-haiku-latest")': ("anthropic", "external", "claude-3-5-haiku-latest"),
    'ChatOllama(model="llama3")': ("ollama", "self-hosted", "llama3"),
    'ChatOpenAI(model="qwen", base_url="http://localhost:8000/v1")': ("local", "self-hosted", "qwen"),
}
WRAPS = (
    'PromptTemplate.from_template("{{q}}") | {llm}',
    "create_react_agent({llm}, [])",
    "LLMChain(llm={llm}, prompt=prompt)",
)


@settings(max_examples=40)
@given(
    chosen=st.lists(st.sampled_from(sorted(LLMS)), min_size=1, max_size=4, unique=True),
    wrap=st.sampled_from(WRAPS),
    in_a_function=st.booleans(),
)
def test_whatever_models_there_are_to_choose_from_each_has_its_way(chosen: list[str], wrap: str, in_a_function: bool) -> None:
    catalogue()
    choice = " if a() else ".join(chosen)
    source = HEAD + "from langchain.chains import LLMChain\nfrom langgraph.prebuilt import create_react_agent\n"
    if in_a_function:
        source += f"def choose():\n    return {choice}\nthing = {wrap.format(llm='choose()')}\n"
    else:
        source += f"thing = {wrap.format(llm=f'({choice})')}\n"
    site = last_call(source + 'thing.invoke({"q": "hi"})\n')
    assert pairs(site) == {LLMS[one][:2] for one in chosen}
    assert values(site.get("model")) == {LLMS[one][2] for one in chosen}
    assert all(site.get(name).state is State.KNOWN for name in ("provider", "hosting", "model"))


@pytest.mark.parametrize(
    "settings",
    [
        "set_global_service_context(ServiceContext.from_defaults(llm=Anthropic(model='claude-2')))",
        "llama_index.global_service_context = ServiceContext.from_defaults(llm=Anthropic(model='claude-2'))",
    ],
)
def test_settings_that_are_set_for_all_as_one_object_name_the_model(settings: str) -> None:
    source = f"""
        import llama_index
        from llama_index import ServiceContext, VectorStoreIndex, set_global_service_context
        from llama_index.llms import Anthropic

        {settings}

        def ask(documents, question):
            return VectorStoreIndex.from_documents(documents).as_query_engine().query(question)
    """
    (asked,) = sites(source, "inference")
    assert (asked.get("provider").values, asked.get("model").values) == (("anthropic",), ("claude-2",))


def test_parts_that_stand_in_a_dictionary_are_parts() -> None:
    source = """
        from llama_index.core.evaluation import BatchEvalRunner, FaithfulnessEvaluator
        from llama_index.llms.openai import OpenAI

        judges = BatchEvalRunner({"faithful": FaithfulnessEvaluator(llm=OpenAI(model="gpt-4o"))}, workers=8)

        async def judge(engine, questions):
            return await judges.aevaluate_queries(engine, queries=questions)
    """
    (asked,) = sites(source, "inference")
    assert (asked.get("provider").values, asked.get("model").values) == (("openai",), ("gpt-4o",))
