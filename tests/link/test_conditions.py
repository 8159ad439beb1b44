"""Branches: what is left out since it surely does not run, and what must stay since something outside decides it."""

from __future__ import annotations

import pytest

from tests.link.making import trace, trace_module

FACTORY = """
    def make(kind):
        if kind == "small":
            return "gpt-4o-mini"
        elif kind in ("large", "huge"):
            return "gpt-4o"
        return "o1"
    {call}
"""


@pytest.mark.parametrize(
    ("kind", "model"), [('"small"', "'gpt-4o-mini'"), ('"large"', "'gpt-4o'"), ('"other"', "'o1'"), ("None", "'o1'")]
)
def test_a_factory_gives_what_its_argument_asks_for(kind: str, model: str) -> None:
    call = f"make({kind})"
    assert trace_module(FACTORY.format(call=f"ask({call})"), call) == model


@pytest.mark.parametrize("kind", ['os.environ["KIND"]', 'os.getenv("KIND", "small")', "input()", "sys.argv[1]"])
def test_what_is_decided_outside_leaves_all_ways(kind: str) -> None:
    found = trace_module("import os, sys\n" + FACTORY.format(call=f"ask(make({kind}))").replace("\n    ", "\n"), f"make({kind})")
    assert all(f"'{model}'" in found for model in ("gpt-4o-mini", "gpt-4o", "o1"))


def test_two_callers_leave_the_ways_of_both() -> None:
    source = """
        def make(kind):
            if kind == "a":
                model = "gpt-4o-mini"
            elif kind == "b":
                model = "gpt-4o"
            else:
                model = "o1"
            ask(model)
        make("a")
        make("b")
    """
    found = trace_module(source, "model")
    assert "'gpt-4o-mini'" in found and "'gpt-4o'" in found
    assert "'o1'" not in found


DECIDED = {
    "a default that is not overridden": """
        def f(model=None):
            if model is None:
                model = "gpt-4o"
            ask(model)
        f()
    """,
    "an argument hides the default": """
        def f(model=None):
            if not model:
                model = "other"
            ask(model)
        f("gpt-4o")
    """,
    "a constant of the module": """
        USE_LARGE = True
        model = "other"
        if USE_LARGE:
            model = "gpt-4o"
        ask(model)
    """,
    "a return before it": """
        def f(debug):
            if debug:
                return "other"
            return "gpt-4o"
        model = f(False)
        ask(model)
    """,
    "and": """
        def f(a, b):
            if a and b:
                return "gpt-4o"
            return "other"
        model = f(1, "x")
        ask(model)
    """,
    "or": """
        def f(a, b):
            if a or b == "y":
                return "other"
            return "gpt-4o"
        model = f(0, "x")
        ask(model)
    """,
    "not in": """
        def f(kind):
            if kind not in ("a", "b"):
                return "other"
            return "gpt-4o"
        model = f("b")
        ask(model)
    """,
    "lower case": """
        def f(kind):
            if kind.lower() == "openai":
                return "gpt-4o"
            return "other"
        model = f("OpenAI")
        ask(model)
    """,
    "a number": """
        def f(size):
            if size > 10:
                return "gpt-4o"
            return "other"
        model = f(11)
        ask(model)
    """,
    "a conditional expression": """
        def f(kind):
            return "gpt-4o" if kind == "a" else "other"
        model = f("a")
        ask(model)
    """,
    "match": """
        def f(kind):
            match kind:
                case "a" | "b":
                    return "other"
                case "c":
                    return "gpt-4o"
                case _:
                    return "third"
        model = f("c")
        ask(model)
    """,
    "the last case": """
        def f(kind):
            match kind:
                case "a":
                    return "other"
                case _:
                    return "gpt-4o"
        model = f("c")
        ask(model)
    """,
    "a keyword that was not given": """
        def f(**options):
            if "model" in options:
                return "other"
            return "gpt-4o"
        model = f(timeout=3)
        ask(model)
    """,
    "what is written in a branch": """
        class A:
            def __init__(self, kind):
                if kind == "a":
                    self.model = "gpt-4o"
                else:
                    self.model = "other"
        model = A("a").model
        ask(model)
    """,
    "an object is not None": """
        class A:
            pass
        def f(a=None):
            if a is None:
                return "other"
            return "gpt-4o"
        model = f(A())
        ask(model)
    """,
}


@pytest.mark.parametrize("way", DECIDED)
def test_a_branch_that_does_not_run_is_left_out(way: str) -> None:
    assert trace_module(DECIDED[way], "model") == "'gpt-4o'"


OPEN = {
    "a flag that is set elsewhere": """
        FLAG = False
        def turn_on():
            global FLAG
            FLAG = True
        def f():
            if FLAG:
                return "gpt-4o"
            return "other"
        model = f()
        ask(model)
    """,
    "a list that is filled elsewhere": """
        class A:
            def __init__(self):
                self.names = []
                fill(self.names)
            def choose(self):
                if self.names:
                    return "gpt-4o"
                return "other"
        model = A().choose()
        ask(model)
    """,
    "an attribute that is set later": """
        class A:
            def __init__(self):
                self.ready = False
            def start(self):
                self.ready = True
            def choose(self):
                if self.ready:
                    return "gpt-4o"
                return "other"
        model = A().choose()
        ask(model)
    """,
    "an exception in between": """
        model = "other"
        try:
            if True:
                model = load("gpt-4o") or "gpt-4o"
        except OSError:
            pass
        ask(model)
    """,
    "a counter": """
        def f(n):
            i = 0
            while i < n:
                if i == 0:
                    model = "other"
                else:
                    model = "gpt-4o"
                i += 1
            return model
        model = f(3)
        ask(model)
    """,
    "an option of the command line": """
        import argparse
        parser = argparse.ArgumentParser()
        parser.add_argument("--large", action="store_true")
        args = parser.parse_args()
        model = "other"
        if args.large:
            model = "gpt-4o"
        ask(model)
    """,
    "a default that a caller outside can change": """
        def f(large=False):
            model = "gpt-4o" if large else "other"
            ask(model)
    """,
    "a dictionary that a loop fills": """
        known = {}
        for name in names():
            known[name] = 1
        model = "gpt-4o" if "a" in known else "other"
        ask(model)
    """,
    "a test with a guard": """
        def f(kind):
            match kind:
                case "a" if ready():
                    return "gpt-4o"
                case _:
                    return "other"
        model = f("a")
        ask(model)
    """,
}


@pytest.mark.parametrize("way", OPEN)
def test_a_branch_that_may_run_counts(way: str) -> None:
    found = trace_module(OPEN[way], "model")
    assert "gpt-4o" in found and "other" in found


def test_a_function_that_calls_itself_keeps_the_branch_that_ends_it() -> None:
    source = """
        def choose(n):
            if n == 0:
                return "gpt-4o"
            return choose(n - 1)
        model = choose(2)
        ask(model)
    """
    assert "'gpt-4o'" in trace_module(source, "model")


def test_an_attribute_that_is_made_when_first_asked_for_is_both() -> None:
    source = """
        class A:
            def __init__(self):
                self._model = None
            def model(self):
                if self._model is None:
                    self._model = "gpt-4o"
                return self._model
        model = A().model()
        ask(model)
    """
    assert "'gpt-4o'" in trace_module(source, "model")


PASSED_ON = {
    "a loop over names": """
        KEYS = ("model", "timeout")
        def make(**given):
            options = {"temperature": 0}
            for key in KEYS:
                if key in given:
                    options[key] = given[key]
            return options
    """,
    "a loop over a list in the function": """
        def make(**given):
            options = {}
            for key in ["model", "timeout"]:
                if key in given:
                    options[key] = given[key]
            return options
    """,
    "pairs": """
        def make(**given):
            options = {}
            for key, name in (("model", "model"), ("timeout", "request_timeout")):
                if key in given:
                    options[name] = given[key]
            return options
    """,
}


@pytest.mark.parametrize("way", PASSED_ON)
def test_options_that_a_loop_hands_on(way: str) -> None:
    files = {"app.py": PASSED_ON[way] + '\n        options = make(model="gpt-4o")\n        ask(options["model"])\n'}
    assert trace(files, "app.py", 'options["model"]').startswith("'gpt-4o'")
    files = {"app.py": PASSED_ON[way] + '\n        options = make(model="gpt-4o")\n        ask(options.get("timeout", 5))\n'}
    assert trace(files, "app.py", 'options.get("timeout", 5)') == "5"


def test_a_loop_over_a_list_that_is_not_known_is_not_unrolled() -> None:
    source = """
        def make(keys, **given):
            options = {}
            for key in keys:
                options[key] = given[key]
            return options
        options = make(load(), model="gpt-4o")
        ask(options["model"])
    """
    assert trace_module(source, 'options["model"]') != "'gpt-4o'"


SWITCH = """
    import os
    from pydantic_settings import BaseSettings
    class Settings(BaseSettings):
        backend: str
    backend = {read}
    def make():
        if backend == "ollama":
            return "llama3"
        elif backend in ("openai", "azure"):
            return "gpt-4o"
        return "o1"
    ask(make())
"""
DEPLOYED = "services:\n  api:\n    build: .\n    environment:\n      BACKEND: {}\n"


@pytest.mark.parametrize(
    "read", ['os.environ["BACKEND"]', 'os.getenv("BACKEND")', "Settings().backend", 'os.getenv("BACKEND", "ollama")']
)
@pytest.mark.parametrize("more", [{}, {".env": "BACKEND=ollama\n"}, {".env.example": "BACKEND=\n"}])
def test_a_switch_that_is_set_wherever_the_program_is_started(read: str, more: dict[str, str]) -> None:
    files = {"app.py": SWITCH.format(read=read), "compose.yaml": DEPLOYED.format("ollama"), **more}
    assert trace(files, "app.py", "make()") == "'llama3'"


def test_two_deployments_that_say_the_same_of_a_branch() -> None:
    files = {"app.py": SWITCH.format(read='os.environ["BACKEND"]'), "compose.yaml": DEPLOYED.format("openai"),
             "compose.prod.yaml": DEPLOYED.format("azure")}  # fmt: skip
    assert trace(files, "app.py", "make()") == "'gpt-4o'"


@pytest.mark.parametrize(
    "files",
    [
        {},
        {".env": "BACKEND=ollama\n"},
        {"compose.yaml": DEPLOYED.format("ollama"), "compose.prod.yaml": DEPLOYED.format("openai")},
        {"compose.yaml": DEPLOYED.format("ollama"), ".env": "BACKEND=openai\n"},
        {"compose.yaml": DEPLOYED.format("${BACKEND:-ollama}")},
        {"compose.yaml": DEPLOYED.format("ollama"), "compose.prod.yaml": DEPLOYED.format("")},
    ],
)
def test_a_switch_that_somebody_can_set_otherwise_leaves_all_ways(files: dict[str, str]) -> None:
    found = trace({"app.py": SWITCH.format(read='os.environ["BACKEND"]'), **files}, "app.py", "make()")
    assert "'llama3'" in found and "'gpt-4o'" in found


def test_a_default_of_the_code_that_says_otherwise_leaves_both_ways() -> None:
    files = {"app.py": SWITCH.format(read='os.getenv("BACKEND", "openai")'), "compose.yaml": DEPLOYED.format("ollama")}
    found = trace(files, "app.py", "make()")
    assert "'llama3'" in found and "'gpt-4o'" in found


HISTORY = """
    def last(history):
        for turn in reversed(history):
            if turn["role"] == "user":
                return turn["content"]
        return ""
    def every(history):
        return [turn["content"] for turn in history if turn.get("role") != "assistant"]
    turns = [{"role": "user", "content": "question"}, {"role": "assistant", "content": "answer"}]
    ask({call})
"""


@pytest.mark.parametrize("call", ["last(turns)", "every(turns)"])
def test_only_the_items_that_pass_a_test_are_taken(call: str) -> None:
    found = trace_module(HISTORY.replace("{call}", call), call)
    assert "'question'" in found and "'answer'" not in found


@pytest.mark.parametrize("call", ["last(turns)", "every(turns)"])
def test_an_item_of_which_it_is_not_known_may_pass(call: str) -> None:
    source = HISTORY.replace("{call}", call).replace('"role": "assistant"', '"role": input()')
    assert "'answer'" in trace_module(source, call)
