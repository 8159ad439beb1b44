# ruff: noqa: E501 - the code that is read stands as it is written
"""What an agent's tools find goes into its prompts: rag is true for tools that search, and for no others."""

from __future__ import annotations

import pytest

from linter.model.architecture import State
from tests.infer.making import model_call, sites, words

HEAD = """
import functools
from langchain_community.vectorstores import FAISS
from langchain_core.tools import BaseTool, StructuredTool, Tool, tool
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from langgraph.prebuilt import create_react_agent
store = FAISS.load_local("index", OpenAIEmbeddings())
llm = ChatOpenAI(model="gpt-4o")
"""


def rag(code: str, tools: str) -> str:
    """Whether what is retrieved reaches the prompts of an agent with these tools."""
    site = model_call(f'{HEAD}{code}\ncreate_react_agent(llm, {tools}).invoke({{"messages": []}})\n')
    return words(site.get("rag"))


SEARCH = "def search(q):\n    return store.similarity_search(q)"
SEARCHING = {
    "a function": (SEARCH, "[search]"),
    "a decorated function": (f"@tool\n{SEARCH}", "[search]"),
    "a named one": (f'@tool("kb", return_direct=True)\n{SEARCH}', "[search]"),
    "an asynchronous one": ("@tool\nasync def search(q):\n    return await store.asimilarity_search(q)", "[search]"),
    "a variable": (f"{SEARCH}\nTOOLS = [search]", "TOOLS"),
    "a list that grows": (f"{SEARCH}\nTOOLS = []\nTOOLS.append(search)", "TOOLS"),
    "two lists": (f"{SEARCH}\ndef add(a, b):\n    return a + b", "[add] + [search]"),
    "a function that lists them": (f"{SEARCH}\ndef tools():\n    return [search]", "tools()"),
    "a dictionary of them": (f"{SEARCH}\nTOOLS = {{'kb': search}}", "list(TOOLS.values())"),
    "Tool(func=)": (SEARCH, 'Tool(name="kb", func=search, description="d")'.join("[]")),
    "Tool(coroutine=)": (SEARCH, '[Tool(name="kb", func=None, coroutine=search, description="d")]'),
    "Tool by position": (SEARCH, '[Tool("kb", search, "d")]'),
    "Tool.from_function": (SEARCH, '[Tool.from_function(search, "kb", "d")]'),
    "StructuredTool": (SEARCH, "[StructuredTool.from_function(func=search)]"),
    "tool() as a function": (SEARCH, "[tool(search)]"),
    "a lambda": ("", '[Tool(name="kb", func=lambda q: store.similarity_search(q), description="d")]'),
    "a method of the store": ("", '[Tool(name="kb", func=store.similarity_search, description="d")]'),
    "a method of a retriever": ("retriever = store.as_retriever()", '[Tool(name="kb", func=retriever.invoke, description="d")]'),
    "a retriever as a tool": (
        "from langchain.tools.retriever import create_retriever_tool\nkb = create_retriever_tool(store.as_retriever(), 'a', 'b')",
        "[kb]",
    ),
    "a prepared call": ("def search(store, q):\n    return store.similarity_search(q)", "[functools.partial(search, store)]"),
    "a subclass of BaseTool": (
        'class Kb(BaseTool):\n    name: str = "kb"\n    def _run(self, q):\n        return store.similarity_search(q)',
        "[Kb()]",
    ),
    "a subclass that asks its own method": (
        'class Kb(BaseTool):\n    name: str = "kb"\n    def _run(self, q):\n        return self._find(q)\n'
        "    def _find(self, q):\n        return store.similarity_search(q)",
        "[Kb()]",
    ),
    "a subclass whose base searches": (
        "class Base(BaseTool):\n    def _run(self, q):\n        return store.similarity_search(q)\n"
        'class Kb(Base):\n    name: str = "kb"',
        "[Kb()]",
    ),
    "a subclass with the store as a field": (
        "class Kb(BaseTool):\n    store: FAISS\n    def _run(self, q):\n        return self.store.similarity_search(q)",
        "[Kb(store=store)]",
    ),
    "a bound method": (
        "class Kb:\n    def search(self, q):\n        return store.similarity_search(q)\nkb = Kb()",
        "[kb.search]",
    ),
    "a bound method of a base": (
        "class Base:\n    def search(self, q):\n        return store.similarity_search(q)\nclass Kb(Base):\n    pass\nkb = Kb()",
        "[kb.search]",
    ),
    "a helper": (f"{SEARCH}\n@tool\ndef answer(q):\n    return str(search(q))", "[answer]"),
    "a helper of a helper": (
        f"{SEARCH}\ndef best(q):\n    return search(q)[0]\n@tool\ndef answer(q):\n    return best(q).page_content",
        "[answer]",
    ),
    "a helper of an object": (
        "class Kb:\n    def find(self, q):\n        return store.similarity_search(q)\nkb = Kb()\n"
        "@tool\ndef answer(q):\n    return kb.find(q)",
        "[answer]",
    ),
    "a function inside of a function": (
        "def make(store):\n    @tool\n    def search(q):\n        return store.similarity_search(q)\n    return search",
        "[make(store)]",
    ),
    "a function inside of a method": (
        "class Kb:\n    def __init__(self):\n        self.store = store\n    def tools(self):\n        @tool\n        def search(q):\n"
        "            return self.store.similarity_search(q)\n        return [search]",
        "Kb().tools()",
    ),
    "a function inside of a function that asks a helper": (
        f"{SEARCH}\ndef make():\n    @tool\n    def answer(q):\n        return search(q)\n    return answer",
        "[make()]",
    ),
    "a search inside of a comprehension": (
        "@tool\ndef search(q):\n    return [d.page_content for d in store.similarity_search(q)]",
        "[search]",
    ),
}
PLAIN = {
    "no tools": ("", "[]"),
    "a sum": ("@tool\ndef add(a, b):\n    return a + b", "[add]"),
    "a sum beside a search that nobody gave": (f"{SEARCH}\n@tool\ndef add(a, b):\n    return a + b", "[add]"),
    "a sum in a Tool": ("def add(a):\n    return a", '[Tool(name="add", func=add, description="d")]'),
    "a method beside one that searches": (
        "class Kb:\n    def search(self, q):\n        return store.similarity_search(q)\n"
        "    def count(self, q):\n        return len(q)\nkb = Kb()",
        "[kb.count]",
    ),
    "a subclass of BaseTool": ("class Add(BaseTool):\n    def _run(self, a):\n        return a + 1", "[Add()]"),
    "a function inside of one, beside one that searches": (
        "def make(store):\n    @tool\n    def search(q):\n        return store.similarity_search(q)\n"
        "    @tool\n    def add(a):\n        return a\n    return add",
        "[make(store)]",
    ),
    "one that writes": ("@tool\ndef keep(text):\n    store.add_texts([text])", "[keep]"),
    "one that asks a database": (
        "import sqlite3\n@tool\ndef stock(sku):\n    return sqlite3.connect('s.db').execute('select 1').fetchone()",
        "[stock]",
    ),
    "one of the same name as a search elsewhere": (
        "class Kb:\n    def search(self, q):\n        return store.similarity_search(q)\n@tool\ndef search(q):\n    return q",
        "[search]",
    ),
}


@pytest.mark.parametrize(("code", "tools"), SEARCHING.values(), ids=SEARCHING)
def test_an_agent_with_a_tool_that_searches_retrieves(code: str, tools: str) -> None:
    assert rag(code, tools) == "True"


@pytest.mark.parametrize(("code", "tools"), PLAIN.values(), ids=PLAIN)
def test_an_agent_whose_tools_do_not_search_does_not_retrieve(code: str, tools: str) -> None:
    assert rag(code, tools) == "False"


@pytest.mark.parametrize(
    ("tools", "because"), [("tools", "tools"), ("[*tools]", "tools"), ("load_tools()", "load_tools"), ("kit.get_tools()", "kit")]
)
def test_tools_that_are_not_known_may_search(tools: str, because: str) -> None:
    site = model_call(
        f'{HEAD}def run(tools, kit):\n    return create_react_agent(llm, {tools}).invoke({{"messages": [("user", "hi")]}})\n'
    )
    assert site.get("rag").state is State.UNKNOWN
    assert because in (site.get("rag").because or "")


def test_the_evidence_leads_from_the_tool_to_the_search() -> None:
    site = model_call(f'{HEAD}@tool\n{SEARCH}\ncreate_react_agent(llm, [search]).invoke({{"messages": []}})\n')
    lines = [(step.place.line, step.what) for step in site.get("rag").evidence]
    assert ("a tool of it" in lines[0][1], lines[-1]) == (True, (11, "which searches"))


def test_a_tool_that_is_bound_to_the_model() -> None:
    site = model_call(f'{HEAD}@tool\n{SEARCH}\nllm.bind_tools([search]).invoke("hi")\n')
    assert words(site.get("rag")) == "True"


# -- frameworks in which a decorator or an argument gives the tools


CHROMA = "import chromadb\nkb = chromadb.PersistentClient('x').get_collection('a')\n"


def test_a_decorator_of_the_agent_gives_the_tool_to_that_agent_only() -> None:
    searching, plain = sites(
        CHROMA
        + """
from pydantic_ai import Agent
agent = Agent("openai:gpt-4o")
other = Agent("openai:gpt-4o")
@agent.tool
def search(ctx, q: str):
    return kb.query(query_texts=[q])
@other.tool_plain
def add(a: int):
    return a
agent.run_sync("hi")
other.run_sync("hi")
""",
        "inference",
    )
    assert (words(searching.get("rag")), words(plain.get("rag"))) == ("True", "False")


@pytest.mark.parametrize("mark", ["@agent.tool", "@agent.tool(retries=2)", "@agent.tool_plain", "@agent.tool_plain()"])
def test_every_form_of_the_decorator_counts(mark: str) -> None:
    site = model_call(f"""
{CHROMA}from pydantic_ai import Agent
agent = Agent("openai:gpt-4o")
{mark}
def search(q: str):
    return kb.query(query_texts=[q])
agent.run_sync("hi")
""")
    assert words(site.get("rag")) == "True"


def test_a_decorator_on_a_method_that_asks_a_helper() -> None:
    site = model_call(f"""
{CHROMA}from pydantic_ai import Agent
def find(q):
    return kb.query(query_texts=[q])
agent = Agent("openai:gpt-4o")
@agent.tool_plain
def search(q: str):
    return find(q)
agent.run_sync("hi")
""")
    assert words(site.get("rag")) == "True"


@pytest.mark.parametrize(
    ("tools", "expected"),
    [("[search]", "True"), ("[add]", "False"), ("[add, search]", "True"), ('[inner.as_tool("a", "b")]', "True")],
)
def test_tools_of_the_agents_sdk(tools: str, expected: str) -> None:
    site = model_call(f"""
{CHROMA}from agents import Agent, Runner, function_tool
@function_tool
def search(q: str):
    return kb.query(query_texts=[q])
@function_tool
def add(a: int):
    return a
inner = Agent(name="inner", tools=[search])
Runner.run_sync(Agent(name="agent", tools={tools}), "hi")
""")
    assert words(site.get("rag")) == expected


def test_an_agent_that_hands_over_to_one_that_searches() -> None:
    site = model_call(f"""
{CHROMA}from agents import Agent, Runner, function_tool
@function_tool
def search(q: str):
    return kb.query(query_texts=[q])
inner = Agent(name="inner", tools=[search])
Runner.run_sync(Agent(name="agent", handoffs=[inner]), "hi")
""")
    assert words(site.get("rag")) == "True"


def test_a_tool_of_one_agent_of_a_team() -> None:
    site = model_call(f"""
{CHROMA}from crewai import Agent, Crew
from crewai.tools import tool
@tool("search")
def search(q: str):
    return kb.query(query_texts=[q])
Crew(agents=[Agent(role="a"), Agent(role="b", tools=[search])], tasks=[]).kickoff()
""")
    assert words(site.get("rag")) == "True"


LOOP = """
import json
from openai import OpenAI
client = OpenAI()
TOOLS = [{"type": "function", "function": {"name": "search"}}]
def run(messages):
    while True:
        reply = client.chat.completions.create(model="gpt-4o", messages=messages, tools=TOOLS)
        for call in reply.choices[0].message.tool_calls:
            arguments = json.loads(call.function.arguments)
            messages.append({"role": "tool", "content": str(RESULT)})
"""


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ("search(arguments['q'])", "True"),
        ("FUNCTIONS[call.function.name](**arguments)", "True"),
        ("FUNCTIONS.get(call.function.name)(**arguments)", "True"),
        ("globals()[call.function.name](**arguments)", "unknown"),
        ("add(**arguments)", "False"),
    ],
)
def test_a_loop_of_ones_own_hands_back_what_was_found(result: str, expected: str) -> None:
    site = model_call(
        CHROMA
        + "def search(q):\n    return kb.query(query_texts=[q])\ndef add(a):\n    return 1\nFUNCTIONS = {'search': search}\n"
        + LOOP.replace("RESULT", result)
    )
    assert words(site.get("rag")) == expected
