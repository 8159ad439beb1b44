"""Declared data is followed to the calls it reaches: field by field, through what the code does to it, up to a redactor."""

from __future__ import annotations

import pytest

from linter.model.architecture import Flow
from tests.infer.making import architecture, flows

MANIFEST = """
version: 1
system: claims
data:
  patient-record:
    class: regulated
    found_in:
      types: [models.Patient, db.get_patient]
      fields: [ssn, diagnosis]
      tables: [patients]
      files: ["data/claims/**"]
    redacted_by: [privacy.scrub, presidio_anonymizer.AnonymizerEngine.anonymize]
"""
FILES = {
    "models.py": """
from dataclasses import dataclass
@dataclass
class Patient:
    name: str
    ssn: str
    diagnosis: str
    def summary(self):
        return f"{self.name}: {self.diagnosis}"
    def initials(self):
        return self.name[:1]
""",
    "db.py": """
from models import Patient
def load(id) -> Patient:
    return Patient(**query("select 1", id))
def get_patient(id):
    return query("select 1", id)
""",
    "privacy.py": """
def scrub(text):
    return text.replace("x", "y")
""",
    "llm.py": """
from openai import OpenAI
client = OpenAI()
def ask(prompt):
    return client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": prompt}])
""",
}
HEAD = (
    "import json\n"
    "import db\n"
    "from dataclasses import asdict\n"
    "from models import Patient\n"
    "from db import load, get_patient\n"
    "from privacy import scrub\n"
    "from llm import ask\n"
)


def flow(code: str) -> Flow | None:
    """The one flow of patient records, in a program with models, a database, a redactor and a client."""
    found = flows({**FILES, "app.py": HEAD + code + "\n"}, MANIFEST)
    assert len(found) <= 1
    return found[0] if found else None


def leaks(code: str) -> str:
    """`ssn` when that field reaches the prompt, `record` when the whole does, `redacted` behind a redactor, `nothing`."""
    found = flow(code)
    if found is None:
        return "nothing"
    return "redacted" if found.redacted_by else found.field or "record"


LEAKS = {
    "a field": "def f(p: Patient):\n    ask(p.ssn)",
    "a field in a text": 'def f(p: Patient):\n    ask(f"What about {p.ssn}?")',
    "a field of what a typed function returns": "ask(load(1).ssn)",
    "a field through variables": 'def f(id):\n    p = load(id)\n    number = p.ssn\n    text = "SSN " + number\n    ask(text)',
    "a field through a dictionary": 'def f(p: Patient):\n    d = {"a": p.ssn}\n    ask(str(d["a"]))',
    "a field through a list": "def f(p: Patient):\n    parts = []\n    parts.append(p.ssn)\n    ask(', '.join(parts))",
    "a field through a list that a helper fills": ("def fill(parts, p):\n"
"    parts.append(p.ssn)\n"
"def f(p: Patient):\n"
"    parts = []\n"
"    fill(parts, p)\n"
"    ask(', '.join(parts))"),
    "a field through json": 'def f(p: Patient):\n    ask(json.dumps({"ssn": p.ssn}))',
    "a field of each": "def f(patients: list[Patient]):\n    ask(', '.join(p.ssn for p in patients))",
    "a field in a loop": ('def f(patients: list[Patient]):\n'
'    text = ""\n'
'    for p in patients:\n'
'        text += p.ssn\n'
'    ask(text)'),
    "a field in an attribute": ("class A:\n"
"    def __init__(self, p: Patient):\n"
"        self.n = p.ssn\n"
"    def run(self):\n"
"        ask(self.n)"),
    "a field through a helper": "def number(p):\n    return p.ssn\ndef f(p: Patient):\n    ask(number(p))",
    "a field through %": 'def f(p: Patient):\n    ask("SSN %s" % p.ssn)',
    "a field through format": 'def f(p: Patient):\n    ask("SSN {}".format(p.ssn))',
    "a field through a method of text": "def f(p: Patient):\n    ask(p.ssn.strip().upper())",
    "a field in one branch": 'def f(p: Patient):\n    ask(p.ssn if p.name else "x")',
    "a field through unknown functions": "import acme\ndef f(p: Patient):\n    ask(acme.nice(p.ssn))",
    "a field through getattr": 'def f(p: Patient):\n    ask(getattr(p, "ssn"))',
    "a field by key": 'def f(row):\n    ask(row["ssn"])',
    "a field by get": 'def f(row):\n    ask(row.get("ssn"))',
    "a field through asyncio.to_thread": "import asyncio\nasync def f(p: Patient):\n    await asyncio.to_thread(ask, p.ssn)",
    "a field through a lambda": "def f(p: Patient):\n    show = lambda q: q.ssn\n    ask(show(p))",
    "a field through partial": "from functools import partial\ndef f(p: Patient):\n    partial(ask, p.ssn)()",
    "a field through a thread": "import threading\ndef f(p: Patient):\n    threading.Thread(target=ask, args=(p.ssn,)).start()",
    "a field through a property": ("class View:\n"
"    def __init__(self, p: Patient):\n"
"        self.p = p\n"
"    @property\n"
"    def text(self):\n"
"        return self.p.ssn\n"
"def f(p: Patient):\n"
"    ask(View(p).text)"),
    "a field through a template": 'from string import Template\ndef f(p: Patient):\n    ask(Template("$s").substitute(s=p.ssn))',
}  # fmt: skip


@pytest.mark.parametrize("way", LEAKS)
def test_a_sensitive_field_reaches_the_prompt(way: str) -> None:
    assert leaks(LEAKS[way]) == "ssn"


WHOLE = {
    "as text": "def f(p: Patient):\n    ask(str(p))",
    "in an f-string": 'def f(p: Patient):\n    ask(f"{p}")',
    "asdict": "def f(p: Patient):\n    ask(json.dumps(asdict(p)))",
    "vars": "def f(p: Patient):\n    ask(str(vars(p)))",
    "__dict__": "def f(p: Patient):\n    ask(str(p.__dict__))",
    "typed by what returns it": "ask(str(load(1)))",
    "of a declared function": "ask(str(get_patient(1)))",
    "of a declared function of a module": "ask(str(db.get_patient(1)))",
    "an object made here": 'ask(str(Patient("a", "b", "c")))',
    "several": "def f(ps: list[Patient]):\n    ask(str(ps))",
    "a subclass": "class Child(Patient): ...\ndef f(c: Child):\n    ask(str(c))",
}  # fmt: skip


@pytest.mark.parametrize("way", WHOLE)
def test_a_whole_record_reaches_the_prompt(way: str) -> None:
    found = flow(WHOLE[way])
    assert found is not None
    assert not found.redacted_by


def test_a_method_of_the_record_hands_out_its_fields() -> None:
    assert leaks("def f(p: Patient):\n    ask(p.summary())") == "diagnosis"


@pytest.mark.parametrize(
    "code",
    [
        'rows = cursor.execute("SELECT * FROM patients WHERE id = %s", (1,)).fetchall()\nask(str(rows))',
        'cursor.execute("select name, ssn from public.patients")\nask(str(cursor.fetchall()))',
        'import pandas as pd\nframe = pd.read_sql("SELECT * FROM patients", engine)\nask(frame.to_string())',
        'TABLE = "patients"\nask(str(db.run(f"SELECT * FROM {TABLE}")))',
    ],
)
def test_rows_of_a_declared_table_reach_the_prompt(code: str) -> None:
    assert leaks(f"def f(cursor, engine):\n    {code.replace(chr(10), chr(10) + '    ')}") != "nothing"


@pytest.mark.parametrize(
    "code",
    [
        'ask(open("data/claims/a.txt").read())',
        'with open("data/claims/a.txt") as file:\n    ask(file.read())',
        'from pathlib import Path\nask(Path("data/claims/a.txt").read_text())',
        'from pathlib import Path\nROOT = Path("data")\nask((ROOT / "claims" / "a.txt").read_text())',
        'import os\nask(open(os.path.join("data", "claims", name)).read())',
        'import pandas as pd\nask(pd.read_csv("data/claims/a.csv").to_string())',
        'rows = json.load(open("data/claims/a.json"))\nask(str(rows[0]))',
        'import csv\nwith open("data/claims/a.csv") as file:\n    for row in csv.DictReader(file):\n        ask(str(row))',
        'from pathlib import Path\nfor path in Path("data/claims").glob("*.txt"):\n    ask(path.read_text())',
    ],
)
def test_a_declared_file_reaches_the_prompt(code: str) -> None:
    assert leaks(code) != "nothing"


# -- what is no leak


NO_LEAKS = {
    "another field": "def f(p: Patient):\n    ask(p.name)",
    "a method that needs another field": "def f(p: Patient):\n    ask(p.initials())",
    "another table": 'def f(cursor):\n    ask(str(cursor.execute("SELECT * FROM products")))',
    "a table that only sounds alike": 'def f(cursor):\n    ask(str(cursor.execute("SELECT * FROM patients_guide")))',
    "another file": 'ask(open("data/public/a.txt").read())',
    "only a test on it": 'def f(p: Patient):\n    if p.ssn:\n        ask("has one")',
    "the number of records": "def f(ps: list[Patient]):\n    ask(str(len(ps)))",
    "the name of the class": "ask(Patient.__name__)",
    "it goes elsewhere": 'def f(p: Patient):\n    p.check(p.ssn)\n    ask("hello")',
    "another class with the same field": "class Employee:\n    def __init__(self):\n        self.ssn = 'x'\nask(Employee().ssn)",
    "the word in a text": 'ask("Never print the ssn or diagnosis of a patient.")',
    "overwritten": 'def f(p: Patient):\n    text = p.ssn\n    text = "nothing"\n    ask(text)',
    "a hash of it": "import hashlib\ndef f(p: Patient):\n    ask(hashlib.sha256(p.ssn.encode()).hexdigest())",
    "another entry of a dictionary": 'def f(p: Patient):\n    d = {"a": p.ssn, "b": p.name}\n    ask(d["b"])',
    "another element of a pair": (
        "def both(p):\n    return p.ssn, p.name\ndef f(p: Patient):\n    number, name = both(p)\n    ask(name)"
    ),
    "another caller of the helper": (
        'def show(x):\n    return f"<{x}>"\ndef f(p: Patient):\n    p.check(show(p.ssn))\n    ask(show("hello"))'
    ),
}


@pytest.mark.parametrize("way", NO_LEAKS)
def test_what_is_not_sensitive_is_no_flow(way: str) -> None:
    assert leaks(NO_LEAKS[way]) == "nothing"


# -- redactors


REDACTED = {
    "at once": "def f(p: Patient):\n    ask(scrub(p.ssn))",
    "around the prompt": 'def f(p: Patient):\n    ask(scrub(f"What about {p.ssn}?"))',
    "in a variable": "def f(p: Patient):\n    text = scrub(str(p))\n    ask(text)",
    "in a helper": "def clean(p):\n    return scrub(p.ssn)\ndef f(p: Patient):\n    ask(clean(p))",
    "through its module": "import privacy\ndef f(p: Patient):\n    ask(privacy.scrub(p.ssn))",
    "under another name": "from privacy import scrub as clean\ndef f(p: Patient):\n    ask(clean(p.ssn))",
    "mapped": "def f(ps: list[Patient]):\n    ask(' '.join(map(scrub, [p.ssn for p in ps])))",
    "of a library": (
        "from presidio_anonymizer import AnonymizerEngine\n"
        "engine = AnonymizerEngine()\n"
        "def f(p: Patient):\n"
        "    ask(engine.anonymize(text=p.ssn, analyzer_results=[]).text)"
    ),
}


@pytest.mark.parametrize("way", REDACTED)
def test_behind_a_redactor_the_flow_is_shown_as_redacted(way: str) -> None:
    assert leaks(REDACTED[way]) == "redacted"


NOT_REDACTED = {
    "its result is not used": "def f(p: Patient):\n    scrub(p.ssn)\n    ask(p.ssn)",
    "only one of two fields": "def f(p: Patient):\n    ask(scrub(p.diagnosis) + p.ssn)",
    "only in one branch": "def f(p: Patient):\n    text = p.ssn\n    if p.name:\n        text = scrub(text)\n    ask(text)",
    "another function of that name": "def scrub(x):\n    return x\ndef f(p: Patient):\n    ask(scrub(p.ssn))",
}


@pytest.mark.parametrize("way", NOT_REDACTED)
def test_what_passes_by_the_redactor_is_a_leak(way: str) -> None:
    assert leaks(NOT_REDACTED[way]) == "ssn"


# -- where it goes


def test_the_steps_lead_from_the_source_through_the_helper_to_the_call() -> None:
    found = flow("def describe(p):\n    return f'Patient {p.ssn}'\ndef f(p: Patient):\n    text = describe(p)\n    ask(text)")
    assert found is not None
    places = [(step.place.file, step.place.line) for step in found.steps]
    assert places[-1] == ("llm.py", 5)
    assert ("app.py", 9) in places
    assert found.certain


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("from openai import OpenAI\ndef f(p: Patient):\n    OpenAI().embeddings.create(model='m', input=p.ssn)", "embedding"),
        (("import chromadb\n"
"def f(p: Patient):\n"
"    chromadb.Client().get_collection('a').add(ids=['1'], documents=[p.ssn])"), "ingest"),
        (("import requests\n"
"def f(p: Patient):\n"
"    requests.post('http://localhost:11434/api/generate', json={'model': 'm', 'prompt': p.ssn})"), "inference"),
        ("import ollama\ndef f(p: Patient):\n    ollama.generate(model='m', prompt=p.ssn)", "inference"),
        ("from langchain_openai import ChatOpenAI\ndef f(p: Patient):\n    ChatOpenAI().invoke(p.ssn)", "inference"),
        ("from langfuse import Langfuse\ndef f(p: Patient):\n    Langfuse().update_current_span(input=p.ssn)", "egress"),
        (("from langchain_core.prompts import ChatPromptTemplate\n"
"from langchain_openai import ChatOpenAI\n"
"def f(p: Patient):\n"
"    (ChatPromptTemplate.from_template('{x}') | ChatOpenAI()).invoke({'x': p.ssn})"), "inference"),
    ],
)  # fmt: skip
def test_every_kind_of_receiver_counts(code: str, kind: str) -> None:
    found = flow(code)
    assert found is not None
    assert found.to.endswith(f":{kind}")
    assert found.field == "ssn"


def test_without_a_declaration_nothing_is_followed() -> None:
    files = {**FILES, "app.py": HEAD + LEAKS["a field"] + "\n"}
    assert [one for one in architecture(files).flows if one.kind.value == "sensitive-data"] == []


def test_a_training_file_that_the_program_writes_itself_carries_the_record_on() -> None:
    found = flow("""
from openai import OpenAI
def prepare(ps: list[Patient]):
    with open("train.jsonl", "w") as out:
        for p in ps:
            out.write(json.dumps({"messages": [{"role": "user", "content": p.diagnosis}]}) + "\\n")
def train():
    client = OpenAI()
    uploaded = client.files.create(file=open("train.jsonl", "rb"), purpose="fine-tune")
    client.fine_tuning.jobs.create(training_file=uploaded.id, model="gpt-4o-mini-2024-07-18")
""")
    assert found is not None
    assert found.field == "diagnosis"


def logged(code: str) -> bool:
    """Whether a program logs patient records for certain."""
    found = flows({**FILES, "app.py": "import logging\n" + HEAD + code + "\n"}, MANIFEST)
    return any(one.to.endswith(":log") and one.certain for one in found)


def test_what_is_tested_to_be_an_error_is_no_record() -> None:
    failed = "        if isinstance(one, Exception):\n            logging.error(f'failed: {one}')\n"
    code = f"def f(id):\n    for one in [get_patient(id)]:\n{failed}"
    assert not logged(code)
    assert logged(code + "        logging.info(f'{one}')")


def test_a_number_of_a_record_without_declared_fields_is_a_question() -> None:
    manifest = MANIFEST.replace("      fields: [ssn, diagnosis]\n", "")
    models = FILES["models.py"].replace("    ssn: str", "    days: int\n    ssn: str")
    found = {
        name: [
            one.certain
            for one in flows(
                {**FILES, "models.py": models, "app.py": HEAD + f"def f(p: Patient):\n    ask(p.{name})\n"}, manifest
            )
        ]
        for name in ("days", "ssn")
    }
    assert found == {"days": [False], "ssn": [True]}


# -- texts that look like statements


@pytest.mark.parametrize(
    "start", ["Explain", "Describe", "Show the course of", "With this record, plan the day:", "Select the best for"]
)
def test_a_message_that_starts_like_a_statement_carries_what_stands_in_it(start: str) -> None:
    imports = "from langchain_core.messages import HumanMessage\nfrom langchain_openai import ChatOpenAI\n"
    assert leaks(f'{imports}def f(p: Patient):\n    ChatOpenAI().invoke([HumanMessage(content=f"{start} {{p.ssn}}")])') == "ssn"


@pytest.mark.parametrize("start", ["Explain", "Describe", "With this record, plan the day:", "Select the best for"])
def test_a_text_for_something_unknown_carries_what_stands_in_it(start: str) -> None:
    assert leaks(f'import acme\ndef f(p: Patient):\n    ask(acme.polish(f"{start} {{p.ssn}}"))') == "ssn"


def test_a_message_about_a_table_is_no_statement() -> None:
    imports = "from langchain_core.messages import HumanMessage\nfrom langchain_openai import ChatOpenAI\n"
    assert leaks(f'{imports}ChatOpenAI().invoke([HumanMessage("Select what matters from patients in this ward")])') == "nothing"


@pytest.mark.parametrize("statement", ["PRAGMA table_info(patients)", "DESCRIBE patients", "SELECT count(*) FROM patients"])
def test_a_statement_about_a_table_tells_nothing_of_its_rows(statement: str) -> None:
    assert leaks(f'def f(connection):\n    ask(str(connection.execute("{statement}").fetchall()))') == "nothing"


def test_an_entry_of_a_typed_dictionary_is_a_record() -> None:
    files = {
        **FILES,
        "state.py": "from typing import TypedDict\nfrom models import Patient\nclass State(TypedDict):\n    patient: Patient\n",
        "app.py": HEAD + "from state import State\ndef node(state: State):\n    ask(state['patient'].ssn)\n",
    }
    assert [(one.field, one.certain) for one in flows(files, MANIFEST)] == [("ssn", True)]


def test_what_an_unknown_statement_reads_out_of_a_declared_database_is_a_question() -> None:
    manifest = MANIFEST.replace('["data/claims/**"]', '["data/claims.sqlite"]')
    code = "import sqlite3\ndef f(sql):\n    ask(str(sqlite3.connect('data/claims.sqlite').execute(sql).fetchall()))\n"
    assert [one.certain for one in flows({**FILES, "app.py": HEAD + code}, manifest)] == [False]
