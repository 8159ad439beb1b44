"""Files for a newer Python than the one that runs: the same facts on the same lines; what cannot be read costs no other file."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linter.extract import newer_syntax, pool, workers
from linter.extract.cache import Cache
from linter.extract.codec import dumps
from linter.extract.newer_syntax import TEXT, level, may_help
from linter.extract.pool import read_facts
from linter.extract.python import extract
from linter.model import facts as f
from linter.model.source import FileKind, Scope, SourceFile
from tests.extract.making import facts_of

ROOT = Path(__file__).resolve().parents[2]
before_312 = pytest.mark.skipif(sys.version_info >= (3, 12), reason="this Python reads it by itself")
TRIED = "; reading it as code for a newer Python did not work either"
DEEP = "(" * 3_000 + ")" * 3_000


@pytest.fixture
def fresh() -> Iterator[None]:
    """A child of one's own: what the test changes about it has an effect, and ends with the test."""
    newer_syntax._stop()
    yield
    newer_syntax._stop()


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(newer_syntax, "_start", lambda: pytest.fail("a process was started"))
    monkeypatch.setattr(newer_syntax, "_child", None)


def places(source: str) -> list[tuple[str, int, int]]:
    """The calls of plain names in a file that can be read, with line and column."""
    facts = extract("app.py", source.encode())
    assert facts.problems == ()
    calls = [site.call for scope in facts.scopes for site in scope.calls]
    return sorted((call.func.name, *call.span[:2]) for call in calls if isinstance(call.func, f.Name))


def shape(expr: f.Expr | None) -> object:
    """An expression without its places."""
    if isinstance(expr, f.Const):
        return expr.value
    if isinstance(expr, f.Name):
        return expr.name
    assert expr is not None
    return [expr.tag, getattr(expr, "name", None), *map(shape, expr.parts())]


def value(source: str) -> object:
    """What `x` is bound to."""
    found = [one.value for one in facts_of(source).scopes[0].bindings if one.name == "x"]
    return shape(found[-1])


# -- type parameters and aliases


@pytest.mark.parametrize(
    "header",
    [
        "class Box[T]:", "class Box[T](Base):", "class Box[T: (int, str), *Ts, **P]():",
        "class Box[T = int, *Ts = *tuple[int]]:", "def f[T](x):",
        "async def f[T: Model](x: T) -> T:", "class Box[\n    T,  # of what\n](Base):",
        "def f[\n  T: (\n    int, str)\n](\n  x): ",
        "def f \\\n [T] \\\n (x):", "@use\nclass Box[T]:",
    ],
)  # fmt: skip
def test_type_parameters_are_left_out_and_every_line_stays(header: str) -> None:
    found = places(f"{header}\n    y = use(1)\nuse(2)\n")
    line = header.count("\n") + 2
    assert found[-2:] == [("use", line, 9), ("use", line + 1, 1)]


def test_what_follows_type_parameters_keeps_its_column() -> None:
    source = b"def f[T: int](x=use(1)) -> int: return use(2)\nclass A[\n  T](use(3)): y = use(4)\n"
    levelled = level(source)
    assert levelled == b"def f        (x=use(1)) -> int: return use(2)\nclass A \\\n    (use(3)): y = use(4)\n"


@before_312
@pytest.mark.parametrize(
    "alias", ["type x = str | None", "type x[T] = str | None", "type  x \\\n = \\\n str | None", "type x[\n  T\n] = str | None"]
)
def test_a_type_alias_is_an_assignment(alias: str) -> None:
    assert value(alias) == value("x = str | None")
    assert places(f"if a:\n  {alias}; use(1)\n  use(2)\n")[-1] == ("use", alias.count("\n") + 3, 3)


def test_the_value_of_a_type_alias_keeps_its_column() -> None:
    assert level(b"type Key[T] = dict[T, int]\n") == b"Key         = dict[T, int]\n"


def test_names_that_are_called_type_stay_names() -> None:
    assert level(b"type = 1\ntype (x)\nclass A[T]: pass\n") == b"type = 1\ntype (x)\nclass A   : pass\n"


# -- except without brackets


@pytest.mark.parametrize("clause", ["except A, b.C:", "except A, B, :", "except  A, B :"])
def test_several_exceptions_get_their_brackets(clause: str) -> None:
    assert places(f"try:\n    use(1)\n{clause}\n    use(2)\nuse(3)\n") == [("use", 2, 5), ("use", 4, 5), ("use", 5, 1)]


def test_so_do_groups() -> None:
    assert places("try:\n    use(1)\nexcept* A, B:\n    use(2)\n")[-1] == ("use", 4, 5)


def test_the_exceptions_keep_their_column() -> None:
    assert (
        level(b"try: pass\nexcept A, B: pass\nexcept (C, D): pass\n") == b"try: pass\nexcept(A, B): pass\nexcept (C, D): pass\n"
    )


# -- f-strings


@pytest.mark.parametrize(
    ("newer", "same"),
    [
        ("x = f'a{d['k']}'", """x = f'a{d["k"]}'"""),
        ('x = f"{d["k"]} it\'s {y}"', """x = f"{d['k']} it's {y}" """),
        ("""x = f'say "{d['k']}" {d["l"]}'""", """x = f'''say "{d['k']}" {d["l"]}'''"""),
        ("x = 'a' f'{d['k']}' \"b\" rf'\\d{y}'", """x = f'a{d["k"]}b\\\\d{y}'"""),
        ("x = rf'\\d{d['k']}'", """x = rf'\\d{d["k"]}'"""),
        ("x = f'{y:{w:{'>'}}}{{}}'", "x = f'{y}{{}}'"),
        ("x = f'{\n  y  # why\n}{y=}'", "x = f'{y}y={y}'"),
        ("x = f'{*y, z}{'\\t'}'", "x = f'{(*y, z)}{\"\t\"}'"),
    ],
)  # fmt: skip
def test_an_f_string_of_the_new_grammar_has_the_same_parts_as_one_of_the_old(newer: str, same: str) -> None:
    assert value(newer) == value(same)


def test_f_strings_are_nested_deeper_than_there_are_quotes() -> None:
    newer, same = "y", value("x = y")
    for _ in range(7):
        newer, same = f"f'{{{newer}}}'", ["text", None, same]
    assert value(f"x = {newer}") == same


def test_backslashes_in_the_expressions_of_a_prompt() -> None:
    source = '''x = f"""
Question: {question}
{'\\n'.join(f'- {d['text']}\\n' for d in documents)}
{"\\N{EM DASH}"}\\t{{json}}
"""
use(x)
'''
    expr = next(one.value for one in facts_of(source).scopes[0].bindings if one.name == "x")
    assert isinstance(expr, f.Text)
    texts = [one.value for one in expr.items if isinstance(one, f.Const)]
    assert texts == ["\nQuestion: ", "\n", "\n", "\N{EM DASH}", "\t{json}\n"]
    join = expr.items[3]
    assert isinstance(join, f.Call)
    assert isinstance(join.func, f.Attr)
    assert shape(join.func.base) == "\n"
    assert join.span[0] == 3
    assert places(source) == [("use", 6, 1)]


@pytest.mark.parametrize(
    "string",
    [
        "f'{d['a']}'", "f'{'\\n'.join(d)}'", "f'''\n{'\\n'}\n{d['a']}\n'''", "f'{\n  d[  # one\n 0]\n}'",
        "('a' # one\n f'{'\\n'}'\n\n 'b')",
        "f'''{d:\n>{'\\n'}}'''", "'a' \\\n f'{'\\n'}' \\\n 'b'",
        "f'''{f'{'\\n'}'}\n{\n'\\n'  # why\n  !r}'''",
    ],
)  # fmt: skip
def test_lines_and_indents_after_an_f_string_stay(string: str) -> None:
    source = f"def run():\n    y = {string}\n    use(y)\n"
    assert places(source) == [("use", string.count("\n") + 3, 5)]


@before_312
def test_other_quotes_are_all_that_changes_if_they_will_do() -> None:
    assert level(b"x = [f'a{d['k']}' for y in z], use(1)\n") == b"x = [f\"a{d['k']}\" for y in z], use(1)\n"


@before_312
def test_a_tuple_of_parts_is_no_call() -> None:
    levelled = level(b"x = f'{'\\n'}' if y else z\n")
    assert levelled == b"x = (%s, [('\\n'),]) if y else z\n" % TEXT.encode()


@before_312
def test_an_f_string_that_the_old_grammar_reads_is_left_alone() -> None:
    old = b"y = f'{d[\"a\"]!r:>{w}} {{}}' 'b' f\"{z=}\"\n"
    assert level(b"class A[T]: pass\n" + old) == b"class A   : pass\n" + old


# -- files


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_ends_of_lines(end: str) -> None:
    source = "class A[\n  T\n]:\n  x = f'{d['a']}'\nuse(1)\n".replace("\n", end)
    assert places(source) == [("use", 5, 1)]
    levelled = level(source.encode())
    assert levelled is not None
    assert levelled.rstrip().count(end.encode()) == source.rstrip().count(end)


@pytest.mark.parametrize(
    "source",
    ["# coding: latin-1\ndef f[T](): 'ä'\nä = use('ö')\n".encode("latin-1"), "\ufeffdef f[T](): 'ä'\n\nä = use('ö')\n".encode()],
)
def test_encodings(source: bytes) -> None:
    facts = extract("app.py", source)
    assert facts.problems == ()
    (site,) = facts.scopes[0].calls
    assert site.call.span[:2] == (3, 5)
    assert shape(site.call.args[0].value) == "ö"


# -- what cannot be read


def version() -> str:
    return f"does not parse as Python {sys.version_info[0]}.{sys.version_info[1]}: "


@before_312
def test_a_file_that_is_wrong_in_any_python_says_what_was_tried() -> None:
    ((line, reason),) = extract("app.py", b"type X = int\nx = = 1\n").problems
    assert line == 1
    assert reason == version() + "invalid syntax" + TRIED


@before_312
def test_a_file_that_ends_the_child_costs_no_other_file(fresh: None) -> None:
    ((_, reason),) = extract("app.py", f"type X = int\ny = {DEEP}\n".encode()).problems
    assert reason == version() + "too many nested parentheses" + TRIED
    assert places("class A[T]: pass\nuse(1)\n") == [("use", 2, 1)]


def test_a_child_that_hangs_costs_that_file_only(fresh: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(newer_syntax, "TIMEOUT", 0.2)
        patch.setattr(newer_syntax, "_PROGRAM", "import time; time.sleep(60)")
        assert level(b"type X = int\n") is None
    assert level(b"type X = int\n") == b"X      = int\n"


@pytest.mark.parametrize(
    "program", ["print('what?')", "print(5)", "pass", "import sys; sys.stdin.close(); print(-7)", "raise SystemExit(3)"]
)
def test_a_child_that_answers_nonsense_is_no_answer(fresh: None, monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    monkeypatch.setattr(newer_syntax, "_PROGRAM", program)
    assert level(b"type X = int\n") is None
    assert level(b"type X = int\n") is None


@pytest.mark.parametrize("executable", ["", "/nowhere/python"])
def test_without_a_python_to_start_it_stays_a_gap(fresh: None, monkeypatch: pytest.MonkeyPatch, executable: str) -> None:
    monkeypatch.setattr(sys, "executable", executable)
    assert level(b"type X = int\n") is None


def test_a_child_that_has_died_since_is_replaced(fresh: None) -> None:
    assert level(b"type X = int\n") is not None
    assert newer_syntax._child is not None
    newer_syntax._child.process.kill()
    newer_syntax._child.process.wait()
    assert level(b"type X = int\n") is not None


def test_a_fork_leaves_the_child_of_its_parent_alone(fresh: None) -> None:
    assert level(b"type X = int\n") is not None
    child = newer_syntax._child
    assert child is not None
    child.owner += 1
    assert not child.usable()
    child.stop()
    assert child.process.poll() is None
    child.owner -= 1


def test_a_file_above_the_limit_is_not_tried(alone: None) -> None:
    assert level(b"type X = int\n" + b"#" * newer_syntax.MAX_BYTES) is None


@settings(max_examples=60)
@given(st.binary(max_size=200))
def test_any_bytes_give_an_answer(source: bytes) -> None:
    answer = level(source)
    assert answer is None or len(answer.splitlines()) == len(source.splitlines())


PIECES = [
    "type ", "X", "[", "]", "T", " = ", "def f", "class A", "(", ")", ":", "\n", "\n    ", " pass", "try:", "except", " ",
    "A, B", "f'", "f\"", "f'''", "rf'",
    "'", '"', "'''", "{", "}", "{{", "\\", "\\n", "=", "!r", ":>3", "# c\n", "d['a']", "é", ";", "x", "*", "yield", "lambda: ",
    "\\\n", "\r\n", "\f", "1",
]  # fmt: skip


@settings(max_examples=300)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_any_soup_of_new_syntax_gives_an_answer_with_its_lines(source: str) -> None:
    answer = level(source.encode())
    assert answer is None or len(answer.splitlines()) == len(source.encode().splitlines())
    facts = extract("app.py", source.encode())
    assert facts.scopes or len(facts.problems) == 1


# -- when it is tried


@pytest.mark.parametrize(
    "source",
    [
        "print 'python 2', f'{x}'\n", "{% if x %}\nx = 1\n{% endif %}\n", "x = (\n", "def f(x):\npass\ny = f'{x}'\n",
        "a = 1\n  b = f'{x}'\n",
        "type X = 1\0\n", "<html>f[x]</html>\n", "except_, = 1 1\n",
    ],
)  # fmt: skip
def test_a_file_without_a_sign_of_newer_syntax_starts_nothing(alone: None, source: str) -> None:
    ((_, reason),) = extract("app.py", source.encode()).problems
    assert TRIED not in reason


def test_a_file_that_this_python_reads_starts_nothing(alone: None) -> None:
    assert places("x = f'{d[\"a\"]}'\nuse(x)\n") == [("use", 2, 1)]


@pytest.mark.skipif(sys.version_info < (3, 12), reason="this Python needs help")
def test_a_python_that_is_new_enough_starts_nothing(alone: None) -> None:
    assert places("class A[T]: pass\nx = f'{d['a']}{'\\n'}'\nuse(x)\n") == [("use", 3, 1)]


@pytest.mark.parametrize(
    ("first", "source"),
    [((3, 12), "type X = = int"), ((3, 13), "class A[T = int]: = 1"), ((3, 12), "x = = f'{d['a']}'"), ((3, 12), "x = = RF'{d}'")],
)
def test_from_the_version_on_that_reads_it_a_sign_is_none(
    monkeypatch: pytest.MonkeyPatch, first: tuple[int, int], source: str
) -> None:
    error = SyntaxError("invalid syntax")
    monkeypatch.setattr(newer_syntax, "sys", SimpleNamespace(version_info=(*first, 0)))
    assert not may_help(source.encode(), error)
    monkeypatch.setattr(newer_syntax, "sys", SimpleNamespace(version_info=(first[0], first[1] - 1, 9)))
    assert may_help(source.encode(), error)


# -- all together


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[SourceFile]:
    monkeypatch.setattr(pool, "WORTH_PROCESSES", 0)
    monkeypatch.setattr(workers, "_CHUNK", 40)
    sources = [
        "type X = str\nuse(X)\n",
        "use(1)\n",
        "class A[T]: x = f'{d['a']}{'\\n'}'\n",
        f"type X = int\ny = {DEEP}\n",
        "try: pass\nexcept A, B: use(1)\n",
    ]
    for number, source in enumerate(sources):
        path = tmp_path / f"f{number}.py"
        path.write_text(source)
        os.utime(path, (1_600_000_000, 1_600_000_000))  # long ago: the cache trusts no file that was written just now
    return [SourceFile(f"f{number}.py", FileKind.PYTHON, Scope.PRODUCT, 40, str(tmp_path)) for number in range(len(sources))]


def test_workers_and_the_cache_give_the_same(files: list[SourceFile], tmp_path: Path) -> None:
    alone = read_facts(files, 1, None)
    assert [gap.file for gap in alone.gaps] == ["f3.py"]
    expected = [dumps(one) for one in alone.files]
    many = read_facts(files, 2, None)
    assert ([dumps(one) for one in many.files], many.gaps) == (expected, alone.gaps)
    for extracted in (len(files), 0):
        with Cache(tmp_path / "cache") as cache:
            kept = read_facts(files, 1, cache)
        assert ([dumps(one) for one in kept.files], kept.gaps, kept.extracted) == (expected, alone.gaps, extracted)


def test_nothing_of_the_scanned_folder_is_imported(fresh: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("libcst", "sitecustomize", "usercustomize", "linter", "ast"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'was_run')!r}, 'w')\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PYTHONSTARTUP", str(tmp_path / "ast.py"))
    assert level(b"type X = int\n") == b"X      = int\n"
    assert not (tmp_path / "was_run").exists()


@before_312
def test_this_process_imports_no_libcst_and_leaves_no_child() -> None:
    program = f"""
import sys; sys.path.insert(0, {str(ROOT)!r})
from linter.extract.python import extract
assert extract("a.py", b"x = 1").scopes
print("linter.extract.newer_syntax" in sys.modules)
assert extract("a.py", b"type X = int").scopes
print("linter.extract.newer_syntax" in sys.modules, "libcst" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == ["False", "True", "False"]
    assert done.stderr == ""


def test_what_is_levelled_parses_here() -> None:
    levelled = level(b"class A[T]:\n  x = f'{d['a']}{'\\n'}'\ntype Y = A[int]\ntry: pass\nexcept A, B: pass\n")
    assert levelled is not None
    assert isinstance(ast.parse(levelled), ast.Module)
