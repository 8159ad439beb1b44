"""What a system really uses, with the sites that prove it."""

from __future__ import annotations

from linter.extract.python import extract
from linter.infer.build import infer
from linter.link.program import Program
from linter.model.source import Scope
from tests.infer.making import architecture, catalogue

HEAD = (
    "from openai import OpenAI\n"
    "client = OpenAI()\n"
    "def ask(text, **more):\n"
    '    return client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": text}], **more)\n'
)


def mechanisms(code: str) -> list[str]:
    """Of the one system."""
    return [one.name for one in architecture(HEAD + code + "\n").systems[0].mechanisms]


def test_a_call_of_a_model_is_prompting() -> None:
    assert mechanisms("ask('hi')") == ["prompt"]


def test_retrieved_text_in_a_prompt_is_rag() -> None:
    code = (
        "import chromadb\n"
        "def f(q):\n"
        "    hits = chromadb.Client().get_collection('a').query(query_texts=[q])\n"
        "    return ask(str(hits))"
    )
    assert mechanisms(code) == ["prompt", "rag"]


def test_a_store_alone_is_no_rag() -> None:
    assert mechanisms("import chromadb\nchromadb.Client().get_collection('a').query(query_texts=['x'])\nask('hi')") == ["prompt"]


def test_training_is_fine_tuning() -> None:
    code = "client.fine_tuning.jobs.create(training_file='file-1', model='gpt-4o-mini-2024-07-18')"
    assert mechanisms(code) == ["prompt", "finetune"]


def test_a_prebuilt_agent_is_an_agent() -> None:
    assert "agent" in mechanisms("""
from langchain_openai import ChatOpenAI
from langgraph.prebuilt import create_react_agent
def tool(x): ...
create_react_agent(ChatOpenAI(), [tool]).invoke({"messages": []})
""")


def test_a_loop_that_gives_a_model_tools_is_an_agent() -> None:
    assert "agent" in mechanisms("""
def run(task):
    messages = [{"role": "user", "content": task}]
    while True:
        reply = client.chat.completions.create(model="gpt-4o", messages=messages, tools=TOOLS)
        message = reply.choices[0].message
        if not message.tool_calls:
            return message.content
        messages.append(message)
""")


def test_a_loop_over_rows_without_tools_is_no_agent() -> None:
    assert mechanisms("for row in rows:\n    ask(row)") == ["prompt"]
    assert mechanisms("for row in rows:\n    client.chat.completions.create(model='gpt-4o', messages=[row])") == ["prompt"]


def test_code_without_models_has_no_mechanism() -> None:
    assert architecture("print('hello')\n").systems[0].mechanisms == ()


def test_what_tests_do_proves_nothing_about_the_product() -> None:
    source = {
        "app.py": HEAD,
        "tests/test_app.py": (
            "import app\nfrom openai import OpenAI\nOpenAI().fine_tuning.jobs.create(training_file='f', model='m')\n"
        ),
    }
    facts = [extract(path, text.encode()) for path, text in source.items()]
    program = Program(facts, {"app.py": Scope.PRODUCT, "tests/test_app.py": Scope.TEST}, catalogue().import_names)
    assert [one.name for one in infer(program, catalogue()).systems[0].mechanisms] == ["prompt"]


def test_each_system_has_its_own_mechanisms() -> None:
    files = {
        "chat/main.py": HEAD + "ask('hi')\n",
        "train/main.py": (
            "from openai import OpenAI\nOpenAI().fine_tuning.jobs.create(training_file='f', model='gpt-4o-mini-2024-07-18')\n"
        ),
    }
    manifest = 'version: 1\nsystems:\n  - {name: chat, paths: ["chat/**"]}\n  - {name: train, paths: ["train/**"]}\n'
    found = {system.name: [one.name for one in system.mechanisms] for system in architecture(files, manifest).systems}
    assert found == {"chat": ["prompt"], "train": ["finetune"]}
