"""What may be otherwise at run time is never the only answer."""

from __future__ import annotations

import pytest

from tests.link.making import trace, trace_module


def is_doubtful(words: str, value: str) -> bool:
    """The value is one of the answers, and not the only one."""
    return value in words and words != value


# -- somebody else changes it


def test_an_attribute_that_is_also_set_from_outside() -> None:
    source = """
        class Service:
            def __init__(self):
                self.model = "gpt-4o"
            def ask(self):
                return call(self.model)
        service = Service()
        service.model = "o1"
        service.ask()
    """
    assert is_doubtful(trace_module(source, "self.model"), "'gpt-4o'")


def test_a_class_attribute_that_is_set_from_outside() -> None:
    source = """
        class Config:
            model = "gpt-4o"
        def ask():
            return call(Config.model)
        Config.model = choose()
    """
    assert is_doubtful(trace_module(source, "Config.model"), "'gpt-4o'")


def test_a_class_attribute_that_a_class_method_sets() -> None:
    source = """
        class Config:
            model = "gpt-4o"
            @classmethod
            def use(cls, name):
                cls.model = name
        def ask():
            return call(Config.model)
    """
    assert is_doubtful(trace_module(source, "Config.model"), "'gpt-4o'")


def test_a_module_constant_that_another_module_changes() -> None:
    files = {
        "settings.py": 'MODEL = "gpt-4o"\n',
        "app.py": "import settings\nsettings.MODEL = choose()\ndef ask():\n    return call(settings.MODEL)\n",
    }
    assert is_doubtful(trace(files, "app.py", "settings.MODEL"), "'gpt-4o'")


def test_a_module_dictionary_that_another_module_changes() -> None:
    files = {
        "settings.py": 'OPTIONS = {"model": "gpt-4o"}\n',
        "app.py": (
            'import settings\nsettings.OPTIONS["model"] = choose()\ndef ask():\n    return call(settings.OPTIONS["model"])\n'
        ),
    }
    assert trace(files, "app.py", 'settings.OPTIONS["model"]') != "'gpt-4o'"


def test_an_imported_dictionary_that_is_changed() -> None:
    files = {
        "settings.py": 'OPTIONS = {"model": "gpt-4o"}\n',
        "app.py": 'from settings import OPTIONS\nOPTIONS["model"] = choose()\ndef ask():\n    return call(OPTIONS["model"])\n',
    }
    assert trace(files, "app.py", 'OPTIONS["model"]') != "'gpt-4o'"


def test_a_global_that_a_function_changes_is_seen_by_the_module_too() -> None:
    source = """
        model = "gpt-4o"
        def switch():
            global model
            model = choose()
        switch()
        ask(model)
    """
    assert is_doubtful(trace_module(source, "model"), "'gpt-4o'")


def test_a_variable_that_an_inner_function_changes() -> None:
    source = """
        def main():
            model = "gpt-4o"
            def switch():
                nonlocal model
                model = choose()
            switch()
            ask(model)
    """
    assert is_doubtful(trace_module(source, "model"), "'gpt-4o'")


def test_a_list_that_a_function_gets_and_changes() -> None:
    source = """
        def fill(messages):
            messages.append("record")
        def main():
            messages = ["system"]
            fill(messages)
            ask(messages)
    """
    assert trace_module(source, "messages") != "['system']"


# -- somebody else gives it


def test_a_dictionary_that_unknown_entries_may_override() -> None:
    source = """
        def ask(options):
            merged = {"model": "gpt-4o", **options}
            return call(merged["model"])
    """
    assert is_doubtful(trace_module(source, 'merged["model"]'), "'gpt-4o'")


def test_a_dictionary_that_is_updated_with_unknown_entries() -> None:
    source = """
        def ask(options):
            merged = {"model": "gpt-4o"}
            merged.update(options)
            return call(merged["model"])
    """
    assert is_doubtful(trace_module(source, 'merged["model"]'), "'gpt-4o'")


def test_an_entry_that_is_written_last_is_certain() -> None:
    source = """
        def ask(options):
            merged = {**options, "model": "gpt-4o"}
            return call(merged["model"])
    """
    assert trace_module(source, 'merged["model"]') == "'gpt-4o'"


def test_an_entry_under_an_unknown_key_may_be_the_one() -> None:
    source = """
        def ask(key):
            options = {"model": "gpt-4o"}
            options[key] = "o1"
            return call(options["model"])
    """
    assert is_doubtful(trace_module(source, 'options["model"]'), "'gpt-4o'")


@pytest.mark.parametrize(
    "making",
    [
        "Config(**read())",
        "Config(**OPTIONS)",
        "Config.model_validate(read())",
        "Config.parse_obj(read())",
        "Config.from_file(path)",
    ],
)
@pytest.mark.parametrize("kind", ["pydantic", "dataclass"])
def test_a_field_of_an_object_that_is_read_from_a_file(making: str, kind: str) -> None:
    head = "class Config(BaseModel):" if kind == "pydantic" else "@dataclass\nclass Config:"
    source = (
        "from dataclasses import dataclass\n"
        "from pydantic import BaseModel\n"
        "OPTIONS = read()\n"
        f"{head}\n"
        '    model: str = "gpt-4o"\n'
        "    @classmethod\n"
        "    def from_file(cls, path):\n"
        "        return cls(**read(path))\n"
        f"ask({making}.model)\n"
    )
    assert trace({"app.py": source}, "app.py", f"{making}.model") != "'gpt-4o'"


def test_a_field_of_a_request_body() -> None:
    source = """
        from fastapi import FastAPI
        from pydantic import BaseModel
        app = FastAPI()
        class Body(BaseModel):
            model: str = "gpt-4o"
        @app.post("/ask")
        def ask(body: Body):
            return call(body.model)
    """
    assert is_doubtful(trace_module(source, "body.model"), "'gpt-4o'")


def test_an_argument_of_the_command_line() -> None:
    source = """
        import argparse
        parser = argparse.ArgumentParser()
        parser.add_argument("--model", default="gpt-4o")
        args = parser.parse_args()
        ask(args.model)
    """
    assert is_doubtful(trace_module(source, "args.model"), "'gpt-4o'")


def test_the_default_of_a_lookup_whose_key_is_not_known() -> None:
    source = """
        MODELS = {"fast": "gpt-4o-mini"}
        ask(MODELS.get(kind, "gpt-4o"))
    """
    assert trace_module(source, 'MODELS.get(kind, "gpt-4o")') == "'gpt-4o' | 'gpt-4o-mini'"


# -- Python does something to it


@pytest.mark.parametrize(
    "expression",
    [
        'NAME.replace("4o", "3.5")', "NAME.upper()", "NAME[:3]", 'NAME.split("-")[0]', "NAME[0]", 'NAME.removeprefix("gpt-")',
        "NAME * 2", "NAME.title()", 'NAME.partition("-")[2]', "NAME[::-1]", "sorted(NAME)[0]", "hash(NAME)", "NAME.zfill(12)",
        "NAME.translate({})", 're.sub("4", "5", NAME)', "{NAME: 1}[NAME]", "len(NAME)", "NAME == 'gpt-4o'", "NAME and other",
    ],
)  # fmt: skip
def test_a_text_that_was_changed_is_not_the_text(expression: str) -> None:
    assert trace_module(f'import re\nNAME = "gpt-4o"\nask({expression})\n', expression) != "'gpt-4o'"


@pytest.mark.parametrize(
    "change",
    [
        "models.reverse()",
        "models.sort()",
        'models.insert(0, "o1")',
        "models.pop(0)",
        'models.remove("gpt-4o")',
        'models[0] = "o1"',
        "models.clear()",
        "random.shuffle(models)",
        "del models[0]",
    ],
)
def test_a_list_that_was_changed_has_no_certain_first_item(change: str) -> None:
    assert (
        trace_module(f'import random\nmodels = ["gpt-4o", "gpt-4o-mini"]\n{change}\nask(models[0])\n', "models[0]") != "'gpt-4o'"
    )


def test_the_nearest_class_in_the_order_of_python_counts() -> None:
    """A diamond: what stands beside comes before what stands above both."""
    source = """
        class Base:
            model = "gpt-4o"
        class Left(Base): ...
        class Right(Base):
            model = "o1"
        class Both(Left, Right): ...
        ask(Both().model)
    """
    assert trace_module(source, "Both().model") == "'o1'"


def test_a_method_that_a_subclass_overrides_is_called_on_its_objects() -> None:
    source = """
        class Base:
            def name(self): return "gpt-4o"
            def ask(self): return self.name()
        class Fast(Base):
            def name(self): return "gpt-4o-mini"
        show(Fast().ask())
    """
    assert trace_module(source, "Fast().ask()") == "'gpt-4o-mini'"


def test_a_subclass_that_hides_the_base_value_in_its_own_init() -> None:
    source = """
        class Base:
            def __init__(self):
                self.model = "gpt-4o"
        class Fast(Base):
            def __init__(self):
                super().__init__()
                self.model = "gpt-4o-mini"
        show(Fast().model)
    """
    assert trace_module(source, "Fast().model") == "'gpt-4o-mini'"


def test_a_decorator_that_gives_another_function_decides() -> None:
    source = """
        def always_o1(work):
            def wrapper(name):
                return "o1"
            return wrapper
        @always_o1
        def choose(name):
            return "gpt-4o"
        ask(choose("x"))
    """
    assert trace_module(source, 'choose("x")') != "'gpt-4o'"
