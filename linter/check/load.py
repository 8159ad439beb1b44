"""Rule files -> rules."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from linter.check.document import RuleDocument, split
from linter.check.frontmatter import Catalogue, Front, read_front
from linter.errors import Problem, RuleError
from linter.knowledge.items import read_items
from linter.model.finding import DIMENSIONS
from linter.model.rule import Rule

FOLDER = "rules/checks"
REFERENCES = "references.yaml"


def load_rules(root: Path, extra: Sequence[Path] = ()) -> tuple[Rule, ...]:
    """Reads `rules/checks/<dimension>/<rule-id>.md` below `root`, and the same layout in each folder of `extra`. Sorted by id.

    Raises RuleError with every problem of every file, each with file and line.
    """
    rules, problems = read_rules(root, extra)
    if problems:
        raise RuleError(*problems)
    return rules


def read_rules(root: Path, extra: Sequence[Path] = ()) -> tuple[tuple[Rule, ...], tuple[Problem, ...]]:
    """As `load_rules`, but what is right is returned together with what is wrong. Problems are sorted by place."""
    problems: list[Problem] = []
    folders = [(root / FOLDER, FOLDER), *((folder, folder.as_posix()) for folder in extra)]
    references: dict[str, tuple[str, str]] = {}
    rules: dict[str, Rule] = {}
    for folder, shown in folders:
        if not folder.is_dir():
            problems.append(Problem("there is no such folder of rules", shown))
            continue
        references.update(_references(folder / REFERENCES, f"{shown}/{REFERENCES}", problems))
        for rule in _folder(folder, shown, references, problems):
            before = rules.setdefault(rule.id, rule)
            if before is not rule:
                problems.append(
                    Problem(f"the rule `{rule.id}` stands already in {before.source}", rule.source, 1, "give it another id")
                )
    ordered = tuple(rules[name] for name in sorted(rules))
    return ordered, tuple(sorted(problems, key=lambda p: (p.file or "", p.line or 0)))


def _folder(folder: Path, shown: str, references: Catalogue, problems: list[Problem]) -> list[Rule]:
    found: list[Rule] = []
    for path in sorted(folder.rglob("*.md")):
        name = path.relative_to(folder).as_posix()
        if name == "README.md":
            continue
        rule = read_rule(path, f"{shown}/{name}", references, problems)
        if name.count("/") != 1:
            problems.append(
                Problem("a rule lies in the folder of its dimension", f"{shown}/{name}", 1, f"one of {', '.join(DIMENSIONS)}")
            )
        elif rule is not None:
            found.append(rule)
    if not found and not problems:
        problems.append(Problem("there are no rules", shown, remedy="rules lie in <dimension>/<rule-id>.md"))
    return found


def read_rule(path: Path, shown: str, references: Catalogue, problems: list[Problem]) -> Rule | None:
    """Reads one rule file. None when something is wrong with it, which goes to `problems`. `shown`: its path in messages."""
    own: list[Problem] = []
    document, front = None, Front()
    try:
        document = split(path.read_text(encoding="utf-8"), shown, own)
    except OSError as error:
        own.append(Problem(f"cannot be read: {error.strerror or error}", shown))
    except UnicodeDecodeError:
        own.append(Problem("is not UTF-8", shown, 1))
    if document is not None:
        front = read_front(document.front, shown, references, own)
        _check_names(front, path, shown, own)
        _check_examples(front, document, shown, own)
    problems.extend(own)
    if document is None or own:
        return None
    return Rule(
        front.id, front.title, front.dimension, front.severity, front.confidence, front.check, front.message, front.unknown,
        front.fix, front.reads, front.references, document.sections, document.examples, shown,
    )  # fmt: skip


def _check_names(front: Front, path: Path, shown: str, problems: list[Problem]) -> None:
    if front.id and front.id != path.stem:
        problems.append(Problem(f"the id `{front.id}` is not the file's name", shown, front.lines["id"], f"`id: {path.stem}`"))
    if front.dimension and front.dimension != path.parent.name:
        line = front.lines["dimension"]
        problems.append(
            Problem(f"the dimension `{front.dimension}` is not the folder's name", shown, line, f"move it to {front.dimension}/")
        )


def _check_examples(front: Front, document: RuleDocument, shown: str, problems: list[Problem]) -> None:
    """A violating and a clean example always; one that cannot be told where the rule asks questions."""
    if not front.id:
        return
    own = [{e.kind for e in example.expectations if e.rule == front.id} for example in document.examples]
    if not any("error" in kinds for kinds in own):
        problems.append(Problem(f"no example breaks the rule: no line ends with `# error: [{front.id}]`", shown, 1))
    clean = [
        x
        for x, kinds in zip(document.examples, own, strict=True)
        if not kinds - {"todo-error"} and x.title.startswith("Use instead")
    ]
    if not clean:
        problems.append(Problem("the section `Use instead` has no example that keeps the rule", shown, 1))
    asked = any("unknown" in kinds for kinds in own)
    if front.unknown and not asked:
        problems.append(
            Problem(f"no example shows `unknown`: no line ends with `# unknown: [{front.id}]`", shown, front.lines["unknown"])
        )
    if asked and not front.unknown:
        problems.append(Problem("an example expects `# unknown:`, but the rule has no `unknown` sentence", shown, 1))


def _references(path: Path, shown: str, problems: list[Problem]) -> dict[str, tuple[str, str]]:
    """`id: {title: …, url: …}`; a folder without such a file adds none."""
    if not path.exists():
        return {}
    root, found = read_items(path.read_bytes(), shown)
    problems.extend(found)
    known: dict[str, tuple[str, str]] = {}
    for name, item in root.value.items() if isinstance(root.value, dict) else ():
        entry = item.value if isinstance(item.value, dict) else {}
        title, url = (entry[key].value if key in entry else None for key in ("title", "url"))
        if (
            not isinstance(title, str)
            or not isinstance(url, str)
            or not url.startswith("https://")
            or set(entry) != {"title", "url"}
        ):
            problems.append(
                Problem(f"the reference `{name}` needs `title` and `url` (https), and nothing else", shown, item.line)
            )
        else:
            known[name] = (title, url)
    return known
