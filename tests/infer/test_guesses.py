"""`archfit init --suggest` guesses sensitive data from names: of fields, word by word, and of the classes that hold them."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import dedent

import pytest

from linter.extract.python import extract
from linter.infer.guesses import guesses
from linter.knowledge.personal_data import load_words
from linter.link.program import Program
from linter.link.trace import Tracer
from linter.model.personal import Guess
from linter.model.source import Scope
from tests.infer.making import ROOT

WORDS = load_words(ROOT)


def guessed(files: Mapping[str, str] | str, scopes: Mapping[str, Scope] | None = None) -> tuple[Guess, ...]:
    """What is guessed of a repository; a text is one of a single file."""
    sources = {"app/models.py": files} if isinstance(files, str) else files
    facts = [extract(path, dedent(source).encode()) for path, source in sources.items()]
    assert [one.problems for one in facts if one.problems] == []
    return guesses(Tracer(Program(facts, scopes)), WORDS)


def fields(files: Mapping[str, str] | str) -> list[str]:
    """The names of the fields that are told."""
    return [one.name for guess in guessed(files) for one in guess.fields]


def record(*names: str, called: str = "Claim") -> str:
    """A dataclass with fields of these names."""
    return f"from dataclasses import dataclass\n@dataclass\nclass {called}:\n" + "".join(f"    {n}: str\n" for n in names)


class TestNames:
    @pytest.mark.parametrize(
        ("name", "reason", "data_class"),
        [
            ("ssn", "official identity number", "regulated"),
            ("passport_no", "official identity number", "regulated"),
            ("codice_fiscale", "official identity number", "regulated"),
            ("personnummer", "official identity number", "regulated"),
            ("diagnosis", "health", "regulated"),
            ("blood_type", "health", "regulated"),
            ("iban", "bank account", "regulated"),
            ("credit_card_number", "payment card", "regulated"),
            ("cvv2", "payment card", "regulated"),
            ("dob", "personal details", "confidential"),
            ("salary", "pay", "confidential"),
        ],
    )
    def test_one_name_is_enough(self, name: str, reason: str, data_class: str) -> None:
        (guess,) = guessed(record("id", name))
        assert (guess.data_class, guess.reasons) == (data_class, (reason,))
        assert [(one.name, one.reason, str(one.place)) for one in guess.fields] == [(name, reason, "app/models.py:5")]

    @pytest.mark.parametrize(
        "name", ["patient_ssn", "patientSSN", "ssnLast4", "ssn_encrypted", "secondary_diagnoses", "bloodtype"]
    )
    def test_words_are_found_in_any_way_of_writing(self, name: str) -> None:
        assert fields(record("id", name)) == [name]

    @pytest.mark.parametrize(
        "name",
        [
            "session", "lesson", "assn", "card", "card_layout", "cards", "cardinality", "ibanez", "dobson", "diagnosis_enabled",
            "has_diagnosis", "mask_ssn", "num_diagnoses", "ssn_regex", "salary_range", "max_salary", "passport_strategy",
            "password", "salary_currency", "account_id", "SSN",
        ],
    )  # fmt: skip
    def test_parts_of_words_and_what_is_said_about_data_are_none(self, name: str) -> None:
        assert fields(record("id", name)) == []

    def test_a_common_word_needs_a_second_one(self) -> None:
        assert fields(record("email", "password")) == []
        assert fields(record("email", "phone")) == ["email", "phone"]
        assert fields(record("email", "smtp_email")) == []

    def test_or_a_class_that_is_called_like_a_person(self) -> None:
        assert fields(record("email", "password", called="User")) == ["email"]
        assert fields(record("email", "password", called="UserCreate")) == ["email"]
        assert fields(record("email", "password", called="LoginRequest")) == []

    def test_or_certain_data_beside_it(self) -> None:
        assert fields(record("diagnosis", "email", "gender")) == ["diagnosis", "email", "gender"]
        assert fields(record("gender", "notes")) == []

    @pytest.mark.parametrize(
        "source",
        [
            record("email", "phone", "address", called="Restaurant"),
            record("email", "phone", called="SmtpConfig"),
            record("salary", "title", called="JobPosting"),
            record("diagnosis", "symptoms", called="Incident"),
            record("diagnosis", "stack_trace", called="Analysis"),
            record("disease_name", "icd_code", called="DiseaseCatalog"),
            record("credit_limit", "balance", called="TradingPosition"),
        ],
    )
    def test_the_class_says_what_a_word_means(self, source: str) -> None:
        assert guessed(source) == ()

    def test_a_class_that_is_called_like_a_record_is_told_with_everything_in_it(self) -> None:
        (guess,) = guessed(record("id", "notes", called="MedicalCondition"))
        assert (guess.name, guess.data_class, guess.fields) == ("medical-condition", "regulated", ())
        assert [one.name for one in guess.types] == ["app.models.MedicalCondition"]

    def test_a_name_without_end_is_soon_read(self) -> None:
        assert fields(record("x_" * 20_000 + "ssn")) == ["x_" * 20_000 + "ssn"]


MODELS = {
    "dataclass": "from dataclasses import dataclass\n@dataclass\nclass Person:\n    ssn: str = ''\n",
    "pydantic": "from pydantic import BaseModel, Field\nclass Person(BaseModel):\n    ssn: str = Field(max_length=9)\n",
    "typed dictionary": "from typing import TypedDict\nclass Person(TypedDict):\n    ssn: str\n",
    "SQLModel": "from sqlmodel import SQLModel, Field\nclass Person(SQLModel, table=True):\n    ssn: str = Field(max_length=9)\n",
    "SQLAlchemy": """
        from sqlalchemy.orm import DeclarativeBase
        from sqlalchemy import Column, String
        class Base(DeclarativeBase): pass
        class Person(Base):
            __tablename__ = "persons"
            ssn = Column(String)
    """,
    "SQLAlchemy 2": """
        from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
        class Base(DeclarativeBase): pass
        class Person(Base):
            __tablename__ = "persons"
            ssn: Mapped[str | None] = mapped_column()
    """,
    "Flask": """
        from app import db
        class Person(db.Model):
            __tablename__ = "persons"
            ssn = db.Column(db.String)
    """,
    "Django": """
        from django.db import models
        class Person(models.Model):
            ssn = models.CharField(max_length=9)
            class Meta:
                db_table = "persons"
    """,
    "Beanie": """
        from beanie import Document
        class Person(Document):
            ssn: str
            class Settings:
                name = "persons"
    """,
}


@pytest.mark.parametrize("kind", MODELS)
def test_records_of_every_kind(kind: str) -> None:
    (guess,) = guessed(MODELS[kind])
    assert guess.name == "person"
    assert [one.name for one in guess.types] == ["app.models.Person"]
    assert [one.name for one in guess.fields] == ["ssn"]
    assert [one.name for one in guess.tables] == (["persons"] if "persons" in MODELS[kind] else [])


def test_a_table_without_a_class() -> None:
    (guess,) = guessed("""
        from sqlalchemy import Boolean, Column, MetaData, String, Table
        patients = Table("patients", MetaData(), Column("ssn", String), Column("diagnosis", Boolean))
    """)
    assert (guess.types, [one.name for one in guess.fields], [one.name for one in guess.tables]) == ((), ["ssn"], ["patients"])


@pytest.mark.parametrize(
    "source",
    [
        "class Person:\n    ssn: str\n",
        "from pydantic_settings import BaseSettings\nclass Person(BaseSettings):\n    ssn: str\n",
        "from enum import Enum\nclass Person(Enum):\n    ssn: str = 'ssn'\n",
        "from pydantic import BaseModel\nclass Person(BaseModel):\n    ssn: bool\n    diagnosis: bool | None = None\n",
        "from pydantic import BaseModel\nclass Person(BaseModel):\n    _ssn: str\n",
        "from typing import ClassVar\nfrom pydantic import BaseModel\nclass Person(BaseModel):\n    ssn: ClassVar[str] = ''\n",
        "from sqlalchemy import Boolean, Column\nfrom app import Base\nclass Person(Base):\n    ssn = Column(Boolean)\n",
        "from app import Base, relationship\nclass Person(Base):\n    diagnoses: list = relationship('Diagnosis')\n",
        "from pydantic import BaseModel\ndef make():\n    class Person(BaseModel):\n        ssn: str\n",
    ],
)
def test_what_is_no_record_or_no_field(source: str) -> None:
    assert guessed(source) == ()


class TestTogether:
    def test_one_record_in_its_roles_is_told_once(self) -> None:
        (guess,) = guessed({
            "app/models.py": record("email", "phone", called="User"),
            "app/schemas.py": record("email", "full_name", called="UserCreate") + record("phone", "email", called="UserResponse"),
        })  # fmt: skip
        assert [one.name for one in guess.types] == ["app.models.User", "app.schemas.UserCreate", "app.schemas.UserResponse"]
        assert [one.name for one in guess.fields] == ["email", "phone", "full_name"]

    def test_what_a_base_says_is_not_said_again(self) -> None:
        (guess,) = guessed("""
            from pydantic import BaseModel
            class UserBase(BaseModel):
                email: str
                phone: str
            class UserOut(UserBase):
                id: int
            class UserIn(UserBase):
                date_of_birth: str
        """)
        assert [one.name for one in guess.types] == ["app.models.UserBase", "app.models.UserIn"]

    def test_the_gravest_kind_decides_and_comes_first(self) -> None:
        found = guessed(record("email", "phone", called="Contact") + record("email", "phone", "ssn", called="Voter"))
        assert [(one.name, one.data_class) for one in found] == [("voter", "regulated"), ("contact", "confidential")]
        assert found[0].reasons == ("official identity number", "personal details")

    def test_only_the_product_is_looked_at(self) -> None:
        files = {"tests/models.py": record("ssn")}
        assert guessed(files, {"tests/models.py": Scope.TEST}) == ()

    def test_a_folder_that_is_no_name_is_left_off(self) -> None:
        (guess,) = guessed({"my-app/models.py": record("ssn")})
        assert [one.name for one in guess.types] == ["models.Claim"]
        (guess,) = guessed({"my-models.py": record("ssn")})
        assert guess.types == ()
        assert [one.name for one in guess.fields] == ["ssn"]
