"""From a labelled repository to its score: fetching, mapping, the tables, and what the command refuses."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from textwrap import dedent

import pytest

from linter.errors import UsageError
from tests.tools.making import corpus_in, labelled
from tools.corpus import choose, main
from tools.corpus_clones import CloneError, other_commit, provide
from tools.corpus_files import Corpus
from tools.corpus_labels import Label
from tools.corpus_score import found_sites

REPOSITORY = {
    "app/llm.py": """\
        from openai import OpenAI

        client = OpenAI(timeout=30)


        def ask(question):
            reply = client.chat.completions.create(model="gpt-4o-mini", messages=[{"role": "user", "content": question}])
            return reply.choices[0].message.content


        def ask_with(other, question):
            return other.responses.create(model="gpt-4o", input=question)
        """,
    "app/index.py": """\
        from langchain_chroma import Chroma
        from langchain_openai import OpenAIEmbeddings

        embeddings = OpenAIEmbeddings(model="text-embedding-3-small")


        def build(documents):
            return Chroma.from_documents(documents, embeddings, persist_directory="index")


        def warm_up():
            return embeddings.embed_query("hello")


        def search(question):
            retriever = Chroma(embedding_function=embeddings).as_retriever()
            return retriever.invoke(question)
        """,
    "app/web.py": """\
        from app.llm import ask_with
        from openai import OpenAI

        raise SystemExit("the repository was executed")


        def page(question):
            return ask_with(OpenAI(), question)


        class FakeClient:
            def create(self, **kwargs):
                return "always the same"


        def stub():
            return FakeClient().create(model="gpt-4o")


        def spike():
            return OpenAI()
        """,
}
LABEL = """\
    repo: acme/bot
    commit: 0123456789abcdef0123456789abcdef01234567
    scope: {include: ["app/**", compose.yaml]}
    summary: A bot with an index.
    mechanisms: [prompt, rag]
    sites:
      - {id: s1, kind: client, file: app/llm.py, line: 3, provider: openai, hosting: external, timeout: set}
      - {id: s2, kind: inference, file: app/llm.py, line: 8, alt_lines: [7], model: gpt-4o-mini, timeout: unset}
      - {id: s3, kind: inference, file: app/llm.py, line: 12, callers: ["app/web.py:8"], model: gpt-4o, rag: false}
      - {id: s4, kind: embedding, role: client, file: app/index.py, line: 4, model: text-embedding-3-small}
      - {id: s5, kind: ingest, also_kinds: [vector_store], file: app/index.py, line: 8}
      - {id: s6, kind: embedding, role: call, optional: true, file: app/index.py, line: 12, provider: openai}
      - {id: s7, kind: retrieval, file: app/index.py, line: 17}
      - {id: s8, kind: config, file: compose.yaml, line: 4, key: services.llm.image, value: "ollama/ollama"}
    ambiguous:
      - {file: app/index.py, line: 16, kind: vector_store, why: opens the store that was built, to search it}
    negatives:
      - {file: app/web.py, line: 17, why: a fake}
      - {file: app/web.py, line: 21, why: nothing is done with it}
    """


@pytest.fixture
def repos(tmp_path: Path) -> Path:
    for name, text in REPOSITORY.items():
        path = tmp_path / "repos" / "acme__bot" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
    return tmp_path / "repos"


@pytest.fixture
def labels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return corpus_in(tmp_path / "labels", {"acme__bot": LABEL}, "open: [acme__bot]\nheld: []\n")


def test_a_repository_is_mapped_and_scored(labels: Path, repos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--labels", str(labels), "--repos", str(repos), "--json", str(tmp_path / "maps"), "--verbose"]
    assert main(["open", *arguments, "acme/bot"]) == 0
    assert capsys.readouterr().out == dedent("""\
        open half precision recall    tp    fp    fn
        acme__bot      0.86   0.86     6     1     1
          attribute  app/llm.py:7 inference timeout: labelled unset, found known 30
          false      app/web.py:21 client openai.OpenAI
          lookalike  app/web.py:21 nothing is done with it
          missed     compose.yaml:4 config services.llm.image

        kind         precision recall    tp    fp    fn
        inference         1.00   1.00     2     0     0
        client            0.50   1.00     1     1     0
        embedding         1.00   1.00     1     0     0
        retrieval         1.00   1.00     1     0     0
        ingest            1.00   1.00     1     0     0
        config               -   0.00     0     0     1
        all               0.86   0.86     6     1     1

        attribute   share  right judged
        provider     1.00      2      2
        hosting      1.00      1      1
        model        1.00      3      3
        timeout      0.50      1      2
        rag          1.00      1      1

        open: precision 0.857, recall 0.857, F1 0.857, 7 sites in 1 repository; lookalikes flagged 1 of 2

        """)
    document = json.loads((tmp_path / "maps" / "acme__bot.json").read_bytes())
    assert document["format"] == "archfit-architecture/1"
    assert {one.kind for one in found_sites(document)} >= {"inference", "vector_store"}


def test_a_repository_with_a_manifest_is_not_scored(labels: Path, repos: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (repos / "acme__bot" / "archfit.yaml").write_text("version: 1\n", encoding="utf-8")
    assert main(["--labels", str(labels), "--repos", str(repos)]) == 1
    told = capsys.readouterr()
    assert told.out.endswith("acme__bot not scored\n")
    assert "has a manifest, and the labels are about the code alone (remove it)" in told.err


def test_a_name_that_is_not_there_is_told_with_the_one_that_was_meant(
    labels: Path, repos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["open", "--labels", str(labels), "--repos", str(repos), "acme/bott"]) == 2
    assert capsys.readouterr().err == "no `acme/bott` in the open half (did you mean `acme/bot`?)\n"


def test_a_half_names_or_both_can_be_asked_for() -> None:
    corpus = Corpus({"open": (of("acme/bot"), of("acme/other")), "held": (of("else/third"),)})

    def names(*words: str) -> dict[str, list[str]]:
        return {half: [label.repo for label in labels] for half, labels in choose(corpus, words).items()}

    assert names() == names("open") == {"open": ["acme/bot", "acme/other"]}
    assert names("held") == {"held": ["else/third"]}
    assert names("all") == {"open": ["acme/bot", "acme/other"], "held": ["else/third"]}
    assert names("BOT", "else__third") == {"open": ["acme/bot"], "held": ["else/third"]}
    with pytest.raises(UsageError, match="no `third` in the open half"):
        choose(corpus, ["open", "third"])


def of(repo: str) -> Label:
    return labelled(f"{{repo: {repo}, sites: []}}")


# ---- fetching


def git(folder: Path, *arguments: str) -> str:
    env = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    identity = ("-c", "user.name=n", "-c", "user.email=e@example.org")
    return subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, env=env, capture_output=True, text=True).stdout


@pytest.fixture
def host(tmp_path: Path) -> Path:
    """A folder that stands for the host, with a repository of two commits."""
    folder = tmp_path / "host" / "acme" / "bot"
    folder.mkdir(parents=True)
    git(folder, "init", "-q")
    for text in ("first", "second"):
        (folder / "app.py").write_text(f"# {text}\n", encoding="utf-8")
        git(folder, "add", ".")
        git(folder, "commit", "-qm", text)
    return tmp_path / "host"


def test_a_repository_is_fetched_at_its_commit_and_then_left_alone(host: Path, tmp_path: Path) -> None:
    commit = git(host / "acme" / "bot", "rev-parse", "HEAD~1").strip()
    label = labelled(f"{{commit: {commit}, sites: []}}")
    folder = provide(label, tmp_path / "repos", f"{host.as_uri()}/")
    assert folder == tmp_path / "repos" / "acme__bot"
    assert (folder / "app.py").read_text(encoding="utf-8") == "# first\n"
    assert git(folder, "log", "--format=%H").split() == [commit]
    (folder / "app.py").write_text("# edited\n", encoding="utf-8")
    assert provide(label, tmp_path / "repos", "https://nowhere.invalid/") == folder
    assert (folder / "app.py").read_text(encoding="utf-8") == "# edited\n"


def test_a_repository_that_cannot_be_fetched_leaves_nothing_behind(host: Path, tmp_path: Path) -> None:
    with pytest.raises(CloneError, match=r"acme/bot: cannot be fetched: .* \(or put the repository at 0123456789abcdef"):
        provide(labelled(), tmp_path / "repos", f"{host.as_uri()}/")
    assert list((tmp_path / "repos").iterdir()) == []


def test_a_clone_at_another_commit_is_not_scored(host: Path, tmp_path: Path) -> None:
    label = labelled()
    folder = host / "acme" / "bot"
    revision = git(folder, "rev-parse", "HEAD").strip()
    problem = other_commit(label, folder, revision)
    assert problem is not None
    assert f"is at commit {revision}, and the labels are about {label.commit}" in str(problem)
    assert other_commit(label, folder, label.commit) is None
    assert other_commit(label, tmp_path, revision) is None, "an export without git, inside of another repository"
