"""What was put into a store comes out of it again, whatever its parts are called."""

from __future__ import annotations

import pytest

from linter.model.architecture import Flow
from tests.infer.making import flows
from tests.infer.test_sensitive import FILES, HEAD, MANIFEST

CHROMA = 'import chromadb\nnotes = chromadb.PersistentClient(path="index").get_or_create_collection("notes")\n'
LANGCHAIN = (
    "from langchain_chroma import Chroma\nfrom langchain_huggingface import HuggingFaceEmbeddings\n"
    'notes = Chroma(collection_name="notes", embedding_function=HuggingFaceEmbeddings(model_name="BAAI/bge-m3"))\n'
)
PINECONE = 'from pinecone import Pinecone\nnotes = Pinecone(api_key="key").Index("notes")\n'


def prompt(code: str) -> Flow | None:
    """The flow of patient records into the prompt that `ask` sends."""
    found = [one for one in flows({**FILES, "app.py": HEAD + code + "\n"}, MANIFEST) if one.to.startswith("llm.py:")]
    assert len(found) <= 1
    return found[0] if found else None


def stored(store: str, answer: str, value: str = "p.ssn", parameter: str = "p: Patient") -> Flow | None:
    add = {CHROMA: f"notes.add(ids=['1'], documents=[{value}])", LANGCHAIN: f"notes.add_texts([{value}])"}.get(
        store, f"notes.upsert(vectors=[{{'id': '1', 'values': [0.1], 'metadata': {{'text': {value}}}}}])"
    )
    lines = answer.replace("\n", "\n    ")
    return prompt(f"{store}def keep({parameter}):\n    {add}\ndef answer(question, vector):\n    {lines}")


@pytest.mark.parametrize(
    ("store", "answer"),
    [
        (CHROMA, 'found = notes.query(query_texts=[question])\nask("; ".join(found["documents"][0]))'),
        (CHROMA, 'found = notes.get(where={"ward": "3"})\nask(str(found))'),
        (LANGCHAIN, 'found = notes.similarity_search(question)\nask("; ".join(one.page_content for one in found))'),
        (LANGCHAIN, "ask(notes.similarity_search(question)[0].page_content)"),
        (LANGCHAIN, "ask(notes.similarity_search_with_score(question)[0][0].page_content)"),
        (LANGCHAIN, 'ask(str(notes.as_retriever().invoke(question)[0].metadata["text"]))'),
        (PINECONE, 'ask(notes.query(vector=vector, top_k=3)["matches"][0]["metadata"]["text"])'),
        (PINECONE, 'ask(notes.query(vector=vector, top_k=3).matches[0].metadata["text"])'),
        (PINECONE, 'for one in notes.query(vector=vector, top_k=3).matches:\n    ask(one["metadata"].get("text"))'),
    ],
)
def test_what_a_search_finds_is_the_data(store: str, answer: str) -> None:
    found = stored(store, answer)
    assert found is not None
    assert found.certain
    assert found.steps[0].what == "ssn: read from Patient.ssn"


@pytest.mark.parametrize(
    ("store", "answer"),
    [
        (CHROMA, 'ask("; ".join(notes.query(query_texts=[question])["ids"][0]))'),
        (PINECONE, 'ask(notes.query(vector=vector, top_k=3)["matches"][0]["id"])'),
        (LANGCHAIN, "ask(str(len(notes.similarity_search(question))))"),
    ],
)
def test_the_key_of_what_is_found_is_not(store: str, answer: str) -> None:
    assert stored(store, answer) is None


@pytest.mark.parametrize("value", ["p.name", "scrub(p.ssn)"])
@pytest.mark.parametrize("store", [CHROMA, LANGCHAIN])
def test_what_was_harmless_when_it_was_stored_is_harmless(store: str, value: str) -> None:
    search = "query(query_texts=[question])" if store is CHROMA else "similarity_search(question)"
    assert stored(store, f"ask(str(notes.{search}))", value) is None


def test_what_only_may_be_the_data_stays_so_in_the_store() -> None:
    found = stored(CHROMA, 'ask(str(notes.query(query_texts=[question])["documents"]))', 'row["ssn"]', "row")
    assert found is not None
    assert not found.certain


def test_what_is_certain_stands_over_what_may_be() -> None:
    more = "def more(row):\n    notes.add(ids=['2'], documents=[row['ssn']])\n"
    keep = f"{more}def keep(p: Patient):\n    notes.add(ids=['1'], documents=[p.ssn])\n"
    found = prompt(f"{CHROMA}{keep}def answer(question):\n    ask(str(notes.query(query_texts=[question])))")
    assert found is not None
    assert found.certain


INDEX = (
    "from llama_index.core import Document, VectorStoreIndex\n"
    "from llama_index.embeddings.huggingface import HuggingFaceEmbedding\n"
    "from llama_index.llms.openai import OpenAI\n"
    "def make(p: Patient):\n"
    "    return VectorStoreIndex.from_documents([Document(text=p.{field})], embed_model=HuggingFaceEmbedding('BAAI/bge-m3'))\n"
)
ENGINES = [
    "make(p).as_query_engine(llm=OpenAI(model='gpt-4o')).query(question)",
    "make(p).as_chat_engine(llm=OpenAI(model='gpt-4o')).chat(question)",
]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("field", ["ssn", "name"])
def test_an_index_that_asks_by_itself_sends_what_it_holds(engine: str, field: str) -> None:
    code = f"{INDEX.replace('{field}', field)}def answer(p: Patient, question):\n    return {engine}\n"
    found = flows({**FILES, "app.py": HEAD + code}, MANIFEST)
    assert any(one.to.endswith(":inference") for one in found) == (field == "ssn")
