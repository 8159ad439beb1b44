"""What a program is told when it is started is an option: its default, or what a person writes."""

from __future__ import annotations

import pytest

from tests.link.making import trace, trace_module

CLASSES = """
    from dataclasses import dataclass, field
    from typing import Optional

    @dataclass
    class ModelArguments:
        model_name_or_path: Optional[str] = field(default="facebook/opt-125m", metadata={"help": "Which model"})
        revision: str = "main"
        adapter: Optional[str] = None

    @dataclass
    class DataArguments:
        dataset: str = field(default="alpaca")
"""
HF = "    import transformers\n    from transformers import HfArgumentParser, TrainingArguments\n" + CLASSES


@pytest.mark.parametrize(
    "parse",
    [
        "arguments, data = HfArgumentParser((ModelArguments, DataArguments)).parse_args_into_dataclasses()",
        "parser = transformers.HfArgumentParser([ModelArguments, TrainingArguments])\n"
        "    arguments, training = parser.parse_args_into_dataclasses()",
        "arguments = HfArgumentParser(ModelArguments).parse_args_into_dataclasses()[0]",
        "(arguments,) = HfArgumentParser((ModelArguments)).parse_args_into_dataclasses()",
        "parser = HfArgumentParser(dataclass_types=(ModelArguments, DataArguments))\n"
        "    arguments, data, rest = parser.parse_args_into_dataclasses(return_remaining_strings=True)",
    ],
)
def test_fields_of_classes_are_options_of_a_training_script(parse: str) -> None:
    source = f"{HF}\n    {parse}\n    load(arguments.model_name_or_path)\n"
    assert trace_module(source, "arguments.model_name_or_path") == "'facebook/opt-125m' | unknown"


def test_a_field_without_a_default_of_its_own_is_open() -> None:
    source = (
        f"{HF}\n    (arguments,) = HfArgumentParser(ModelArguments).parse_args_into_dataclasses()\n    load(arguments.adapter)\n"
    )
    assert trace_module(source, "arguments.adapter") == "unknown"


def test_the_repository_s_own_parser_of_that_kind() -> None:
    source = f"""{HF}
    class Parser(HfArgumentParser):
        def parse(self):
            return self.parse_args_into_dataclasses()

    arguments, data = Parser((ModelArguments, DataArguments)).parse()
    load(data.dataset)
"""
    assert trace_module(source, "data.dataset") == "'alpaca' | unknown"


def test_a_file_says_what_a_person_would_write() -> None:
    files = {
        "train.py": f"""{HF}
    arguments, data = HfArgumentParser((ModelArguments, DataArguments)).parse_json_file(json_file="args/sft.json")
    load(arguments.model_name_or_path, arguments.revision)
""",
        "args/sft.json": '{"model_name_or_path": "Qwen/Qwen2-7B", "dataset": "belle"}',
    }
    assert trace(files, "train.py", "arguments.model_name_or_path") == "'Qwen/Qwen2-7B'"
    assert trace(files, "train.py", "arguments.revision") == "'main'"


def test_the_file_may_be_named_on_the_command_line() -> None:
    source = f"""{HF}
    import sys
    parser = HfArgumentParser((ModelArguments, DataArguments))
    arguments, data = parser.parse_yaml_file(sys.argv[1])
    load(arguments.revision)
"""
    assert trace_module(source, "arguments.revision") == "unknown"


@pytest.mark.parametrize("parse", ["tyro.cli(ModelArguments)", "pyrallis.parse(config_class=ModelArguments)"])
def test_a_class_that_is_the_command_line(parse: str) -> None:
    source = f"    import tyro, pyrallis\n{CLASSES}\n    arguments = {parse}\n    load(arguments.revision)\n"
    assert trace_module(source, "arguments.revision") == "'main' | unknown"


def test_options_beside_those_that_are_not_known() -> None:
    source = """
        import argparse
        parser = argparse.ArgumentParser()
        parser.add_argument("--model-name", default="gpt-4o")
        arguments, rest = parser.parse_known_args()
        load(arguments.model_name)
    """
    assert trace_module(source, "arguments.model_name") == "'gpt-4o' | unknown"


def test_an_option_that_another_module_adds() -> None:
    files = {
        "options.py": "def add(parser):\n    parser.add_argument('--model', default='gpt-4o')\n",
        "app.py": """
            import argparse
            from options import add
            parser = argparse.ArgumentParser()
            add(parser)
            args = parser.parse_args()
            load(args.model)
        """,
    }
    assert trace(files, "app.py", "args.model") == "'gpt-4o' | unknown"
