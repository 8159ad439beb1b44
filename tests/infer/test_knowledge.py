"""Declared knowledge is followed into prompts, indexes and training runs."""

from __future__ import annotations

import pytest

from tests.infer.making import flows

MANIFEST = """
version: 1
system: hr
updates:
  knowledge:
    hr-policies:
      found_in: {files: ["kb/hr/**"], tables: [policies], collections: [hr]}
      changes: weekly
"""
HEAD = """
import json
from pathlib import Path
import chromadb
from openai import OpenAI
client = OpenAI()
def ask(prompt):
    return client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": prompt}])
"""


def reaches(code: str) -> list[str]:
    """The kinds of sites that the policies reach."""
    return sorted(
        {
            flow.to.rpartition(":")[2]
            for flow in flows(HEAD + "\n" + code + "\n", MANIFEST, "knowledge")
            if flow.data == "hr-policies"
        }
    )


@pytest.mark.parametrize(
    "code",
    [
        'ask(open("kb/hr/leave.md").read())',
        'ask(Path("kb/hr/leave.md").read_text())',
        'POLICY = Path("kb") / "hr" / "leave.md"\ndef f(q):\n    return ask(POLICY.read_text() + q)',
        'def f(q):\n    texts = [p.read_text() for p in Path("kb/hr").glob("*.md")]\n    return ask("\\n".join(texts) + q)',
        'def f(db):\n    return ask(str(db.execute("SELECT text FROM policies").fetchall()))',
        'def f(q):\n    hits = chromadb.Client().get_collection("hr").query(query_texts=[q])\n    return ask(str(hits))',
    ],
)
def test_knowledge_reaches_a_prompt(code: str) -> None:
    assert "inference" in reaches(code)


def test_knowledge_reaches_an_index() -> None:
    assert reaches("""
def index():
    collection = chromadb.Client().get_collection("docs")
    for path in Path("kb/hr").rglob("*.md"):
        collection.add(ids=[path.name], documents=[path.read_text()])
""") == ["ingest"]


def test_knowledge_reaches_an_index_through_a_loader_and_a_splitter() -> None:
    assert "vector_store" in reaches("""
from langchain_chroma import Chroma
from langchain_community.document_loaders import DirectoryLoader
from langchain_openai import OpenAIEmbeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter
def index():
    pages = DirectoryLoader("kb/hr").load()
    chunks = RecursiveCharacterTextSplitter(chunk_size=800).split_documents(pages)
    Chroma.from_documents(chunks, OpenAIEmbeddings())
""")


def test_knowledge_reaches_a_training_run_through_a_file_that_is_written_first() -> None:
    assert "finetune" in reaches("""
def prepare():
    with open("train.jsonl", "w") as out:
        for path in Path("kb/hr").glob("*.md"):
            out.write(json.dumps({"messages": [{"role": "user", "content": path.read_text()}]}) + "\\n")
def train():
    uploaded = client.files.create(file=open("train.jsonl", "rb"), purpose="fine-tune")
    client.fine_tuning.jobs.create(training_file=uploaded.id, model="gpt-4o-mini-2024-07-18")
""")


def test_knowledge_reaches_a_trainer_through_a_data_set() -> None:
    assert reaches("""
from datasets import load_dataset
from trl import SFTTrainer
def train():
    trainer = SFTTrainer("facebook/opt-350m", train_dataset=load_dataset("json", data_files="kb/hr/train.jsonl"))
    trainer.train()
""") == ["finetune"]


@pytest.mark.parametrize(
    "code",
    [
        'ask(open("kb/sales/a.md").read())',
        'def f(q):\n    return ask(str(chromadb.Client().get_collection("sales").query(query_texts=[q])))',
        'open("kb/hr/leave.md").read()\nask("hello")',
        'ask("Where is kb/hr/leave.md?")',
    ],
)
def test_other_knowledge_is_no_flow(code: str) -> None:
    assert reaches(code) == []
