"""Examples of a rule file are small projects: their files, and what is expected on which line."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies

from linter.check.document import RuleDocument, split
from linter.errors import Problem
from linter.model.rule import Expectation

SHARED = """\
---
id: x
---

`archfit.yaml`:

```yaml
version: 1
```

## What it does

A.

## Why it matters

B.

## Example

First `app.py`, in two parts.

```python
one()
two()  # error: [x]
```

Then:

```python
three()  # unknown: [x, y]
```

`requirements.txt`:

```text
shown only
```

### With a helper

`lib/helper.py`:

```python
def help(): ...
```

```python
help()  # todo-error: [x]
```

## Use instead

```console
$ run
```

## Known limits

C.
"""


def document(text: str) -> tuple[RuleDocument | None, list[Problem]]:
    problems: list[Problem] = []
    return split(text, "x.md", problems), problems


def test_each_heading_with_code_is_one_project() -> None:
    found, problems = document(SHARED)
    assert found is not None
    assert not problems
    assert [example.title for example in found.examples] == ["Example", "Example / With a helper"]


def test_python_without_a_name_follows_each_other_in_one_file() -> None:
    found, _ = document(SHARED)
    assert found is not None
    app = {file.path: file.text for file in found.examples[0].files}["app.py"]
    assert app == "one()\ntwo()  # error: [x]\nthree()  # unknown: [x, y]\n"


def test_what_stands_above_the_first_heading_belongs_to_every_example() -> None:
    found, _ = document(SHARED)
    assert found is not None
    assert [[file.path for file in example.files] for example in found.examples] == [
        ["archfit.yaml", "app.py"],
        ["archfit.yaml", "lib/helper.py", "app.py"],
    ]


def test_a_file_of_an_example_replaces_the_shared_one() -> None:
    text = SHARED.replace("```console\n$ run\n```", "`archfit.yaml`:\n\n```yaml\nversion: 2\n```")
    found, _ = document(text)
    assert found is not None
    assert found.examples[-1].files[0].text == "version: 2\n"


def test_expectations_know_their_line_in_the_file() -> None:
    found, _ = document(SHARED)
    assert found is not None
    assert found.examples[0].expectations == (
        Expectation("app.py", 2, "error", "x"),
        Expectation("app.py", 3, "unknown", "x"),
        Expectation("app.py", 3, "unknown", "y"),
    )
    assert found.examples[1].expectations == (Expectation("app.py", 1, "todo-error", "x"),)


def test_lines_of_files_lead_back_to_the_rule_file() -> None:
    found, _ = document(SHARED)
    assert found is not None
    app = found.examples[0].files[1]
    assert [SHARED.split("\n")[line - 1] for line in app.lines] == app.text.rstrip("\n").split("\n")


def test_the_text_of_a_section_keeps_its_code() -> None:
    found, _ = document(SHARED)
    assert found is not None
    assert "```python\none()\ntwo()  # error: [x]\n```" in dict(found.sections)["Example"]


@pytest.mark.parametrize("path", ["/etc/passwd", "../up.py", "a\\b.py"])
def test_a_file_outside_of_the_example_is_refused(path: str) -> None:
    _, problems = document(SHARED.replace("`lib/helper.py`:", f"`{path}`:"))
    assert any("is not a path inside of the example" in problem.message for problem in problems)


def test_a_block_that_is_not_closed_is_told() -> None:
    _, problems = document(SHARED + "\n```python\nend()\n")
    assert any(problem.message == "the code block is not closed" for problem in problems)


@given(
    strategies.lists(
        strategies.sampled_from(
            ["---", "# x", "## Example", "### y", "```python", "```", "`a.py`:", "", "x()  # error: [x]", "id: x"]
        )
    )
)
def test_no_arrangement_of_lines_breaks_the_reader(lines: list[str]) -> None:
    found, problems = document("\n".join(["---", "id: x", "---", *lines]))
    assert found is not None
    assert all(problem.line for problem in problems)
