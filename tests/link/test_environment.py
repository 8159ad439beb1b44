"""Environment variables that files of the repository set."""

from __future__ import annotations

from textwrap import dedent

import pytest

from linter.link.deployment import is_placeholder
from tests.link.making import trace

CODE = 'import os\nmodel = os.getenv("MODEL", "default")\nuse(model)\n'


def model(files: dict[str, str], code: str = CODE, path: str = "app.py") -> str:
    """What the variable is, that the code reads."""
    return trace({path: dedent(code), **files}, path, "model")


COMPOSE = "services:\n  api:\n    build: {context}\n    environment:\n      MODEL: {value}\n"


def test_an_example_beside_the_default() -> None:
    assert model({".env.example": "MODEL=gpt-4o\n"}) == "env MODEL = 'gpt-4o' or 'default'"


def test_what_deploys_comes_first_then_the_local_file_then_examples() -> None:
    files = {".env.example": "MODEL=c\n", ".env": "MODEL=b\n", "docker-compose.yml": COMPOSE.format(context=".", value="a")}
    assert model(files) == "env MODEL = 'a' | 'b' | 'c' or 'default'"


def test_the_nearest_file_comes_first() -> None:
    files = {".env": "MODEL=far\n", "app/.env": "MODEL=near\n"}
    assert model(files, path="app/main.py") == "env MODEL = 'near' | 'far' or 'default'"


def test_a_file_of_another_program_is_not_meant() -> None:
    files = {"b/.env": "MODEL=b\n", "b/main.py": "", "web/.env": "MODEL=web\n", "web/package.json": "{}"}
    assert model(files, path="a/main.py") == "env MODEL or 'default'"


def test_a_folder_without_code_is_for_the_code_around_it() -> None:
    assert model({"deploy/.env": "MODEL=a\n"}, path="app/main.py") == "env MODEL = 'a' or 'default'"


def test_a_service_is_built_from_a_folder() -> None:
    files = {"docker-compose.yml": COMPOSE.format(context="./b", value="b"), "b/main.py": ""}
    assert model(files, path="a/main.py") == "env MODEL or 'default'"
    assert model(files | {"b/main.py": CODE}, path="b/main.py") == "env MODEL = 'b' or 'default'"


def test_a_file_that_a_service_names_deploys() -> None:
    files = {".env.example": "MODEL=c\n", "prod.env": "MODEL=a\n", ".env": "MODEL=b\n",
             "compose.yml": "services:\n  api:\n    build: .\n    env_file: prod.env\n"}  # fmt: skip
    assert model(files) == "env MODEL = 'a' | 'b' | 'c' or 'default'"


@pytest.mark.parametrize(
    "value", ["", "your-model-here", "<model>", "sk-...", "changeme", "xxxx", "${OTHER_MODEL", "[model name]", "None"]
)
def test_a_placeholder_is_no_value(value: str) -> None:
    assert is_placeholder(value) or value == "${OTHER_MODEL"
    if is_placeholder(value):
        assert model({".env.example": f"MODEL={value}\n"}) == "env MODEL or 'default'"


@pytest.mark.parametrize("value", ["gpt-4o", "http://localhost:11434", "yourmodel", "meta-llama/Llama-3.1-8B", "0", "true"])
def test_a_value_is_no_placeholder(value: str) -> None:
    assert not is_placeholder(value)


def test_a_value_that_is_made_from_another_variable() -> None:
    code = 'import os\nmodel = os.environ["URL"]\nuse(model)\n'
    assert model({".env": "HOST=vllm\nURL=http://${HOST}:${PORT:-8000}/v1\n"}, code) == (
        "env URL = 'http://vllm:' + (env PORT or '8000') + '/v1'"
    )


def test_variables_that_are_made_from_each_other() -> None:
    assert model({".env": "MODEL=${B}\nB=${MODEL}\n"}) == "env MODEL = env B or 'default'"


def test_a_compose_file_hands_a_variable_on_with_a_default() -> None:
    files = {"compose.yml": COMPOSE.format(context=".", value="${MODEL:-gpt-4o}")}
    assert model(files) == "env MODEL = env MODEL or 'gpt-4o' or 'default'"


def test_a_key_is_nobodys_business() -> None:
    code = 'import os\nmodel = os.environ["OPENAI_API_KEY"]\nuse(model)\n'
    assert model({".env": "OPENAI_API_KEY=abc\n"}, code) == "env OPENAI_API_KEY"


def test_a_password_in_an_address_is_not_shown() -> None:
    code = 'import os\nmodel = os.environ["DATABASE_URL"]\nuse(model)\n'
    assert model({".env": "DATABASE_URL=postgresql://me:abc@db/x\n"}, code) == "env DATABASE_URL = 'postgresql://me:***@db/x'"


def test_a_limit_of_tokens_is_no_token() -> None:
    code = 'import os\nmodel = int(os.environ["MAX_TOKENS"])\nuse(model)\n'
    assert model({".env": "MAX_TOKENS=400\n"}, code) == "env MAX_TOKENS = 400"


def test_fields_of_settings_are_variables() -> None:
    code = """
    from pydantic_settings import BaseSettings

    class Settings(BaseSettings):
        model_config = {"env_prefix": "APP_"}
        model: str = "default"

    model = Settings().model
    use(model)
    """
    assert model({".env": "APP_MODEL=gpt-4o\n"}, code) == "env APP_MODEL = 'gpt-4o' or 'default'"
    assert model({".env": "app_model=gpt-4o\n"}, code) == "env APP_MODEL = 'gpt-4o' or 'default'"


def test_a_variable_in_a_data_file() -> None:
    code = 'import yaml\nmodel = yaml.safe_load(open("c.yaml"))["model"]\nuse(model)\n'
    assert model({"c.yaml": "model: ${MODEL:-a}\n", ".env": "MODEL=b\n"}, code) == "env MODEL = 'b' or 'a'"


def test_what_the_program_puts_into_its_environment() -> None:
    code = 'import os\nos.environ["MODEL"] = "gpt-4o"\nmodel = os.getenv("MODEL", "default")\nuse(model)\n'
    assert model({}, code) == "env MODEL = 'gpt-4o' or 'default'"


def test_a_data_file_that_the_program_puts_into_its_environment() -> None:
    code = """
    import os, yaml

    for key, value in yaml.safe_load(open("c.yaml")).items():
        os.environ[key] = str(value)
    model = os.getenv("MODEL", "default")
    use(model)
    """
    assert model({"c.yaml": "MODEL: gpt-4o\nOTHER: 1\n"}, code) == "env MODEL = 'gpt-4o' or 'default'"


def test_a_variable_with_several_names() -> None:
    code = 'import os\nmodel = os.getenv("A") or os.getenv("B") or "c"\nuse(model)\n'
    assert model({".env": "B=b\n"}, code) == "env A or 'c' | env B = 'b' or 'c'"


def test_files_that_cannot_be_read_are_nothing() -> None:
    assert model({"docker-compose.yml": "services: [\n", ".env": "MODEL=a\0\n"}) == "env MODEL or 'default'"
