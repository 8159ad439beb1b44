"""Command lines, as a shell would see them."""

from __future__ import annotations

import pytest

from linter.formats import commands


def seen(text: str) -> list[str]:
    return [" ".join(word.text for word in command) for command in commands.in_shells(commands.split(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("vllm serve a/b --port 80", ["vllm serve a/b --port 80"]),
        ("A=1 B='2 3' vllm serve a", ["vllm serve a"]),
        ("exec nohup /usr/bin/vllm serve a > log 2>&1 &", ["vllm serve a"]),
        ("uv run --frozen gunicorn app:app", ["gunicorn app:app"]),
        (
            "python3 -u -m vllm.entrypoints.openai.api_server --model x",
            ["python -m vllm.entrypoints.openai.api_server --model x"],
        ),
        ("python scripts/train.py --base_model x", ["train.py --base_model x"]),
        ("ollama serve & sleep 5; ollama pull llama3 && wait", ["ollama serve", "sleep 5", "ollama pull llama3", "wait"]),
        ("bash -lc 'a b; c'", ["a b", "c"]),
        ('a --x="y z" \\\n  --w', ["a --x=y z --w"]),
        ("a ${M:-b c} $(cat x; y)", ["a ${M:-b c} $(cat x; y)"]),
        ("# a remark\na # another\n", ["a"]),
        ("a 'never closed", ["a never closed"]),
        ("", []),
    ],
)
def test_the_programs_of_a_command_line(text: str, expected: list[str]) -> None:
    assert [one for one in seen(text) if one] == expected


def test_a_list_of_words_is_one_command_and_a_shell_in_it_several() -> None:
    [command] = commands.of_words(["python", "-m", "x", "--model", "a b"])
    assert [(word.text, word.at) for word in command] == [("python -m x", 2), ("--model", 3), ("a b", 4)]
    assert [[w.text for w in one] for one in commands.of_words(["sh", "-c", "a; b c"])] == [["a"], ["b", "c"]]


def test_words_know_where_they_stand() -> None:
    text = "vllm serve \\\n  'org/model'"
    [command] = commands.split(text)
    assert text[command[-1].at] == "'" and text[command[0].at] == "v"


@pytest.mark.parametrize("text", ["a " * 50_000, "'" * 20_001, "$(" * 20_000, "a;" * 20_000, "<" * 20_000])
def test_a_hostile_line_ends(text: str) -> None:
    commands.split(text)
