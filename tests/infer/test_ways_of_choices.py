"""Where the code leaves a choice, every alternative counts, and what decides from outside is said."""

from __future__ import annotations

import pytest

from tests.infer.making import Files, said, sites, words

ONE_OF_TWO = {
    "whichever import works": """
        try:
            from openai import AzureOpenAI as Client
        except ImportError:
            from openai import OpenAI as Client
        client = Client(timeout=20)
        def ask(question):
            return client.chat.completions.create(model="gpt-4o", messages=[question])
    """,
    "a variable of the environment": """
        import os
        from openai import AzureOpenAI, OpenAI
        if os.getenv("USE_AZURE"):
            client = AzureOpenAI(timeout=20, azure_endpoint="https://x.openai.azure.com")
        else:
            client = OpenAI(timeout=20)
        def ask(question):
            return client.chat.completions.create(model="gpt-4o", messages=[question])
    """,
}


@pytest.mark.parametrize("way", ONE_OF_TWO)
def test_both_clients_count(way: str) -> None:
    assert said(ONE_OF_TWO[way], "provider", "model", "timeout") == "azure-openai|openai gpt-4o 20"


OPEN: dict[str, str] = {
    "an option of argparse": """
        import argparse
        from enum import Enum
        from openai import OpenAI
        class Model(Enum):
            SMALL = "gpt-4o-mini"
            LARGE = "gpt-4o"
        parser = argparse.ArgumentParser()
        parser.add_argument("--model", default=Model.LARGE.value)
        args = parser.parse_args()
        OpenAI(timeout=20).chat.completions.create(model=args.model, messages=[])
    """,
    "an option of click": """
        import click
        from openai import OpenAI
        @click.command()
        @click.option("--model", "-m", default="gpt-4o", show_default=True)
        def main(model):
            OpenAI(timeout=20).chat.completions.create(model=model, messages=[])
    """,
    "an annotated option of typer": """
        from typing import Annotated
        import typer
        from openai import OpenAI
        app = typer.Typer()
        @app.command()
        def main(model: Annotated[str, typer.Option("--model", help="which")] = "gpt-4o"):
            OpenAI(timeout=20).chat.completions.create(model=model, messages=[])
    """,
    "a chain of variables of the environment": """
        import os
        from openai import OpenAI
        MODEL = os.environ.get("CHAT_MODEL") or os.environ.get("MODEL") or "gpt-4o"
        OpenAI(timeout=20).chat.completions.create(model=MODEL, messages=[])
    """,
    "the configuration of an application": """
        from flask import Flask, current_app
        from openai import OpenAI
        def create_app():
            app = Flask(__name__)
            app.config["MODEL"] = "gpt-4o"
            app.llm = OpenAI(timeout=20)
            return app
        def ask(question):
            return current_app.llm.chat.completions.create(model=current_app.config["MODEL"], messages=[question])
    """,
}


@pytest.mark.parametrize("way", OPEN)
def test_a_default_that_something_outside_may_replace_is_one_of_the_models(way: str) -> None:
    assert said(OPEN[way], "provider", "model", "timeout") == "openai ~gpt-4o 20"


def test_each_of_the_own_classes_keeps_its_own_model() -> None:
    """A base class sets the name for all of them; which one is used, a text decides."""
    files: Files = {
        "app.py": """
            import os
            from llm import get_llm
            def answer(question):
                return get_llm(os.environ["PROVIDER"]).generate(question)
        """,
        "llm.py": """
            from abc import ABC, abstractmethod
            from anthropic import Anthropic
            from openai import OpenAI
            class LLM(ABC):
                def __init__(self, model):
                    self.model = model
                @abstractmethod
                def generate(self, prompt): ...
            class OpenAILLM(LLM):
                def __init__(self, model="gpt-4o"):
                    super().__init__(model)
                    self.client = OpenAI(timeout=20)
                def generate(self, prompt):
                    return self.client.chat.completions.create(model=self.model, messages=[prompt])
            class AnthropicLLM(LLM):
                def __init__(self, model="claude-sonnet-4-5"):
                    super().__init__(model)
                    self.client = Anthropic(timeout=30)
                def generate(self, prompt):
                    return self.client.messages.create(model=self.model, max_tokens=100, messages=[prompt])
            PROVIDERS = {"openai": OpenAILLM, "anthropic": AnthropicLLM}
            def get_llm(name) -> LLM:
                return PROVIDERS[name]()
        """,
    }
    found = [" ".join(words(s.get(n)) for n in ("provider", "model", "timeout")) for s in sites(files, "inference")]
    assert found == ["openai gpt-4o 20", "anthropic claude-sonnet-4-5 30"]


def test_a_base_class_asks_the_models_of_all_its_subclasses() -> None:
    source = """
        from openai import OpenAI
        class Base:
            model = "gpt-3.5-turbo"
            def __init__(self, timeout=20):
                self.client = OpenAI(timeout=timeout)
            def ask(self, question):
                return self.client.chat.completions.create(model=self.model, messages=[question])
        class Good(Base):
            model = "gpt-4o"
        Good().ask("hi")
    """
    assert said(source, "model", "timeout") == "gpt-3.5-turbo|gpt-4o 20"


def test_what_a_builder_is_told_is_one_of_the_values() -> None:
    source = """
        from openai import OpenAI
        class Builder:
            def __init__(self):
                self._model = None
                self._timeout = 60
            def model(self, name):
                self._model = name
                return self
            def timeout(self, seconds):
                self._timeout = seconds
                return self
            def ask(self, question):
                return OpenAI(timeout=self._timeout).chat.completions.create(model=self._model, messages=[question])
        Builder().model("gpt-4o").timeout(20).ask("hi")
    """
    assert said(source, "model", "timeout") == "~gpt-4o 60|20"


def test_what_a_bot_carries_may_be_what_the_program_gave_it() -> None:
    """The framework hands the bot over; that it is this one is likely, not certain."""
    files: Files = {
        "bot.py": """
            from discord.ext import commands
            from openai import AsyncOpenAI
            bot = commands.Bot(command_prefix="!")
            bot.llm = AsyncOpenAI(timeout=20)
        """,
        "cogs/chat.py": """
            from discord.ext import commands
            class Chat(commands.Cog):
                def __init__(self, bot):
                    self.bot = bot
                @commands.command()
                async def ask(self, ctx, *, question):
                    await self.bot.llm.chat.completions.create(model="gpt-4o", messages=[question])
            async def setup(bot):
                await bot.add_cog(Chat(bot))
        """,
    }
    assert said(files, "provider", "timeout") == "~openai 20"


def test_an_own_class_that_only_has_the_name_of_a_vendor_is_no_site() -> None:
    source = """
        class OpenAI:
            def __init__(self, timeout):
                self.timeout = timeout
            def invoke(self, prompt):
                return prompt
        OpenAI(timeout=3).invoke("x")
    """
    assert sites(source) == []
