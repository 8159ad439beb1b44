"""Calls that make no part of the architecture: what they fetch, and what they leave with a vendor."""

from __future__ import annotations

from linter.model.architecture import Errand
from tests.infer.making import Files, architecture, words


def errands(files: Files | str) -> list[Errand]:
    return list(architecture(files).errands)


def test_what_is_fetched_beside_a_model() -> None:
    code = """
        import nltk
        import tiktoken
        from datasets import load_dataset
        from huggingface_hub import snapshot_download
        from transformers import AutoTokenizer
        nltk.download("punkt")
        tiktoken.encoding_for_model("gpt-4o")
        load_dataset("acme/questions")
        load_dataset("json", data_files="questions.json")
        snapshot_download(repo_id="BAAI/bge-m3", local_files_only=True)
        AutoTokenizer.from_pretrained("/opt/models/qwen")
    """
    found = errands(code)
    assert {one.kind.value for one in found} == {"download"}
    assert [words(one.attributes["model"]) for one in found] == [
        "punkt", "gpt-4o", "acme/questions", "BAAI/bge-m3", "/opt/models/qwen",
    ]  # fmt: skip
    assert [words(one.attributes["offline"]) for one in found][3] == "True"


def test_what_is_left_with_a_vendor_hangs_on_its_client() -> None:
    code = """
        from openai import OpenAI
        client = OpenAI()
        def keep(path):
            return client.files.create(file=open(path, "rb"), purpose="assistants")
    """
    [upload] = errands(code)
    assert (upload.kind.value, upload.place.line, upload.function) == ("upload", 5, "app.keep")
    assert upload.client is not None
    assert upload.client.line == 3
    assert [words(upload.attributes[name]) for name in ("provider", "hosting", "store")] == ["openai", "external", "True"]
