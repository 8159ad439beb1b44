"""Values travel through arguments, returns, closures and wrappers; recursion ends."""

from __future__ import annotations

import time

import pytest

from tests.link.making import trace, trace_module


def test_an_argument_comes_from_the_caller_in_another_module() -> None:
    files = {"llm.py": "def ask(model):\n    return call(model)\n", "app.py": 'from llm import ask\nask("gpt-4o")\n'}
    assert trace(files, "llm.py", "model") == "'gpt-4o'"


@pytest.mark.parametrize(
    "arguments",
    [
        '"gpt-4o", 20',
        'model="gpt-4o", timeout=20',
        'timeout=20, model="gpt-4o"',
        '*("gpt-4o", 20)',
        '**{"model": "gpt-4o"}',
        "**OPTIONS",
    ],
)
def test_an_argument_is_found_however_it_is_passed(arguments: str) -> None:
    source = f"""
        OPTIONS = dict(model="gpt-4o", timeout=20)
        def ask(model, timeout=5):
            return call(model)
        ask({arguments})
    """
    assert trace_module(source, "model") == "'gpt-4o'"


def test_a_default_is_one_of_the_values() -> None:
    source = """
        def ask(question, model="gpt-4o"):
            return call(model)
        ask("a")
        ask("b", "o1")
    """
    assert trace_module(source, "model") == "'gpt-4o' | 'o1'"


def test_a_parameter_without_callers_stays_a_parameter() -> None:
    assert trace_module("def ask(model):\n    return call(model)\n", "model") == "parameter model"


def test_a_parameter_without_callers_may_be_its_default() -> None:
    found = trace_module('def ask(model="gpt-4o"):\n    return call(model)\n', "model")
    assert found == "'gpt-4o' | parameter model"


def test_extra_arguments_arrive_in_kwargs() -> None:
    source = """
        def ask(question, **options):
            return call(options["model"])
        ask("a", model="gpt-4o")
    """
    assert trace_module(source, 'options["model"]') == "'gpt-4o'"


def test_kwargs_are_handed_on() -> None:
    files = {
        "llm.py": "import openai\ndef make(**options):\n    return openai.OpenAI(**options)\n",
        "app.py": "from llm import make\nclient = make(timeout=20)\nclient.chat()\n",
    }
    assert trace(files, "app.py", "client") == "openai.OpenAI(**{'timeout': 20})"


def test_extra_positional_arguments_arrive_in_args() -> None:
    source = """
        def ask(*models):
            return call(models[0])
        ask("gpt-4o", "o1")
    """
    assert trace_module(source, "models[0]") == "'gpt-4o'"


def test_a_value_that_goes_through_three_functions() -> None:
    source = """
        def a(model): return b(model)
        def b(name): return c(name)
        def c(x): return x
        ask(a("gpt-4o"), a("o1"))
    """
    assert trace_module(source, 'a("gpt-4o")') == "'gpt-4o'"


def test_a_function_called_on_a_variable_that_holds_it() -> None:
    source = """
        def make(): return "gpt-4o"
        alias = make
        ask(alias())
    """
    assert trace_module(source, "alias()") == "'gpt-4o'"


def test_a_function_passed_as_an_argument() -> None:
    source = """
        def run(work): return work("gpt-4o")
        def ask(model): return call(model)
        run(ask)
    """
    assert trace_module(source, "model") == "'gpt-4o'"


def test_lambdas_and_closures() -> None:
    source = """
        def choose(model):
            def inner():
                return model
            return inner
        fast = choose("gpt-4o-mini")
        ask(fast(), (lambda name: "ft:" + name)("x"))
    """
    assert trace_module(source, "fast()") == "'gpt-4o-mini'"
    assert trace_module(source, '(lambda name: "ft:" + name)("x")') == "'ft:x'"


def test_partial_fixes_arguments() -> None:
    source = """
        from functools import partial
        def ask(question, model, timeout=5): return call(model, timeout)
        fast = partial(ask, model="gpt-4o-mini")
        fast("hello", timeout=20)
    """
    assert trace_module(source, "model") == "'gpt-4o-mini'"


def test_partial_of_a_library_keeps_its_arguments() -> None:
    source = """
        from functools import partial
        from openai import OpenAI
        make = partial(OpenAI, timeout=20)
        make(max_retries=1).chat()
    """
    found = trace_module(source, "make(max_retries=1)")
    assert found == "openai.OpenAI(max_retries=1, timeout=20)"


@pytest.mark.parametrize(
    "line",
    [
        'await asyncio.to_thread(ask, "gpt-4o")',
        'await loop.run_in_executor(None, ask, "gpt-4o")',
        'pool.submit(ask, "gpt-4o")',
        'threading.Thread(target=ask, args=("gpt-4o",)).start()',
        'await anyio.to_thread.run_sync(ask, "gpt-4o")',
        'list(map(ask, ["gpt-4o"]))',
        'asyncio.run(ask("gpt-4o"))',
        'background.add_task(ask, "gpt-4o")',
        'pool.map(ask, ["gpt-4o"])',
    ],
)
def test_a_function_that_another_thread_runs_gets_its_arguments(line: str) -> None:
    source = f"""
        import asyncio, threading, anyio
        def ask(model): return call(model)
        async def main(loop, pool, background):
            {line}
    """
    assert trace_module(source, "model") == "'gpt-4o'"


def test_the_result_of_a_thread_is_that_of_its_function() -> None:
    source = """
        import asyncio
        def make(name): return "ft:" + name
        async def main():
            ask(await asyncio.to_thread(make, "a"), await asyncio.wait_for(other(), 5))
        async def other(): return "b"
    """
    assert trace_module(source, 'asyncio.to_thread(make, "a")') == "'ft:a'"
    assert trace_module(source, "asyncio.wait_for(other(), 5)") == "'b'"


# -- decorators


@pytest.mark.parametrize(
    "decorator", ["app.get('/ask')", "retry(stop=3)", "functools.wraps(other)", "staticmethod", "timed", "timed_with(3)"]
)
def test_a_decorated_function_is_still_the_function(decorator: str) -> None:
    source = f"""
        import functools
        def timed(work):
            @functools.wraps(work)
            def wrapper(*args, **kwargs):
                return work(*args, **kwargs)
            return wrapper
        def timed_with(limit):
            def outer(work):
                def wrapper(*args, **kwargs):
                    return work(*args, **kwargs)
                return wrapper
            return outer
        @{decorator}
        def choose(model):
            return "ft:" + model
        ask(choose("gpt-4o"))
    """
    assert trace_module(source, 'choose("gpt-4o")') == "'ft:gpt-4o'"


# -- wrappers


def test_a_wrapper_class_around_a_client() -> None:
    files = {
        "llm.py": """
            from openai import OpenAI
            class Llm:
                def __init__(self, model, **options):
                    self.model = model
                    self.client = OpenAI(**options)
                def ask(self, question):
                    return self.client.chat(self.model, question)
        """,
        "app.py": 'from llm import Llm\nllm = Llm("gpt-4o", timeout=20)\nllm.ask("hi")\nshow(llm.client)\n',
    }
    assert trace(files, "llm.py", "self.model") == "'gpt-4o'"
    assert trace(files, "app.py", "llm.client") == "openai.OpenAI(**{'timeout': 20})"


def test_generators_give_what_they_yield() -> None:
    source = """
        def models():
            yield "gpt-4o"
            yield "o1"
        for model in models():
            ask(model)
    """
    assert trace_module(source, "model") == "'gpt-4o' | 'o1'"


# -- what does not end by itself


def test_recursion_ends() -> None:
    source = """
        def choose(depth):
            if depth:
                return choose(depth - 1)
            return "gpt-4o"
        ask(choose(3))
    """
    assert "'gpt-4o'" in trace_module(source, "choose(3)")


def test_mutual_recursion_ends() -> None:
    source = """
        def even(n):
            return odd(n - 1) if n else "gpt-4o"
        def odd(n):
            return even(n - 1)
        ask(even(4))
    """
    assert "'gpt-4o'" in trace_module(source, "even(4)")


def test_a_parameter_that_is_passed_on_to_itself_ends() -> None:
    source = """
        def ask(model, tries=3):
            call(model)
            return ask(model, tries - 1)
        ask("gpt-4o")
    """
    assert "'gpt-4o'" in trace_module(source, "model")


def test_an_object_that_holds_itself_ends() -> None:
    trace_module(
        """
        class Node:
            def __init__(self, parent):
                self.parent = parent
                self.child = Node(self)
            def top(self):
                return self.parent.parent.child
        ask(Node(None).top())
    """,
        "Node(None).top()",
    )


def test_a_class_that_inherits_from_itself_ends() -> None:
    trace_module(
        """
        class A(B): ...
        class B(A): ...
        ask(A().x)
    """,
        "A().x",
    )


def test_a_variable_of_a_loop_that_depends_on_itself_ends() -> None:
    source = """
        prompt = "start"
        while True:
            prompt = prompt + step(prompt)
            ask(prompt)
    """
    found = trace_module(source, "prompt")
    assert "again" in found or "'start'" in found


# -- what is large


def seconds(files: dict[str, str], path: str, expression: str) -> float:
    start = time.perf_counter()
    trace(files, path, expression)
    return time.perf_counter() - start


def test_a_wide_call_graph_takes_bounded_time() -> None:
    """Two hundred functions, each called by all later ones."""
    lines = [f"def f{i}(x):\n    return f{i + 1}(x) or f{(i * 7) % 200}(x) or f{(i * 13) % 200}(x)\n" for i in range(200)]
    source = "".join(lines) + "def f200(x):\n    return x\nask(f0('gpt-4o'))\n"
    assert seconds({"a.py": source}, "a.py", "f0('gpt-4o')") < 5


def test_a_ladder_of_wrappers_does_not_double_with_each_step() -> None:
    lines = ["def f0(x):\n    return call(x)\n", *(f"def f{i}(x):\n    return f{i - 1}(x) + f{i - 1}(x)\n" for i in range(1, 40))]
    assert seconds({"a.py": "".join(lines) + "f39('a')\nf39('b')\n"}, "a.py", "x") < 5


def test_a_function_with_thousands_of_callers_gives_some_and_says_that_there_are_more() -> None:
    source = "def ask(model):\n    return call(model)\n" + "".join(f"ask('model-{i}')\n" for i in range(3_000))
    found = trace({"a.py": source}, "a.py", "model")
    assert "'model-0'" in found
    assert "unknown" in found


def test_a_chain_of_thousands_of_names_ends() -> None:
    source = "x0 = 'gpt-4o'\n" + "".join(f"x{i} = x{i - 1}\n" for i in range(1, 3_000)) + "ask(x2999)\n"
    assert trace({"a.py": source}, "a.py", "x2999") in ("'gpt-4o'", "unknown")


@pytest.mark.parametrize("pick", ["max(files, key=os.path.getmtime)", "files[0]", "sorted(files)[-1]", "random.choice(files)"])
def test_a_file_that_was_found_has_a_name_like_the_pattern(pick: str) -> None:
    source = f"""
        import glob, os, random
        files = glob.glob("models/llama*.gguf")
        load({pick})
    """
    assert "'models/llama*.gguf'" in trace_module(source, pick)


@pytest.mark.parametrize("call", ["f(*args)", "f(**kwargs)", "f(*args, **kwargs)"])
def test_a_default_holds_where_unknown_arguments_lack_it(call: str) -> None:
    code = f"def f(x='gpt-4o'):\n    return x\ndef g(*args, **kwargs):\n    return {call}\n"
    assert trace_module(code, "x").startswith("'gpt-4o' | ")


def test_what_stands_after_unknown_arguments_is_given() -> None:
    assert trace_module("def f(x='a', *, m='b'):\n    return m\ndef g(*args):\n    return f(*args, m='c')\n", "m") == "'c'"


def test_a_retry_that_hands_on_its_options_adds_no_doubt() -> None:
    source = """
        class Bot:
            def __init__(self):
                self.options = {"model": "gpt-4o"}

            def reply(self, session, options=None, tried=0):
                if options is None:
                    options = self.options
                try:
                    return ask(**options)
                except TimeoutError:
                    return self.reply(session, options, tried + 1)

        Bot().reply("hello")

        def ask(model="o1", base=None):
            return call(model, base)
    """
    assert trace_module(source, "model") == "'gpt-4o'"
    assert trace_module(source, "base") == "None"


@pytest.mark.parametrize("asked", ["model", "device"])
def test_a_function_with_the_name_of_the_method_that_it_calls(asked: str) -> None:
    source = """
        from openai import OpenAI

        def generate(model, batch, device):
            x = batch.to(device)
            return model.generate(x, device)

        def run():
            return generate(OpenAI(timeout=20), load(), "cuda")
    """
    expected = {"model": "openai.OpenAI(timeout=20)", "device": "'cuda'"}
    assert trace_module(source, "x").endswith("to('cuda')")
    assert trace_module(source, asked) == expected[asked]
