"""A name in the manifest that means nothing in the repository is told: a misspelt one must not look like harmless data."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import dedent

import pytest

from linter.declare.load import load_manifest
from linter.extract.python import extract
from linter.infer.build import infer
from linter.link.program import Program
from linter.model.architecture import Coverage
from linter.model.place import Gap
from linter.model.source import SkippedFile
from tests.infer.making import catalogue
from tests.link.making import data_files

FILES = {
    "backend/app/__init__.py": "",
    "backend/app/models.py": """
        from dataclasses import dataclass
        from app.records import Encounter
        from presidio_analyzer import AnalyzerEngine
        PATIENTS = []
        @dataclass
        class Patient:
            __tablename__ = "patients"
            diagnosis: str
            def summary(self):
                self.title = "x"
                return self.diagnosis
        class Base(AnalyzerEngine):
            pass
    """,
    "backend/app/records/__init__.py": "from .encounter import Encounter",
    "backend/app/records/encounter.py": "class Encounter:\n    pass\n",
    "backend/app/everything.py": "from sqlalchemy import *\n",
    "backend/app/privacy.py": "def scrub(text):\n    return text\n",
    "backend/main.py": """
        import os
        from app.models import Patient
        def rows(db):
            return db.execute("SELECT * FROM encounters JOIN claims.visits USING (id)")
        PATH = os.path.join(os.environ["DATA"], "claims", "latest.csv")
    """,
    "backend/providers/openai.py": "class Model:\n    pass\n",
    "settings.yaml": "letters: kb/letters",
}
LISTED = (*FILES, "data/raw/people.csv")


def notes(
    data: str,
    *,
    head: str = "system: clinic\n",
    listed: Sequence[str] | None = LISTED,
    gaps: Sequence[Gap] = (),
    skipped: Sequence[SkippedFile] = (),
) -> list[str]:
    """What is told of a declaration, whose first line is the sixth of the manifest."""
    text = f"version: 1\n{head}data:\n  patient:\n    class: regulated\n{data}"
    facts = [extract(path, dedent(source).encode()) for path, source in FILES.items() if path.endswith(".py")]
    program = Program(facts, external=catalogue().import_names, data=data_files(FILES))
    coverage = Coverage(len(facts), len(facts), tuple(skipped))
    found = infer(program, catalogue(), load_manifest(text.encode()), gaps=gaps, coverage=coverage, listed=listed)
    return [str(note) for note in found.nowhere]


def of(key: str, name: str, **more: object) -> list[str]:
    """What is told of one name below `found_in`, without its place."""
    found = notes(f'    found_in:\n      {key}: ["{name}"]\n', **more)  # type: ignore[arg-type]
    return [one.removeprefix(f"archfit.yaml:7: data.patient.found_in.{key}: ") for one in found]


@pytest.mark.parametrize(
    "name",
    [
        "app.models.Patient",
        "backend.app.models.Patient",
        "models.Patient",
        "Patient",
        "app.models.Patient.summary",
        "app.models.Patient.diagnosis",
        "app.models.Patient.title",
        "app.models.PATIENTS",
        "app.models.Encounter",
        "app.records.Encounter",
        "app.records.encounter.Encounter",
    ],
)
def test_what_is_in_the_code_is_nothing_to_tell(name: str) -> None:
    assert of("types", name) == []


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("app.models.Patien", "app.models.Patien is not in the code (did you mean `backend.app.models.Patient`?)"),
        ("app.model.Patient", "app.model.Patient is not in the code (did you mean `backend.app.models.Patient`?)"),
        ("ap.models.Patient", "ap.models.Patient: no package ap is there or imported (did you mean `app`?)"),
        (
            "models.Patient.sumary",
            "models.Patient.sumary is not in the code (did you mean `backend.app.models.Patient.summary`?)",
        ),
        ("app.models.Zebra", "app.models.Zebra is not in the code"),
        ("app.privacy.scrub.inner", "app.privacy.scrub.inner is not in the code"),
        ("Patientt", "nothing in the code is called Patientt (did you mean `backend.app.models.Patient`?)"),
        ("app.models", "app.models is a module: name the classes, functions or variables in it"),
        ("app.models.*", "app.models.* is taken for no pattern: name each class, function or variable"),
    ],
)  # fmt: skip
def test_a_type_that_leads_nowhere(name: str, told: str) -> None:
    assert of("types", name) == [told]


@pytest.mark.parametrize(
    "name",
    [
        "presidio_anonymizer.AnonymizerEngine.anonymize",  # no file of the repository
        "openai.Completion",  # a library, although a file of that name lies in a package of the repository
        "app.models.Base.anything",  # its base may have it
        "app.everything.Column",  # may be what `import *` brings
    ],
)
def test_what_a_library_has_cannot_be_told(name: str) -> None:
    assert of("types", name) == []


def test_a_redactor_is_told_like_a_type_at_its_own_line() -> None:
    (found,) = notes("    redacted_by:\n      - app.privacy.scrub\n      - app.privacy.scrubb\n")
    what = "app.privacy.scrubb is not in the code (did you mean `backend.app.privacy.scrub`?)"
    assert found == f"archfit.yaml:8: data.patient.redacted_by: {what}"


@pytest.mark.parametrize("table", ["patients", "PATIENTS", "encounters", "claims.visits"])
def test_a_table_that_the_code_names(table: str) -> None:
    assert of("tables", table) == []


def test_a_table_that_nothing_names() -> None:
    assert of("tables", "patient_s") == ["nothing in the code names a table patient_s (did you mean `patients`?)"]
    assert of("tables", "encounter_log") == ["nothing in the code names a table encounter_log"]


@pytest.mark.parametrize(
    "pattern",
    [
        "data/raw/*.csv",  # a file that is there
        "data/claims/**",  # a folder that the code goes to, with a part of the way made at run time
        "out/latest.csv",
        "kb/letters/**",  # in a data file
        "**/*.parquet",  # says too little
    ],
)
def test_a_file_that_is_there_or_that_the_code_may_mean(pattern: str) -> None:
    assert of("files", pattern) == []


def test_a_file_that_nothing_means() -> None:
    assert of("files", "data/cliams/**") == ["data/cliams/** matches no file of the repository, and no path in the code"]
    assert of("files", "cliams/**") == ["cliams/** matches no file of the repository, and no path in the code"]
    assert of("files", "data/cliams/**", listed=None) == []


def test_the_manifest_itself_does_not_count() -> None:
    files = {"archfit.yaml": "tables: [zebras]", "app.py": "x = 1\n"}
    declared = load_manifest(b"version: 1\ndata:\n  patient: {class: regulated, found_in: {tables: [zebras]}}\n")
    program = Program([extract("app.py", files["app.py"].encode())], data=data_files(files))
    assert len(infer(program, catalogue(), declared).nowhere) == 1


def test_a_field_is_told_when_it_is_nearly_another_one() -> None:
    assert of("fields", "diagnosys") == ["nothing in the code is called diagnosys (did you mean `diagnosis`?)"]
    assert of("fields", "attrition") == []  # a column need not be named in the code
    assert of("fields", "diagnosis") == []


def test_what_could_not_be_read_may_hold_it() -> None:
    gap = Gap("extract", "backend/app/visits.py", 3, "does not parse")
    assert of("types", "app.visits.Visit") != []
    assert of("types", "app.visits.Visit", gaps=[gap]) == []
    assert of("types", "app.visits.Visit", skipped=[SkippedFile("backend/app/visits.py", "too large")]) == []
    assert of("tables", "visit_log", gaps=[gap]) == ["nothing in the code names a table visit_log, as far as it could be read"]


def test_knowledge_may_be_kept_elsewhere() -> None:
    assert notes("updates:\n  knowledge:\n    letters:\n      found_in: {files: ['kb/leters/**'], tables: [letters]}\n") == []


def test_systems_that_share_a_declaration_tell_it_once() -> None:
    systems = "systems:\n  - {name: a, paths: [backend/**]}\n  - {name: b, paths: [other/**]}\n"
    assert len(notes("    found_in: {types: [app.models.Zebra]}\n", head=systems)) == 1


def test_what_a_policy_declares_is_for_many_repositories() -> None:
    policy = b"version: 1\ndata:\n  patient: {class: regulated, found_in: {types: [app.models.Zebra]}}\n"
    declared = load_manifest(b"version: 1\nsystem: clinic\n", policy=(policy, "policy.yaml"))
    facts = [extract("app/models.py", b"class Patient: pass\n")]
    assert declared.default.data[0].types == ("app.models.Zebra",)
    assert infer(Program(facts), catalogue(), declared).nowhere == ()


def test_without_a_manifest_nothing_is_told() -> None:
    assert infer(Program([]), catalogue()).nowhere == ()
