"""One field of a record is told from the others, wherever the record comes from and whatever it is put into."""

from __future__ import annotations

import pytest

from tests.infer.test_sensitive import flow

TABLES = (
    "from sqlalchemy.orm import Session\nfrom sqlalchemy import select\n"
    "class Person:\n    __tablename__ = 'patients'\n    name = Column()\n    ssn = Column()\n"
    "class Ward:\n    __tablename__ = 'wards'\n    ssn = Column()\n"
)


def leak(code: str) -> str:
    """`ssn` when that field certainly reaches the prompt, `ssn?` when it may, `record` when all of it does."""
    found = flow(code)
    if found is None:
        return "nothing"
    return (found.field or "record") + ("" if found.certain else "?")


@pytest.mark.parametrize(
    ("taken", "expected"),
    [
        ("rows[0].ssn", "ssn"),
        ("rows[0].name", "nothing"),
        ("rows[0][1]", "ssn"),
        ("rows[0][0]", "nothing"),
        ("str(rows)", "ssn"),
        ("', '.join(r.ssn for r in rows)", "ssn"),
        ("', '.join(name for name, number in rows)", "nothing"),
        ("', '.join(number for name, number in rows)", "ssn"),
    ],
)
@pytest.mark.parametrize(
    "query", ["session.execute(select(Person.name, Person.ssn)).all()", "session.query(Person.name, Person.ssn).all()"]
)
def test_columns_of_a_query(query: str, taken: str, expected: str) -> None:
    assert leak(f"{TABLES}def f(session: Session):\n    rows = {query}\n    ask({taken})") == expected


@pytest.mark.parametrize(
    ("taken", "expected"),
    [
        ("rows[0].Person.ssn", "ssn"),
        ("rows[0].Person.name", "nothing"),
        ("', '.join(p.ssn for p, w in rows)", "ssn"),
        ("', '.join(w.title for p, w in rows)", "nothing"),
    ],
)
def test_rows_of_two_classes(taken: str, expected: str) -> None:
    assert (
        leak(f"{TABLES}def f(session: Session):\n    rows = session.execute(select(Person, Ward)).all()\n    ask({taken})")
        == expected
    )


@pytest.mark.parametrize(
    ("taken", "expected"),
    [
        ("str(frame)", "data/claims/a.csv"),
        ("str(frame['ssn'])", "ssn"),
        ("str(frame['name'])", "nothing"),
        ("str(frame[['name', 'ssn']])", "ssn"),
        ("str(frame[['name', 'ward']])", "nothing"),
        ("str(frame.loc[0, 'ssn'])", "ssn"),
        ("str(frame.loc[0, 'name'])", "nothing"),
        ("str(frame.loc[frame['ward'] == 3, ['name', 'ward']])", "nothing"),
        ("str(frame.at[0, 'ssn'])", "ssn"),
        ("str(frame.iloc[0])", "data/claims/a.csv"),
        ("str(frame.values)", "data/claims/a.csv"),
        ("str(frame.head(3)['name'])", "nothing"),
        ("str(frame.drop(columns=['ssn', 'diagnosis']))", "nothing"),
        ("str(frame.drop(columns=['ssn']))", "data/claims/a.csv"),
        ("str(frame.columns)", "nothing"),
        ("str(frame.merge(frame, on='ward')['name'])", "nothing"),
        ("str(frame.merge(frame, on='ward')['ssn'])", "ssn"),
        ("str(frame.rename(columns={'ssn': 'number'})['number'])", "data/claims/a.csv"),
        ("str(frame.query('discharged'))", "data/claims/a.csv"),
        ("str(frame.to_dict('records')[0]['name'])", "nothing"),
        ("str(frame.to_dict('records')[0]['ssn'])", "ssn"),
        ("', '.join(row.ssn for row in frame.itertuples())", "ssn"),
        ("', '.join(row.name for row in frame.itertuples())", "nothing"),
        ("str(frame.apply(lambda row: row['ssn'], axis=1))", "data/claims/a.csv"),
    ],
)
def test_columns_of_a_table(taken: str, expected: str) -> None:
    assert leak(f'import pandas as pd\nframe = pd.read_csv("data/claims/a.csv")\nask({taken})') == expected


@pytest.mark.parametrize(
    ("taken", "expected"),
    [
        ("str(claims)", "data/claims/a.json"),
        ("claims[0]['ssn']", "ssn"),
        ("claims['patients'][0]['ssn']", "ssn"),
        ("claims[0]['id']", "nothing"),
        ("str(claims['patients'])", "data/claims/a.json?"),
        ("claims[0]['name']", "data/claims/a.json?"),
    ],
)
def test_what_a_file_holds_can_lie_further_in(taken: str, expected: str) -> None:
    assert leak(f'claims = json.load(open("data/claims/a.json"))\nask({taken})') == expected


@pytest.mark.parametrize(
    ("taken", "expected"),
    [("rows['train']['ssn']", "ssn"), ("rows['train']['name']", "nothing"), ("rows['train']", "data/claims/a.csv?")],
)
def test_a_data_set_has_parts_and_each_has_columns(taken: str, expected: str) -> None:
    load = 'from datasets import load_dataset\nrows = load_dataset("csv", data_files="data/claims/a.csv")\n'
    assert leak(f"{load}ask(str({taken}))") == expected


@pytest.mark.parametrize(
    ("taken", "expected"),
    [('d["a"]["n"]', "ssn"), ('d["a"]["m"]', "nothing"), ('d["b"]["n"]', "nothing"), ("str(d)", "ssn")],
)
def test_entries_of_entries(taken: str, expected: str) -> None:
    made = 'd = {"a": {"n": p.ssn, "m": p.name}, "b": {"n": "x"}}'
    assert (
        leak(f"def make(p: Patient):\n    {made}\n    return d\ndef f(p: Patient):\n    d = make(p)\n    ask({taken})")
        == expected
    )


MODEL = (
    "from pydantic import BaseModel, ConfigDict, Field\n"
    "class Intake(BaseModel):\n    name: str = Field(alias='who')\n    ssn: str = Field(serialization_alias='number')\n"
)


@pytest.mark.parametrize(
    ("dumped", "expected"),
    [
        ("i.model_dump(by_alias=True)['number']", "ssn"),
        ("i.model_dump(by_alias=True)['who']", "nothing"),
        ("i.model_dump()['ssn']", "ssn"),
        ("i.model_dump(by_alias=False)['ssn']", "ssn"),
    ],
)
def test_names_in_a_dump(dumped: str, expected: str) -> None:
    assert leak(f"{MODEL}def f(p: Patient):\n    i = Intake(who=p.name, ssn=p.ssn)\n    ask({dumped})") == expected


def test_names_that_a_function_makes_are_not_known() -> None:
    record = (
        "from pydantic import BaseModel, ConfigDict\nfrom pydantic.alias_generators import to_camel\n"
        "from models import Patient\nclass Intake(Patient, BaseModel):\n    model_config = ConfigDict(alias_generator=to_camel)\n"
    )
    assert leak(f"{record}def f(i: Intake):\n    ask(i.model_dump(by_alias=True)['theNumber'])").endswith("?")


@pytest.mark.parametrize(
    ("taken", "expected"),
    [
        ("p.ssn", "ssn"),
        ("p.name", "nothing"),
        ("str(p)", "record"),
        ("p.model_dump_json(exclude={'ssn', 'diagnosis'})", "nothing"),
    ],
)
@pytest.mark.parametrize("made", ["Patient(**data)", "Patient.model_validate(data)"])
def test_records_whose_class_is_in_a_package(made: str, taken: str, expected: str) -> None:
    assert leak(f"from acme.models import Patient\ndef f(data):\n    p = {made}\n    ask({taken})") == expected


@pytest.mark.parametrize(
    ("taken", "expected"),
    [("['ssn']", "ssn"), ("['name']", "nothing"), ("", "record")],
)
@pytest.mark.parametrize("record", ["json.loads(json.dumps(asdict(p)))", "dict(asdict(p))", "asdict(p).copy()"])
def test_a_record_that_goes_through_json_and_back(record: str, taken: str, expected: str) -> None:
    found = flow(f"from dataclasses import asdict\ndef f(p: Patient):\n    r = {record}\n    ask(str(r{taken}))")
    assert ("nothing" if found is None else "record" if expected == "record" else found.field) == expected


def test_a_field_of_the_other_class_of_a_row_is_none() -> None:
    rows = "session.execute(select(Person, Ward)).all()"
    assert leak(f"{TABLES}def f(session: Session):\n    ask(', '.join(ward.ssn for person, ward in {rows}))") == "nothing"
