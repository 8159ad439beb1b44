"""Command lines -> programs and their arguments, as a shell would see them. Nothing is expanded or run."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
_SHELLS = frozenset({"sh", "bash", "ash", "zsh", "dash"})
_STARTERS = {
    "exec": 1, "nohup": 1, "sudo": 1, "time": 1, "env": 1, "tini": 1, "dumb-init": 1, "--": 1, "command": 1, "stdbuf": 2,
    "nice": 1, "opentelemetry-instrument": 1, "ddtrace-run": 1, "newrelic-admin": 2,
}  # fmt: skip
"""Programs that only start another one, with how many words they take."""
_RUNNERS = frozenset({"uv", "poetry", "pipenv", "pdm", "hatch", "rye", "pixi"})
_PYTHON = re.compile(r"python(?:\d(?:\.\d+)?)?$")
MAX_WORDS = 4_000
_BREAKS = frozenset(";&|\n")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a command line, without its quotes."""

    text: str
    at: int
    """Where it starts in the text, or its index in a list of words."""


def split(text: str) -> list[list[Word]]:
    """The simple commands of a command line or script. Variables stay as they are written. Never raises."""
    commands: list[list[Word]] = [[]]
    at, count = 0, 0
    while at < len(text) and count < MAX_WORDS:
        char = text[at]
        if text.startswith("\\\n", at):
            at += 2
        elif char in _BREAKS:
            commands.append([])
            at += 1
        elif char.isspace():
            at += 1
        elif char == "#":
            end = text.find("\n", at)
            at = len(text) if end < 0 else end
        elif char in "<>":
            at = _word(text, _after(text, at))[1]
        else:
            word, end = _word(text, at)
            if word.isdigit() and text[end : end + 1] in ("<", ">"):
                at = end
                continue
            commands[-1].append(Word(word, at))
            at, count = end, count + 1
    return [program(command) for command in commands if command]


def _after(text: str, at: int) -> int:
    while at < len(text) and (text[at] in "<>&" or text[at] in " \t"):
        at += 1
    return at


def _word(text: str, at: int) -> tuple[str, int]:
    out: list[str] = []
    quote = ""
    depth = 0
    while at < len(text):
        char = text[at]
        if quote:
            if char == quote:
                quote = ""
            elif char == "\\" and quote == '"' and text[at + 1 : at + 2] in ('"', "\\", "$"):
                out.append(text[at + 1 : at + 2])
                at += 1
            else:
                out.append(char)
        elif char in "\"'":
            quote = char
        elif char == "\\" and at + 1 < len(text):
            if text[at + 1] != "\n":
                out.append(text[at + 1])
            at += 1
        elif char in "({" and out and out[-1] in ("$", "(", "{"):
            depth += 1
            out.append(char)
        elif char in ")}" and depth:
            depth -= 1
            out.append(char)
        elif depth == 0 and (char.isspace() or char in _BREAKS or char in "<>"):
            break
        else:
            out.append(char)
        at += 1
    return "".join(out), max(at, 1)


def program(words: Sequence[Word]) -> list[Word]:
    """A command without the assignments and programs that stand before the one that does the work; `python -m x` is one word."""
    left = list(words)
    while left:
        head = left[0].text.rpartition("/")[2]
        if _ASSIGNMENT.match(left[0].text):
            left = left[1:]
        elif head in _STARTERS:
            left = left[_STARTERS[head] :]
            while left and left[0].text.startswith("-"):
                left = left[1:]
        elif head in _RUNNERS and len(left) > 1 and left[1].text == "run":
            left = left[2:]
            while left and left[0].text.startswith("-"):
                left = left[1:]
        elif _PYTHON.match(head):
            left = left[1:]
            while left and left[0].text in ("-u", "-O", "-B", "-I", "-s"):
                left = left[1:]
            if len(left) > 1 and left[0].text == "-m":
                return [Word(f"python -m {left[1].text}", left[1].at), *left[2:]]
        else:
            return [Word(head, left[0].at), *left[1:]]
    return []


def of_words(texts: Sequence[str]) -> list[list[Word]]:
    """The simple commands of a list of words; of `sh -c "…"` those inside, each with the index of the word that holds it."""
    words = [Word(text, index) for index, text in enumerate(texts)]
    start = program(words)
    if start and start[0].text in _SHELLS:
        for position, one in enumerate(start[:-1]):
            if one.text.startswith("-") and one.text.endswith("c"):
                script = start[position + 1]
                return [[Word(word.text, script.at) for word in command] for command in split(script.text)]
    return [start] if start else []


def in_shells(commands: list[list[Word]]) -> list[list[Word]]:
    """The same commands, with the ones that a `sh -c "…"` among them holds."""
    found: list[list[Word]] = []
    for command in commands:
        if command and command[0].text in _SHELLS and len(command) > 2:
            flag = next((i for i, one in enumerate(command) if one.text.startswith("-") and one.text.endswith("c")), None)
            if flag is not None and flag + 1 < len(command):
                script = command[flag + 1]
                found.extend([Word(word.text, script.at + word.at + 1) for word in inner] for inner in split(script.text))
                continue
        found.append(command)
    return found
