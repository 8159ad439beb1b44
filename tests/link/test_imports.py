"""Imports lead to what a running program would find."""

from __future__ import annotations

import pytest

from tests.link.making import trace

MODEL = 'MODEL = "gpt-4o"\n'
USE = "from app.settings import MODEL\nask(MODEL)\n"


@pytest.mark.parametrize(
    ("line", "expression"),
    [
        ("from app.settings import MODEL", "MODEL"),
        ("from app.settings import MODEL as name", "name"),
        ("from app import settings", "settings.MODEL"),
        ("from app import settings as s", "s.MODEL"),
        ("import app.settings", "app.settings.MODEL"),
        ("import app.settings as s", "s.MODEL"),
        ("from .settings import MODEL", "MODEL"),
        ("from . import settings", "settings.MODEL"),
        ("from .settings import *", "MODEL"),
        ("from app.settings import *", "MODEL"),
    ],
)
def test_every_form_of_import_finds_the_constant(line: str, expression: str) -> None:
    files = {"app/__init__.py": "", "app/settings.py": MODEL, "app/llm.py": f"{line}\nask({expression})\n"}
    assert trace(files, "app/llm.py", expression) == "'gpt-4o'"


def test_an_import_inside_of_a_function_counts() -> None:
    files = {"settings.py": MODEL, "llm.py": "def f():\n    from settings import MODEL\n    return ask(MODEL)\n"}
    assert trace(files, "llm.py", "MODEL") == "'gpt-4o'"


def test_a_relative_import_goes_up_the_packages() -> None:
    files = {
        "app/__init__.py": "", "app/settings.py": MODEL, "app/core/__init__.py": "", "app/core/deep/__init__.py": "",
        "app/core/deep/llm.py": "from ...settings import MODEL\nask(MODEL)\n",
    }  # fmt: skip
    assert trace(files, "app/core/deep/llm.py", "MODEL") == "'gpt-4o'"


def test_a_package_hands_on_what_it_imports() -> None:
    files = {
        "app/__init__.py": "from .clients import client",
        "app/clients/__init__.py": "from .openai_client import make as _make\nclient = _make()",
        "app/clients/openai_client.py": "from openai import OpenAI\ndef make():\n    return OpenAI(timeout=20)",
        "main.py": "from app import client as c\nc.chat()\n",
    }
    assert trace(files, "main.py", "c") == "openai.OpenAI(timeout=20)"


def test_star_imports_go_through_several_files() -> None:
    files = {
        "app/__init__.py": "from .defaults import *", "app/defaults.py": "from .names import *", "app/names.py": MODEL,
        "main.py": "from app import *\nask(MODEL)\n",
    }  # fmt: skip
    assert trace(files, "main.py", "MODEL") == "'gpt-4o'"


def test_star_imports_in_a_circle_end() -> None:
    files = {"a.py": "from b import *\n", "b.py": "from a import *\nask(MISSING)\n"}
    assert trace(files, "b.py", "MISSING") == "builtins.MISSING"


def test_modules_that_import_each_other_are_followed() -> None:
    files = {"a.py": "import b\nMODEL = 'gpt-4o'\n", "b.py": "import a\ndef f():\n    ask(a.MODEL)\n"}
    assert trace(files, "b.py", "a.MODEL") == "'gpt-4o'"


def test_an_alias_of_a_library_is_the_library() -> None:
    assert trace({"a.py": "import openai as oa\noa.OpenAI()\n"}, "a.py", "oa.OpenAI") == "openai.OpenAI"
    assert trace({"a.py": "from openai import OpenAI as Client\nClient()\n"}, "a.py", "Client") == "openai.OpenAI"


def test_importing_a_submodule_of_a_library_binds_the_library() -> None:
    assert trace({"a.py": "import azure.identity\nazure.identity.get()\n"}, "a.py", "azure.identity.get") == "azure.identity.get"


def test_a_library_that_another_module_has_imported_is_found_through_it() -> None:
    files = {
        "compat.py": "try:\n    from openai import OpenAI\nexcept ImportError:\n    OpenAI = None\n",
        "a.py": "import compat\ncompat.OpenAI()\n",
    }
    assert trace(files, "a.py", "compat.OpenAI") == "None | openai.OpenAI"


# -- where a module is


def test_the_src_layout() -> None:
    files = {"src/app/__init__.py": "", "src/app/settings.py": MODEL, "src/app/llm.py": USE, "tests/test_llm.py": USE}
    assert trace(files, "src/app/llm.py", "MODEL") == "'gpt-4o'"
    assert trace(files, "tests/test_llm.py", "MODEL") == "'gpt-4o'"


def test_two_services_of_a_monorepo_keep_their_own_modules() -> None:
    files = {
        "services/claims/settings.py": "MODEL = 'llama'", "services/claims/main.py": "from settings import MODEL\nask(MODEL)\n",
        "services/chat/settings.py": "MODEL = 'gpt-4o'", "services/chat/main.py": "from settings import MODEL\nask(MODEL)\n",
    }  # fmt: skip
    assert trace(files, "services/claims/main.py", "MODEL") == "'llama'"
    assert trace(files, "services/chat/main.py", "MODEL") == "'gpt-4o'"


def test_packages_of_one_name_in_two_services_are_not_mixed_up() -> None:
    files = {
        "claims/app/__init__.py": "", "claims/app/settings.py": "MODEL = 'llama'", "claims/app/main.py": USE,
        "chat/app/__init__.py": "", "chat/app/settings.py": "MODEL = 'gpt-4o'", "chat/app/main.py": USE,
    }  # fmt: skip
    assert trace(files, "claims/app/main.py", "MODEL") == "'llama'"
    assert trace(files, "chat/app/main.py", "MODEL") == "'gpt-4o'"


def test_a_package_shared_by_services_is_found_from_both() -> None:
    files = {
        "libs/common/common/__init__.py": "", "libs/common/common/settings.py": MODEL,
        "services/chat/main.py": "from common.settings import MODEL\nask(MODEL)\n",
    }  # fmt: skip
    assert trace(files, "services/chat/main.py", "MODEL") == "'gpt-4o'"


def test_folders_without_init_are_packages_too() -> None:
    files = {"app/core/settings.py": MODEL, "app/llm.py": "from app.core.settings import MODEL\nask(MODEL)\n"}
    assert trace(files, "app/llm.py", "MODEL") == "'gpt-4o'"


def test_a_script_finds_the_modules_beside_it() -> None:
    files = {"app/__init__.py": "", "app/settings.py": MODEL, "app/run.py": "from settings import MODEL\nask(MODEL)\n"}
    assert trace(files, "app/run.py", "MODEL") == "'gpt-4o'"


def test_a_local_module_named_like_a_library_is_the_local_one_where_it_is_imported_so() -> None:
    files = {"openai.py": "class OpenAI: ...\n", "a.py": "from openai import OpenAI\nOpenAI()\n"}
    assert trace(files, "a.py", "OpenAI", frozenset({"openai"})) == "class openai.OpenAI"


def test_a_module_inside_a_package_does_not_shadow_the_library() -> None:
    files = {"app/__init__.py": "", "app/openai.py": "from openai import OpenAI\nclient = OpenAI()\n"}
    assert trace(files, "app/openai.py", "OpenAI", frozenset({"openai"})) == "openai.OpenAI"


@pytest.mark.parametrize(
    ("package", "line", "expression"),
    [
        ("", "from agents.planner import planner", "planner"),
        ("", "from agents import planner", "planner.planner"),
        ("", "import agents.planner as p", "p.planner"),
        ("from .planner import planner\n", "from agents import planner as one", "one"),
    ],
)
def test_a_folder_deeper_down_with_the_name_of_a_library_is_meant_where_it_has_what_is_imported(
    package: str, line: str, expression: str
) -> None:
    files = {
        "backend/agents/planner.py": 'planner = "mine"\n',
        "backend/main.py": f"{line}\nask({expression})\n",
    }
    if package:
        files["backend/agents/__init__.py"] = package
    assert trace(files, "backend/main.py", expression, frozenset({"agents"})) == "'mine'"


def test_a_script_means_the_file_beside_it() -> None:
    files = {
        "games/chess/agents.py": 'planner = "mine"\n',
        "games/chess/app.py": "from agents import Runner, planner\nask(Runner, planner)\n",
    }
    assert trace(files, "games/chess/app.py", "planner", frozenset({"agents"})) == "'mine'"
    assert trace(files, "games/chess/app.py", "Runner", frozenset({"agents"})) == "agents.Runner"


def test_what_such_a_folder_does_not_have_comes_from_the_library() -> None:
    files = {
        "backend/agents/__init__.py": "from .planner import planner\n",
        "backend/agents/planner.py": "from agents import Runner\nplanner = Runner\n",
        "backend/main.py": "from agents import Runner, planner\nask(Runner, planner)\n",
    }
    assert trace(files, "backend/main.py", "Runner", frozenset({"agents"})) == "agents.Runner"
    assert trace(files, "backend/main.py", "planner", frozenset({"agents"})) == "agents.Runner"


def test_a_folder_of_integrations_does_not_shadow_the_library() -> None:
    files = {"integrations/openai/helper.py": "x = 1", "integrations/main.py": "from openai import OpenAI\nOpenAI()\n"}
    assert trace(files, "integrations/main.py", "OpenAI", frozenset({"openai"})) == "openai.OpenAI"


def test_import_module_with_a_known_name_is_an_import() -> None:
    files = {
        "app/settings.py": MODEL,
        "app/llm.py": (
            "import importlib\n"
            "from importlib import import_module\n"
            'ask(importlib.import_module("app.settings").MODEL)\n'
            'import_module("openai").OpenAI()\n'
        ),
    }
    assert trace(files, "app/llm.py", 'importlib.import_module("app.settings").MODEL') == "'gpt-4o'"
    assert trace(files, "app/llm.py", 'import_module("openai").OpenAI') == "openai.OpenAI"


def test_a_name_that_nobody_defines_is_not_made_up() -> None:
    files = {"app/__init__.py": "", "app/settings.py": "", "app/llm.py": "from .settings import MODEL\nask(MODEL)\n"}
    assert trace(files, "app/llm.py", "MODEL") == "unknown"


def test_a_relative_import_out_of_the_repository_is_unknown() -> None:
    assert trace({"a.py": "from ....x import y\nask(y)\n"}, "a.py", "y") == "unknown"
