"""Names and limits that are put together: keywords, environment, options, merged and dumped settings.

However it is done, the call is one of `gpt-4o` at OpenAI with a limit of 20 seconds."""

from __future__ import annotations

import pytest

from tests.infer.making import Files, said

WAYS: dict[str, Files | str] = {
    "keywords put together step by step": """
        from openai import OpenAI
        def ask(question, model="gpt-4o", schema=None):
            params = {"model": model}
            params["messages"] = [{"role": "user", "content": question}]
            if schema:
                params["response_format"] = {"type": "json_schema", "json_schema": schema}
            params.update({"timeout": 20})
            return OpenAI().chat.completions.create(**params)
        ask("hi")
    """,
    "keywords with defaults": """
        from openai import OpenAI
        client = OpenAI(timeout=60)
        def ask(q, **kwargs):
            kwargs.setdefault("model", "gpt-4o")
            timeout = kwargs.pop("timeout", 20)
            return client.chat.completions.create(messages=[q], timeout=timeout, **kwargs)
        ask("hi")
    """,
    "settings merged with others": """
        from openai import OpenAI
        DEFAULTS = {"model": "gpt-4o-mini", "timeout": 20}
        def ask(q, overrides=None):
            params = {**DEFAULTS, **(overrides or {})}
            return OpenAI().chat.completions.create(messages=[q], **params)
        ask("hi", {"model": "gpt-4o"})
    """,
    "keywords without those that are None": """
        from openai import OpenAI
        def ask(q, model="gpt-4o", temperature=None):
            params = {"model": model, "temperature": temperature, "timeout": 20}
            params = {k: v for k, v in params.items() if v is not None}
            return OpenAI().chat.completions.create(messages=[q], **params)
        ask("hi")
    """,
    "a record as keywords": """
        from dataclasses import asdict, dataclass
        from openai import OpenAI
        @dataclass
        class Params:
            model: str = "gpt-4o"
            timeout: int = 20
        def ask(q):
            return OpenAI().chat.completions.create(messages=[q], **asdict(Params()))
    """,
    "a model as keywords": """
        from openai import OpenAI
        from pydantic import BaseModel
        class Params(BaseModel):
            model: str = "gpt-4o"
            timeout: int = 20
            def to_kwargs(self):
                return self.model_dump(exclude_none=True)
        def ask(q):
            return OpenAI().chat.completions.create(messages=[q], **Params().to_kwargs())
    """,
    "an object's attributes as keywords": """
        from openai import OpenAI
        class Params:
            def __init__(self):
                self.model = "gpt-4o"
                self.timeout = 20
        def ask(q):
            return OpenAI().chat.completions.create(messages=[q], **vars(Params()))
    """,
    "a client of the module itself": """
        import openai
        openai.api_key = "k"
        openai.timeout = 20
        openai.chat.completions.create(model="gpt-4o", messages=[], timeout=20)
    """,
}


@pytest.mark.parametrize("way", WAYS)
def test_the_client_and_the_model_are_found(way: str) -> None:
    assert said(WAYS[way], "provider", "model", "timeout") == "openai gpt-4o 20"
