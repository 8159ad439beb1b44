"""The verifier finds names that an SDK does not have, in its source alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from linter.knowledge.load import FOLDER, read_providers
from tools.provider_check import Report, check
from tools.sdk_fetch import Fetcher, FetchError, Sdk
from tools.sdk_shelf import Shelf
from tools.verify_providers import write_verified

Verify = Callable[[str], Report]

SDK = {
    "acme/__init__.py": """
        import os
        from ._client import Client, AsyncClient
        from .functions import *
        AcmeAI = Client
        api_base = None
        _MODULES = {"Later": ".later"}
        def __getattr__(name):
            import importlib
            return getattr(importlib.import_module(_MODULES[name], __package__), name)
        raise SystemExit("the source was executed")
        """,
    "acme/later.py": "class Later:\n    def __init__(self, where, *, depth=1): ...\n",
    "acme/functions.py": """
        __all__ = ["ask", "configure"]
        def ask(prompt: str, *, model: str, **kwargs): ...
        def configure(*names, strict=False): ...
        def hidden(): ...
        """,
    "acme/_client.py": """
        from __future__ import annotations
        from dataclasses import dataclass
        from functools import cached_property
        from typing import Optional, TypedDict, Union, overload
        from pydantic import BaseModel, Field
        from .resources import Chat, Options
        from elsewhere import Base
        class Config(TypedDict, total=False):
            max_tokens: int
        class _Common:
            def __init__(self, api_key=None, *, timeout: float = 60): ...
            def close(self): ...
        class Client(_Common):
            files: "Files"
            def __init__(self, api_key=None, *, base_url=None, **kwargs):
                super().__init__(api_key, **kwargs)
                self.legacy = Legacy(self)
            @cached_property
            def chat(self) -> Chat:
                return Chat(self)
            @overload
            def run(self, model: str, *, stream: bool) -> None: ...
            @overload
            def run(self, model: str, config: Optional[Config] = None) -> None: ...
            def run(self, model, config=None, **extra): ...
        class AsyncClient(Client):
            def only_async(self): ...
        class Legacy:
            def __init__(self, client): ...
            def go(self, text): ...
        class Files:
            def create(self, file, *, options: Union[Options, dict]) -> "Upload": ...
        class Upload:
            def wait(self): ...
        class Settings(BaseModel):
            model_name: str = Field(alias="model")
            limit: int = 3
        @dataclass
        class Limits:
            total: int = 0
            read: int = 0
        class Odd(Base):
            pass
        """,
    "acme/resources.py": """
        class Options:
            def __init__(self, size=0): ...
        class Completions:
            def create(self, *, model, messages, config: "Options | None" = None): ...
        class Chat:
            def __init__(self, client):
                self.completions = Completions()
        """,
}
OLD = {"acme/__init__.py": "class Old:\n    @classmethod\n    def create(cls, model, temperature=1): ...\nclass Client: ...\n"}


class Given(Fetcher):
    """SDKs that are at hand already."""

    def __init__(self, roots: dict[str, Path]) -> None:
        self.roots = roots

    def get(self, name: str, versions: str = "") -> Sdk:
        if name + versions not in self.roots:
            raise FetchError(f"no wheel of {name}{versions}")
        return Sdk(name, "9.9" if not versions else "0.9", self.roots[name + versions])


@pytest.fixture
def verify(tmp_path: Path) -> Verify:
    roots = {}
    for key, files in (("acme", SDK), ("acme<1", OLD)):
        roots[key] = tmp_path / key
        for name, text in files.items():
            path = roots[key] / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text), encoding="utf-8")

    def run(text: str) -> Report:
        folder = tmp_path / FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "acme.yaml").write_text(
            "provider: acme\npackages: {pypi: [acme], import: [acme]}\n" + dedent(text), encoding="utf-8"
        )
        providers, problems = read_providers(tmp_path)
        assert not problems, problems
        return check(providers[0], Shelf(Given(roots), providers))

    return run


def said(report: Report) -> list[str]:
    return [str(problem) for problem in report.errors]


def test_what_exists_is_found_through_re_exports_aliases_bases_properties_and_attributes(verify: Verify) -> None:
    report = verify("""
        globals: {acme.api_base: endpoint}
        types:
          Client:
            new: ["acme.{Client,AsyncClient,AcmeAI}"]
            order: [api_key]
            args: {base_url: endpoint, timeout: timeout}
            members: {files: Files}
          Files: {}
          Upload: {}
          Later: {new: [acme.Later], order: [where], args: {depth: top_k}}
          Settings: {new: [acme._client.Settings], args: {"{model,model_name}": model, limit: max_output}}
          Limits: {new: [acme._client.Limits], order: [total, read]}
        calls:
          - {call: Client.chat.completions.create, args: {model: model, messages: prompt, config.size: max_output}}
          - {call: Client.legacy.go, order: [text]}
          - {call: Client.close}
          - {call: Client.run, order: [model, config], args: {stream: stream, config.max_tokens: max_output}}
          - {call: Files.create, order: [file], args: {options.anything: dataset}, returns: Upload}
          - {call: Upload.wait}
          - {call: acme.ask, order: [prompt], args: {model: model}}
          - {call: acme.configure, args: {names: model}}
        """)
    assert said(report) == []
    assert [problem.message for problem in report.notes] == []


@pytest.mark.parametrize(
    ("entry", "error"),
    [
        ("types:\n  A: {new: [acme.Clint]}", "acme.yaml:4: acme.Clint does not exist"),
        ("types:\n  A: {new: [acme.functions]}", "acme.functions is a module"),
        (
            "types:\n  A: {new: [acme.Client], args: {base_uri: endpoint}}",
            "acme.Client has no argument 'base_uri' (did you mean base_url?)",
        ),
        ("types:\n  A: {new: [acme.Later], args: {dept: top_k}}", "acme.Later has no argument 'dept' (did you mean depth?)"),
        ("types:\n  A: {new: [acme.Later], when: {dept: 1}}", "acme.Later has no argument 'dept'"),
        ("types:\n  A: {new: [acme.Later], order: [depth]}", "the positional parameters are ['where'], not ['depth']"),
        (
            "types:\n  A: {new: [acme._client.Settings], args: {limits: max_output}}",
            "has no argument 'limits' (did you mean limit",
        ),
        ("types:\n  A: {new: [acme.Client], members: {chats: A}}", "A.chats does not exist"),
        ("types:\n  A: {new: [acme.Client]}\ncalls:\n  - {call: A.chat.create}", "acme.yaml:6: A.chat.create does not exist"),
        (
            "types:\n  A: {new: [acme.Client]}\ncalls:\n  - {call: A.run, args: {config.max_token: max_output}}",
            "has no key 'max_token'",
        ),
        ("calls:\n  - {call: acme.hidden}", "acme.hidden does not exist"),
        ("globals: {acme.api_bas: endpoint}", "globals: acme.api_bas does not exist"),
        ("calls:\n  - {call: acme.Old.create}", "acme.Old.create does not exist"),
        ("calls:\n  - {call: acme.Older.create, versions: '<1'}", "acme.Older.create does not exist in versions <1"),
        ("calls:\n  - {call: acme.Old.create, versions: '<2'}", "no wheel of acme<2"),
    ],
)
def test_what_does_not_exist_is_an_error(verify: Verify, entry: str, error: str) -> None:
    errors = said(verify(entry + "\n"))
    assert error in "\n".join(errors)


def test_names_of_older_versions_are_looked_up_there(verify: Verify) -> None:
    report = verify("""
        calls:
          - {call: acme.Old.create, versions: "<1", order: [model], args: {temperature: temperature}}
        """)
    assert said(report) == []


def test_an_argument_of_older_versions_is_looked_up_there(verify: Verify) -> None:
    entry = "types:\n  A: {{new: [acme.Later], args: {{{name}: temperature}}, versions: {{{name}: '<1'}}}}\n"
    assert "has no argument 'warmth' in versions <1" in said(verify(entry.format(name="warmth")))[0]


def test_what_the_source_leaves_open_is_a_note(verify: Verify) -> None:
    report = verify("""
        types:
          Client: {new: ["acme.{Client,AsyncClient}"], args: {retries: retries}}
          Odd: {new: [acme._client.Odd], args: {model: model}}
        calls:
          - {call: Client.only_async}
          - {call: acme.ask, args: {seed: temperature}}
        """)
    notes = "\n".join(problem.message for problem in report.notes)
    assert said(report) == [
        "rules/providers/acme.yaml:5: acme.Client has no argument 'retries' (it has api_key, base_url, timeout)"
    ]
    assert "acme._client.Odd: model not listed (its base Base is not at hand)" in notes
    assert "acme.Client.only_async" in notes
    assert "acme.ask: seed not listed (**kwargs)" in notes


def test_names_without_source_are_left_alone_when_the_file_says_why(verify: Verify) -> None:
    assert (
        said(verify("types:\n  A: {new: [acme.Compiled], unverified: compiled}\ncalls:\n  - {call: A.run, args: {x: model}}\n"))
        == []
    )


def test_the_verified_versions_are_written_and_nothing_else_is_touched(tmp_path: Path) -> None:
    path = tmp_path / "acme.yaml"
    path.write_text("provider: acme   # the vendor\ncalls: []\nexamples: |\n  x = 1\n", encoding="utf-8")
    write_verified(path, {"acme": "1.0"})
    first = path.read_text(encoding="utf-8")
    assert first == 'provider: acme   # the vendor\ncalls: []\nverified: {acme: "1.0"}\n\nexamples: |\n  x = 1\n'
    write_verified(path, {"acme": "1.1", "acme-extra": "2"})
    assert path.read_text(encoding="utf-8") == first.replace('{acme: "1.0"}', '{acme: "1.1", acme-extra: "2"}')
