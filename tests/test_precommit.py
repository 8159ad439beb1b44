"""The commit hook, by pre-commit itself, from a clone of this checkout."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
import yaml

from tests.making import ROOT, copy_of_the_checkout, done, environment, run

HOOK = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))[0]
MANIFEST = """\
version: 1
latency:
  timeout: required
"""
CODE = """\
from openai import OpenAI

client = OpenAI({})


def answer(question: str) -> str | None:
    reply = client.chat.completions.create(
        model="gpt-4o-2024-11-20", max_tokens=200, messages=[{{"role": "user", "content": question}}]
    )
    return reply.choices[0].message.content
"""


@pytest.mark.slow
def test_a_commit_that_breaks_a_constraint_is_refused_and_one_that_keeps_it_is_not(tmp_path: Path) -> None:
    env = {**environment(tmp_path), "PRE_COMMIT_HOME": str(tmp_path / "pre-commit")}

    def git(folder: Path, *arguments: str) -> str:
        return done(["git", *arguments], folder, env)

    source, team = tmp_path / "archfit", tmp_path / "team"
    copy_of_the_checkout(source)
    team.mkdir()
    for folder in (source, team):
        git(folder, "init", "--quiet")
    git(source, "add", "--all", "--force")
    git(source, "commit", "--quiet", "--message", "the checkout as it stands")
    revision = git(source, "rev-parse", "HEAD").strip()

    hooks = {"repos": [{"repo": str(source), "rev": revision, "hooks": [{"id": "archfit"}]}]}
    (team / ".pre-commit-config.yaml").write_text(yaml.safe_dump(hooks), encoding="utf-8")
    (team / "archfit.yaml").write_text(MANIFEST, encoding="utf-8")
    done([sys.executable, "-m", "pre_commit", "install"], team, env)

    def commit(code: str) -> tuple[int, str]:
        (team / "app.py").write_text(code, encoding="utf-8")
        git(team, "add", "--all")
        finished = run(["git", "commit", "--message", "a change"], team, env)
        return finished.returncode, finished.stdout

    code, said = commit(CODE.format(""))
    assert code != 0, said
    assert "missing-timeout" in said
    assert "app.py:3" in said
    assert "archfit.yaml:3" in said
    assert run(["git", "rev-parse", "--verify", "--quiet", "HEAD"], team, env).returncode != 0, "it was committed all the same"

    code, said = commit(CODE.format("timeout=20"))
    assert code == 0, said
    assert re.search(r"archfit\.+Passed", said)

    (team / "notes.txt").write_text("nothing that archfit would read\n", encoding="utf-8")
    git(team, "add", "--all")
    assert re.search(r"archfit\.+\(no files to check\)Skipped", done(["git", "commit", "--message", "notes"], team, env))


RUNS_FOR = """
    app/llm.py  stubs/x.pyi  notebooks/try.ipynb  archfit.yaml  config/litellm.yml  settings.json  pyproject.toml  infra/main.tf
    .env  .env.local  deploy/prod.env  Dockerfile  docker/Dockerfile.gpu  api.Dockerfile  Modelfile  Pipfile  Pipfile.lock
    requirements.txt  requirements-dev.txt  dev-requirements.in  requirements/base.txt  uv.lock  poetry.lock
"""
NOT_FOR = "README.md  notes.txt  environment.md  src/app.rs  img/logo.png  my_requirements_study.pdf  deny.lock.md"


@pytest.mark.parametrize("name", RUNS_FOR.split())
def test_the_hook_runs_for_what_decides_an_architecture(name: str) -> None:
    assert re.search(HOOK["files"], name)


@pytest.mark.parametrize("name", NOT_FOR.split())
def test_and_not_for_anything_else(name: str) -> None:
    assert not re.search(HOOK["files"], name)
