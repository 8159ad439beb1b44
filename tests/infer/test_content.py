"""What goes into a prompt: retrieved documents, whole files, what the caller sends, or nothing but the code's own text."""

from __future__ import annotations

import pytest

from linter.model.architecture import FlowKind
from tests.infer.making import architecture, model_call, said

HEAD = """
from openai import OpenAI
import chromadb
client = OpenAI()
collection = chromadb.PersistentClient("db").get_collection("kb")
def call(content):
    return client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": content}])
"""


def about(code: str) -> str:
    """Context and rag of the one call."""
    return said(HEAD + "\n" + code + "\n", "context", "rag")


def test_a_fixed_prompt() -> None:
    assert about('call("Say hello.")') == "fixed False"


def test_what_the_caller_sends() -> None:
    assert about("def ask(question):\n    return call(question)") == "caller-sized False"


def test_the_text_of_a_file() -> None:
    assert about('call(open("handbook.txt").read())') == "whole-document False"
    assert about('from pathlib import Path\ncall("Use this: " + Path("handbook.md").read_text())') == "whole-document False"


def test_a_document_that_a_loader_reads_whole_is_not_retrieved() -> None:
    assert (
        about("""
from langchain_community.document_loaders import PyPDFLoader
pages = PyPDFLoader("handbook.pdf").load()
call("Use this: " + str(pages))
""")
        == "whole-document False"
    )


RETRIEVALS = {
    "into an f-string": 'hits = collection.query(query_texts=[q], n_results=3)\n    return call(f"Use {hits}. {q}")',
    "documents of it": (
        'hits = collection.query(query_texts=[q], n_results=3)["documents"][0]\n    return call("\\n".join(hits) + q)'
    ),
    "in a comprehension": (
        'hits = collection.query(query_texts=[q])\n    return call("\\n".join(d[:500] for d in hits["documents"][0]))'
    ),
    "in a loop": (
        'text = ""\n    for d in collection.query(query_texts=[q])["documents"][0]:\n        text += d\n    return call(text)'
    ),
    "through a helper": "return call(PROMPT.format(context=find(q), question=q))",
    "through an object": "return call(Search().run(q))",
    "through a reranker": "hits = sorted(find(q), key=len)[:3]\n    return call(str(hits))",
    "through json": 'import json\n    return call(json.dumps({"context": find(q)}))',
    "in one branch": 'text = find(q) if "?" in q else ""\n    return call(text)',
    "in a template": 'from string import Template\n    return call(Template("Use $x").substitute(x=find(q)))',
}


@pytest.mark.parametrize("way", RETRIEVALS)
def test_retrieved_text_makes_it_rag(way: str) -> None:
    helpers = (
        'PROMPT = "Use {context}. {question}"\ndef find(q):\n    return collection.query(query_texts=[q])["documents"][0]\n'
        "class Search:\n    def run(self, q):\n        return find(q)\n"
    )
    assert about(f"{helpers}def ask(q):\n    {RETRIEVALS[way]}") == "retrieved True"


def test_a_search_whose_result_goes_elsewhere_is_no_rag() -> None:
    assert about("def ask(q):\n    print(collection.query(query_texts=[q]))\n    return call(q)") == "caller-sized False"


def test_the_number_of_hits_is_no_retrieved_text() -> None:
    assert about('def ask(q):\n    return call(str(len(collection.query(query_texts=[q])["ids"])))').endswith(" False")


def test_the_answer_of_a_model_is_not_what_it_was_asked_with() -> None:
    """Retrieved text in the first prompt does not make the second call RAG."""
    source = (
        HEAD
        + """
def ask(q):
    hits = str(collection.query(query_texts=[q]))
    first = client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": hits}])
    return client.responses.create(model="o1", input=first.choices[0].message.content)
"""
    )
    found = [site for site in architecture(source).sites if site.call.endswith("responses.create")]
    assert found[0].get("rag").values == (False,)


def test_the_flow_of_retrieved_text_leads_from_the_search_to_the_call() -> None:
    source = HEAD + "def ask(q):\n    hits = collection.query(query_texts=[q])\n    return call(str(hits))\n"
    found = [flow for flow in architecture(source).flows if flow.kind is FlowKind.RETRIEVAL]
    assert len(found) == 1
    assert found[0].steps[0].place.line == 9
    assert found[0].to == model_call(source).id


def test_langchain_retrievers_in_a_chain() -> None:
    source = """
        from langchain_core.prompts import ChatPromptTemplate
        from langchain_core.runnables import RunnablePassthrough
        from langchain_chroma import Chroma
        from langchain_openai import ChatOpenAI
        retriever = Chroma(persist_directory="db").as_retriever()
        prompt = ChatPromptTemplate.from_template("{context} {q}")
        chain = {"context": retriever, "q": RunnablePassthrough()} | prompt | ChatOpenAI(model="gpt-4o")
        chain.invoke("hi")
    """
    assert said(source, "rag", "model") == "True gpt-4o"


def test_a_query_engine_is_rag() -> None:
    source = """
        from llama_index.core import SimpleDirectoryReader, VectorStoreIndex
        index = VectorStoreIndex.from_documents(SimpleDirectoryReader("data").load_data())
        print(index.as_query_engine(similarity_top_k=3).query("hi"))
    """
    assert said(source, "rag") == "True"


def test_retrieval_in_another_module() -> None:
    files = {
        "search.py": (
            "import chromadb\n"
            "class Store:\n"
            "    def __init__(self):\n"
            '        self.c = chromadb.Client().get_collection("kb")\n'
            "    def find(self, q):\n"
            '        return self.c.query(query_texts=[q])["documents"]\n'
        ),
        "llm.py": (
            "from openai import OpenAI\n"
            "client = OpenAI()\n"
            "def answer(q, context):\n"
            '    prompt = {"role": "user", "content": f"{context} {q}"}\n'
            '    return client.chat.completions.create(model="gpt-4o", messages=[prompt])\n'
        ),
        "app.py": (
            "from search import Store\n"
            "from llm import answer\n"
            "store = Store()\n"
            "def ask(q):\n"
            "    return answer(q, store.find(q))\n"
        ),
    }
    assert said(files, "rag", "context") == "True retrieved"
