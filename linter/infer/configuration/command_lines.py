"""Command lines -> what the programs in them are told."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from linter.formats import commands, templates
from linter.formats.commands import Word
from linter.formats.paths import Hit
from linter.formats.tree import Node, Path
from linter.infer.configuration.images import names
from linter.infer.configuration.recogniser import Config
from linter.model.formats import SWITCHES, CommandSpec, Meaning
from linter.model.place import Place

_WHEN_SET = re.compile(r"\$\{(?P<name>[A-Za-z_]\w*):?\+(?P<words>.*)\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Option:
    """An argument that means something."""

    name: str
    value: str
    meaning: Meaning
    scale: float
    place: Place
    node: Node | None = None
    """The value that it is the whole of."""


@dataclass(frozen=True, slots=True)
class Line:
    """A command that is known."""

    spec: CommandSpec
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """A word with the value that it is written in."""

    word: Word
    path: Path
    node: Node


def spec_of_image(images: Sequence[str], known: Sequence[CommandSpec]) -> CommandSpec | None:
    """The program that a container of one of these images starts."""
    called = {name for image in images for name in names(image)}
    return next((spec for spec in known if not called.isdisjoint(spec.images)), None)


def of_container(
    config: Config, parts: Sequence[tuple[Hit, Node]], images: Sequence[str], known: Sequence[CommandSpec]
) -> Iterator[Line]:
    """The known commands of a container: its entry point and its command are one line. What stands alone is what the image's own
    program is given."""
    started = spec_of_image(images, known)
    lines = _lines(config, parts)
    for line in lines:
        spec, left = _known(line, known)
        if spec is None and started is not None and len(lines) == 1:
            spec, left = started, line
        if spec is not None:
            options = tuple(_options(config, spec, left))
            if options:
                yield Line(spec, options)


def _lines(config: Config, parts: Sequence[tuple[Hit, Node]]) -> list[list[_Part]]:
    """Simple commands. A list of words and a text after it are one."""
    joined: list[_Part] = []
    found: list[list[_Part]] = []
    for hit, node in parts:
        if isinstance(node.value, list):
            items = list(node.children.items())
            texts = [e.node.value if isinstance(e.node.value, str) else str(e.node.value) for _, e in items]
            shell = commands.of_words(texts)
            if len(shell) == 1 and not joined and not texts[0].rpartition("/")[2].endswith("sh"):
                words = [Word(text, index) for index, text in enumerate(texts)]
                joined.extend(_Part(w, (*hit.path, items[w.at][0]), items[w.at][1].node) for w in words)
            elif joined or not shell:
                joined.extend(_Part(Word(t, i), (*hit.path, items[i][0]), items[i][1].node) for i, t in enumerate(texts))
            else:
                for line in shell:
                    found.append([_Part(w, (*hit.path, items[w.at][0]), items[w.at][1].node) for w in line])
        elif isinstance(node.value, str):
            lines = commands.in_shells(commands.split(node.value))
            made = [[_Part(word, hit.path, node) for word in line] for line in lines if line]
            if joined or (len(made) == 1 and len(parts) > 1):
                joined.extend(part for line in made for part in line)
            else:
                found.extend(made)
    if joined:
        found.append(_started(joined))
    return found


def _started(parts: list[_Part]) -> list[_Part]:
    """Without what stands before the program that does the work."""
    start = commands.program([part.word for part in parts])
    if not start:
        return parts
    tail = len(start) - 1
    head = parts[len(parts) - tail - 1]
    return [_Part(start[0], head.path, head.node), *(parts[len(parts) - tail :] if tail else [])]


def _known(line: list[_Part], known: Sequence[CommandSpec]) -> tuple[CommandSpec | None, list[_Part]]:
    for spec in known:
        for program in spec.programs:
            words = _words(program)
            if len(line) >= len(words) and all(_is(part.word.text, word) for part, word in zip(line, words, strict=False)):
                return spec, line[len(words) :]
    return None, line


def _words(program: tuple[str, ...]) -> tuple[str, ...]:
    """`python -m x` is one word."""
    return (" ".join(program[:3]), *program[3:]) if program[:2] == ("python", "-m") else program


def _is(text: str, word: str) -> bool:
    if word.startswith("*"):
        return text.endswith(word[1:])
    return text.startswith(word[:-1]) if word.endswith("*") else text == word


def _options(config: Config, spec: CommandSpec, parts: list[_Part]) -> Iterator[Option]:
    parts = [opened for part in parts for opened in _opened(part)]
    positional = spec.positional
    index = 0
    while index < len(parts):
        part = parts[index]
        text = part.word.text
        name, equals, value = text.partition("=")
        if text.startswith("-"):
            if name in spec.options:
                meaning, scale = spec.options[name]
                holder = part
                if not equals and meaning in SWITCHES:
                    value = "true"
                elif not equals and index + 1 < len(parts):
                    index += 1
                    holder = parts[index]
                    value = holder.word.text
                if value and not (value.startswith("-") and not equals):
                    yield Option(name, value, meaning, scale, _place(config, holder), holder.node)
            elif not equals and index + 1 < len(parts) and not parts[index + 1].word.text.startswith("-"):
                index += 1  # its value, or what is taken for one
        elif positional is not None:
            yield Option("", text, positional, 1.0, _place(config, part), part.node)
            positional = None
        index += 1


def _opened(part: _Part) -> list[_Part]:
    """The words of `${REVISION:+--revision "$REVISION"}`, which are there when the variable is. What they say without the
    variable holds in that case only, and is left out."""
    found = _WHEN_SET.fullmatch(part.word.text)
    if found is None:
        return [part]
    words = [word for line in commands.split(found["words"]) for word in line]
    return [_Part(word, part.path, part.node) for word in words] if f"${found['name']}" in found["words"].replace("{", "") else []


def _place(config: Config, part: _Part) -> Place:
    """The line of a word: in a text of several lines that on which it stands."""
    whole = config.document.place(part.path)
    node = part.node
    if not isinstance(part.path[-1] if part.path else "", str) or "\n" not in config.reading.text[node.start : node.end].strip():
        return whole
    needle = part.word.text if templates.LAST not in part.word.text else ""
    at = config.reading.text.find(needle, node.start, node.end) if needle else -1
    if at < 0:
        return whole
    line, column = config.document.lines.at(at)
    return Place(whole.file, line, column, line, column + len(needle))
