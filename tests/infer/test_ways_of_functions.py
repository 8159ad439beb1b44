"""Calls that run elsewhere: decorators, threads, callbacks, closures, handlers in dictionaries.

However it is done, the call is one of `gpt-4o` at OpenAI with a limit of 20 seconds."""

from __future__ import annotations

import pytest

from tests.infer.making import Files, said

WAYS: dict[str, Files | str] = {
    "a library that tries again": """
        from openai import OpenAI
        from tenacity import retry, stop_after_attempt
        client = OpenAI(timeout=20)
        @retry(stop=stop_after_attempt(3))
        def ask(question, model):
            return client.chat.completions.create(model=model, messages=[question])
        ask("hi", "gpt-4o")
    """,
    "an own decorator that tries again": """
        import functools, time
        from openai import OpenAI
        client = OpenAI(timeout=20)
        def with_retry(attempts=3):
            def decorate(func):
                @functools.wraps(func)
                def wrapper(*args, **kwargs):
                    for i in range(attempts):
                        try:
                            return func(*args, **kwargs)
                        except Exception:
                            time.sleep(2 ** i)
                    raise RuntimeError("no answer")
                return wrapper
            return decorate
        @with_retry(attempts=5)
        def ask(question, model):
            return client.chat.completions.create(model=model, messages=[question])
        ask("hi", "gpt-4o")
    """,
    "a decorator that hands in the client": """
        import functools
        from openai import OpenAI
        def with_client(func):
            @functools.wraps(func)
            def wrapper(*args, **kwargs):
                client = OpenAI(timeout=20)
                return func(client, *args, **kwargs)
            return wrapper
        @with_client
        def ask(client, question, model="gpt-4o"):
            return client.chat.completions.create(model=model, messages=[question])
        ask("hi")
    """,
    "a decorator that hands in a keyword": """
        import functools
        from openai import OpenAI
        def inject(func):
            @functools.wraps(func)
            async def wrapper(self, *args, **kwargs):
                kwargs["client"] = self.make()
                return await func(self, *args, **kwargs)
            return wrapper
        class Service:
            def make(self):
                return OpenAI(timeout=20)
            @inject
            async def ask(self, question, model, client=None):
                return client.chat.completions.create(model=model, messages=[question])
        async def main():
            await Service().ask("hi", "gpt-4o")
    """,
    "a method that runs in a thread": """
        import asyncio
        from openai import OpenAI
        class Llm:
            def __init__(self, model):
                self.model = model
                self.client = OpenAI(timeout=20)
            def _ask(self, question, temperature=0):
                return self.client.chat.completions.create(model=self.model, temperature=temperature, messages=[question])
            async def ask(self, question):
                loop = asyncio.get_running_loop()
                await loop.run_in_executor(None, self._ask, question)
                return await asyncio.to_thread(self._ask, question, temperature=0.5)
        llm = Llm("gpt-4o")
    """,
    "a function that an object is given": """
        from openai import OpenAI
        class Agent:
            def __init__(self, llm_call):
                self.llm_call = llm_call
            def run(self, question):
                return self.llm_call(question, model="gpt-4o")
        def call_openai(question, model):
            return OpenAI(timeout=20).chat.completions.create(model=model, messages=[question])
        Agent(call_openai).run("hi")
    """,
    "a function as the default of a parameter": """
        from openai import OpenAI
        def call_model(prompt, model="gpt-4o"):
            return OpenAI(timeout=20).chat.completions.create(model=model, messages=[prompt])
        class Pipeline:
            def __init__(self, *, llm=call_model):
                self._llm = llm
            def __call__(self, text):
                return self._llm(text)
        Pipeline()("hi")
    """,
    "a function in a field of a record": """
        from dataclasses import dataclass
        from typing import Callable
        from openai import OpenAI
        @dataclass
        class Tool:
            name: str
            run: Callable[[str], str]
        def ask(question, model="gpt-4o"):
            return OpenAI(timeout=20).chat.completions.create(model=model, messages=[question])
        TOOLS = [Tool("ask", ask)]
        def call(name, question):
            for tool in TOOLS:
                if tool.name == name:
                    return tool.run(question)
    """,
    "methods in a dictionary": """
        from openai import OpenAI
        class Router:
            def __init__(self):
                self.client = OpenAI(timeout=20)
                self.handlers = {"chat": self._chat, "echo": self._echo}
            def handle(self, kind, text):
                return self.handlers[kind](text, "gpt-4o")
            def _chat(self, text, model):
                return self.client.chat.completions.create(model=model, messages=[text])
            def _echo(self, text, model):
                return text
    """,
    "a method found by a name that is made": """
        from openai import OpenAI
        class Bot:
            def __init__(self):
                self.client = OpenAI(timeout=20)
            def dispatch(self, command, text):
                handler = getattr(self, f"on_{command}", None)
                if handler is None:
                    return None
                return handler(text)
            def on_chat(self, text):
                return self.client.chat.completions.create(model="gpt-4o", messages=[text])
    """,
    "a prepared call of the client": """
        import functools
        from openai import OpenAI
        client = OpenAI(timeout=20)
        complete = functools.partial(client.chat.completions.create, model="gpt-4o", timeout=20)
        def ask(q):
            return complete(messages=[q])
    """,
    "a method handed to an own function": """
        from openai import OpenAI
        client = OpenAI(timeout=20)
        def safe(fn, *args, **kwargs):
            try:
                return fn(*args, **kwargs)
            except Exception:
                return None
        def ask(q):
            return safe(client.chat.completions.create, model="gpt-4o", messages=[q])
    """,
    "a lambda handed to an own function": """
        from openai import OpenAI
        client = OpenAI(timeout=20)
        def retry(fn, attempts=3):
            for _ in range(attempts):
                try:
                    return fn()
                except Exception:
                    continue
        def ask(q):
            return retry(lambda: client.chat.completions.create(model="gpt-4o", messages=[q]))
    """,
    "calls that run together": """
        import asyncio
        from openai import AsyncOpenAI
        client = AsyncOpenAI(timeout=20)
        async def one(q, model):
            return await client.chat.completions.create(model=model, messages=[q])
        async def all_(questions):
            return await asyncio.gather(*(one(q, "gpt-4o") for q in questions))
    """,
    "a task of a queue": {
        "tasks.py": """
            from celery import Celery
            from openai import OpenAI
            app = Celery("tasks")
            @app.task(bind=True, max_retries=3)
            def answer(self, question, model):
                return OpenAI(timeout=20).chat.completions.create(model=model, messages=[question])
        """,
        "views.py": """
            from tasks import answer
            def view(request):
                answer.delay(request.text, model="gpt-4o")
                answer.apply_async(args=[request.text, "gpt-4o"], countdown=3)
        """,
    },
    "a function made by a function": """
        from openai import OpenAI
        def make_asker(model, timeout):
            client = OpenAI(timeout=timeout)
            def ask(q):
                return client.chat.completions.create(model=model, messages=[q])
            return ask
        ask = make_asker("gpt-4o", 20)
        ask("hi")
    """,
    "a client that an inner function makes once": """
        from openai import OpenAI
        def make_asker():
            client = None
            def ask(q):
                nonlocal client
                if client is None:
                    client = OpenAI(timeout=20)
                return client.chat.completions.create(model="gpt-4o", messages=[q])
            return ask
        make_asker()("hi")
    """,
    "an import inside of a function": """
        def get_client():
            from openai import OpenAI
            return OpenAI(timeout=20)
        def ask(question):
            client = get_client()
            return client.chat.completions.create(model="gpt-4o", messages=[question])
    """,
    "a factory of several things": """
        from openai import OpenAI
        def build(config):
            return OpenAI(timeout=config["timeout"]), config["model"]
        client, model = build({"timeout": 20, "model": "gpt-4o"})
        client.chat.completions.create(model=model, messages=[])
    """,
    "a client that a module makes once": """
        from openai import OpenAI
        _client = None
        def get_client():
            global _client
            if _client is None:
                _client = OpenAI(timeout=20)
            return _client
        def ask(question):
            return get_client().chat.completions.create(model="gpt-4o", messages=[question])
    """,
    "clients kept by name": """
        from openai import OpenAI
        _clients: dict[str, OpenAI] = {}
        def get(name):
            client = _clients.get(name)
            if client is None:
                client = OpenAI(timeout=20)
                _clients[name] = client
            return client
        def ask(q):
            return get("main").chat.completions.create(model="gpt-4o", messages=[q])
    """,
    "a context variable": """
        from contextvars import ContextVar
        from openai import OpenAI
        _client: ContextVar[OpenAI] = ContextVar("client")
        def setup():
            _client.set(OpenAI(timeout=20))
        def ask(q):
            return _client.get().chat.completions.create(model="gpt-4o", messages=[q])
    """,
    "a client for each thread": """
        import threading
        from openai import OpenAI
        _local = threading.local()
        def client():
            if not hasattr(_local, "client"):
                _local.client = OpenAI(timeout=20)
            return _local.client
        def ask(q):
            return client().chat.completions.create(model="gpt-4o", messages=[q])
    """,
    "a stack of contexts": """
        from contextlib import AsyncExitStack
        from openai import AsyncOpenAI
        async def ask(q):
            async with AsyncExitStack() as stack:
                client = await stack.enter_async_context(AsyncOpenAI(timeout=20))
                return await client.chat.completions.create(model="gpt-4o", messages=[q])
    """,
    "a method that is a context": """
        from contextlib import contextmanager
        from openai import OpenAI
        class Pool:
            @contextmanager
            def client(self):
                client = OpenAI(timeout=20)
                yield client
        def ask(q):
            with Pool().client() as c:
                return c.chat.completions.create(model="gpt-4o", messages=[q])
    """,
}


@pytest.mark.parametrize("way", WAYS)
def test_the_client_and_the_model_are_found(way: str) -> None:
    assert said(WAYS[way], "provider", "model", "timeout") == "openai gpt-4o 20"
