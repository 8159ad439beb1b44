"""Environment variables and settings classes: the default is known, and what can override it has a name."""

from __future__ import annotations

import pytest

from tests.link.making import trace, trace_module


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ('os.getenv("MODEL")', "env MODEL"),
        ('os.getenv("MODEL", "gpt-4o")', "env MODEL or 'gpt-4o'"),
        ('os.getenv("MODEL", default="gpt-4o")', "env MODEL or 'gpt-4o'"),
        ('os.environ["MODEL"]', "env MODEL"),
        ('os.environ.get("MODEL")', "env MODEL"),
        ('os.environ.get("MODEL", "gpt-4o")', "env MODEL or 'gpt-4o'"),
        ('os.environ.setdefault("MODEL", "gpt-4o")', "env MODEL or 'gpt-4o'"),
        ('os.getenv("MODEL", None)', "env MODEL"),
        ('getenv("MODEL", "gpt-4o")', "env MODEL or 'gpt-4o'"),
        ('environ["MODEL"]', "env MODEL"),
        ('env_of("MODEL", "gpt-4o")', "env MODEL or 'gpt-4o'"),
        ('str(os.getenv("MODEL", "gpt-4o"))', "env MODEL or 'gpt-4o'"),
        ('int(os.getenv("LIMIT", "30"))', "env LIMIT or 30"),
        ('float(os.environ.get("LIMIT", 0.5))', "env LIMIT or 0.5"),
        ("os.getenv(NAME, FALLBACK)", "env MODEL or 'gpt-4o-mini'"),
        ('os.getenv("MODEL", "gpt-4o").strip()', "env MODEL or 'gpt-4o'"),
    ],
)
def test_an_environment_variable_has_a_name_and_perhaps_a_default(expression: str, words: str) -> None:
    source = f"""
        import os
        from os import environ, getenv, getenv as env_of
        NAME, FALLBACK = "MODEL", "gpt-4o-mini"
        ask({expression})
    """
    assert trace_module(source, expression) == words


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ('os.getenv("MODEL") or "gpt-4o"', "env MODEL or 'gpt-4o'"),
        ('os.getenv("A") or os.getenv("B") or "gpt-4o"', "env A or 'gpt-4o' | env B or 'gpt-4o'"),
        ('os.getenv("A", os.getenv("B", "gpt-4o"))', "env A or env B or 'gpt-4o'"),
        ('os.environ["MODEL"] if "MODEL" in os.environ else "gpt-4o"', "'gpt-4o' | env MODEL"),
    ],
)
def test_an_or_gives_the_default(expression: str, words: str) -> None:
    assert trace_module(f"import os\nask({expression})\n", expression) == words


def test_a_variable_whose_name_is_made_at_run_time_is_unknown() -> None:
    assert trace_module("import os\nask(os.getenv(name + '_MODEL'))\n", "os.getenv(name + '_MODEL')") == "unknown"


def test_a_helper_around_getenv() -> None:
    source = """
        import os
        def setting(name, default=None):
            value = os.environ.get(name, default)
            if value is None:
                raise KeyError(name)
            return value
        ask(setting("MODEL", "gpt-4o"))
    """
    assert trace_module(source, 'setting("MODEL", "gpt-4o")') == "env MODEL or 'gpt-4o'"


def test_a_helper_keeps_two_variables_apart() -> None:
    source = """
        import os
        def setting(name, default):
            return os.environ.get(name, default)
        MODEL = setting("MODEL", "gpt-4o")
        REGION = setting("REGION", "eu")
        ask(MODEL, REGION)
    """
    assert trace_module(source, "MODEL") == "env MODEL or 'gpt-4o'"
    assert trace_module(source, "REGION") == "env REGION or 'eu'"


# -- pydantic-settings


def settings(body: str, expression: str = "Settings().model") -> str:
    lines = "\n".join("    " + line for line in body.split("\n"))
    source = (
        "from pydantic import AliasChoices, Field\n"
        "from pydantic_settings import BaseSettings, SettingsConfigDict\n"
        "class Settings(BaseSettings):\n"
        f"{lines}\n"
    )
    return trace({"app.py": source + f"settings = Settings()\nask({expression})\n"}, "app.py", expression)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('model: str = "gpt-4o"', "env MODEL or 'gpt-4o'"),
        ("model: str", "env MODEL"),
        ('model: str = Field("gpt-4o", description="which")', "env MODEL or 'gpt-4o'"),
        ('model: str = Field(default="gpt-4o")', "env MODEL or 'gpt-4o'"),
        ('model: str = Field(default_factory=lambda: "gpt-4o")', "env MODEL or 'gpt-4o'"),
        ("model: str = Field(...)", "env MODEL"),
        ('model: str = Field("gpt-4o", alias="LLM_NAME")', "env LLM_NAME or 'gpt-4o'"),
        ('model: str = Field("gpt-4o", validation_alias="LLM_NAME")', "env LLM_NAME or 'gpt-4o'"),
        ('model: str = Field("gpt-4o", validation_alias=AliasChoices("LLM_NAME", "MODEL"))', "env LLM_NAME or 'gpt-4o'"),
        ('model: str = Field("gpt-4o", env="LLM_NAME")', "env LLM_NAME or 'gpt-4o'"),
        ('model_config = SettingsConfigDict(env_prefix="APP_")\nmodel: str = "gpt-4o"', "env APP_MODEL or 'gpt-4o'"),
        ('model_config = {"env_prefix": "APP_"}\nmodel: str = "gpt-4o"', "env APP_MODEL or 'gpt-4o'"),
        ('model: str = "gpt-4o"\nclass Config:\n    env_prefix = "APP_"', "env APP_MODEL or 'gpt-4o'"),
    ],
)
def test_a_field_of_settings_is_a_variable_with_a_default(body: str, words: str) -> None:
    assert settings(body) == words


def test_settings_that_are_made_once_in_a_module() -> None:
    assert settings('model: str = "gpt-4o"', "settings.model") == "env MODEL or 'gpt-4o'"


def test_settings_behind_a_cached_getter_in_another_module() -> None:
    files = {
        "settings.py": """
            from functools import lru_cache
            from pydantic_settings import BaseSettings
            class Settings(BaseSettings):
                model: str = "gpt-4o"
            @lru_cache
            def get_settings() -> Settings:
                return Settings()
        """,
        "app.py": "from settings import get_settings\nask(get_settings().model)\n",
    }
    assert trace(files, "app.py", "get_settings().model") == "env MODEL or 'gpt-4o'"


def test_nested_settings_take_the_delimiter() -> None:
    source = """
        from pydantic import BaseModel
        from pydantic_settings import BaseSettings, SettingsConfigDict
        class Llm(BaseModel):
            model: str = "gpt-4o"
        class Settings(BaseSettings):
            model_config = SettingsConfigDict(env_nested_delimiter="__")
            llm: Llm = Llm()
        ask(Settings().llm.model)
    """
    assert trace_module(source, "Settings().llm.model") == "env LLM__MODEL or 'gpt-4o'"


NESTED = """
    from pydantic import BaseModel
    from pydantic_settings import BaseSettings
    class Limits(BaseModel):
        timeout: int = 30
    class Base(BaseModel):
        model: str = "gpt-4o"
    class Llm(Base):
        provider: str
        limits: Limits = Limits(timeout=60)
        other: int = 1
    class Settings(BaseSettings):
        llm: Llm
        spare: Llm = Llm(model="o1", provider="openai")
        class Config:
            env_prefix = "app_"
            env_nested_delimiter = "__"
    settings = Settings()
    ask(settings.llm.model, settings.llm.provider, settings.llm.limits.timeout)
    ask(settings.spare.model, settings.spare.limits.timeout)
"""


@pytest.mark.parametrize(
    ("read", "found"),
    [
        ("settings.llm.model", "env APP_LLM__MODEL = 'mini' or 'gpt-4o'"),
        ("settings.llm.provider", "env APP_LLM__PROVIDER"),
        ("settings.llm.limits.timeout", "env APP_LLM__LIMITS__TIMEOUT = '5' or 60"),
        ("settings.spare.model", "env APP_SPARE__MODEL or 'o1'"),
        ("settings.spare.limits.timeout", "env APP_SPARE__LIMITS__TIMEOUT or 60"),
    ],
)
def test_each_field_of_nested_settings_has_a_variable(read: str, found: str) -> None:
    files = {"app.py": NESTED, ".env": "APP_LLM__MODEL=mini\napp_llm__limits__timeout=5\n"}
    assert trace(files, "app.py", read) == found


def test_nested_settings_without_a_delimiter_have_no_variables() -> None:
    source = NESTED.replace('env_nested_delimiter = "__"', "pass")
    assert trace_module(source, "settings.spare.model") == "'o1'"


def test_an_argument_overrides_settings() -> None:
    source = """
        from pydantic_settings import BaseSettings
        class Settings(BaseSettings):
            model: str = "gpt-4o"
        ask(Settings(model="o1").model)
    """
    assert trace_module(source, 'Settings(model="o1").model') == "'o1'"


@pytest.mark.parametrize(
    "read",
    [
        'decouple.Config(decouple.RepositoryEnv(".env"))("MODEL", default="gpt-4o", cast=str)',
        'decouple.AutoConfig()("MODEL", "gpt-4o")',
        'environs.Env()("MODEL", "gpt-4o")',
        'environs.Env().str("MODEL", "gpt-4o")',
        'environ.Env()("MODEL", default="gpt-4o")',
        'environ.Env().str("MODEL", default="gpt-4o")',
        'starlette.config.Config(".env")("MODEL", default="gpt-4o")',
    ],
)
def test_readers_of_the_environment_are_variables_with_their_default(read: str) -> None:
    source = f"import decouple, environ, environs, starlette.config\nask({read})\n"
    assert trace_module(source, read) == "env MODEL or 'gpt-4o'"


def test_a_reader_without_a_default_is_a_required_variable() -> None:
    source = 'import environs\nenv = environs.Env()\nenv.read_env()\nask(env("MODEL"))\n'
    assert trace_module(source, 'env("MODEL")').startswith("env MODEL")
