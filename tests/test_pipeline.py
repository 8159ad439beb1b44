"""From a folder to a run."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path
from time import process_time

import pytest

from linter.errors import ManifestError, NothingAnalysedError, RuleError, UsageError
from linter.extract import pool
from linter.model.catalogue import SiteKind
from linter.model.finding import Verdict
from linter.model.run import Run
from linter.pipeline import Options, draft, run
from linter.report import check_json, map_json
from tests.notebooks import notebook

TODAY = date(2026, 11, 22)
APP = """\
import os
from openai import OpenAI

client = OpenAI()

def ask(question):
    model = os.environ.get("MODEL", "gpt-4o")
    return client.chat.completions.create(model=model, messages=[{"role": "user", "content": question}])
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project that calls OpenAI without a timeout."""
    folder = tmp_path / "helpdesk"
    (folder / "app").mkdir(parents=True)
    (folder / "app" / "llm.py").write_text(APP)
    return folder


def declare(root: Path, text: str) -> None:
    (root / "archfit.yaml").write_text(f"version: 1\nsystem: helpdesk\n{text}")


def scan(root: Path, **more: object) -> Run:
    return run(Options(root, TODAY, **more))  # type: ignore[arg-type]


def test_the_line_from_a_folder_to_findings_with_both_ends(root: Path) -> None:
    declare(root, "privacy:\n  processors: [azure-openai]\n")
    (finding,) = scan(root).gating
    assert (finding.rule, finding.verdict) == ("undeclared-processor", Verdict.FAIL)
    assert (finding.place.file, finding.place.line) == ("app/llm.py", 4)
    assert finding.constraint is not None
    assert str(finding.constraint.place) == "archfit.yaml:4"


def test_without_a_manifest_the_architecture_is_inferred_all_the_same(root: Path) -> None:
    found = scan(root)
    assert found.manifest is None
    assert found.architecture.systems[0].name == "helpdesk"
    assert [site.kind.value for site in found.architecture.sites] == ["client", "inference"]
    assert [timing.stage for timing in found.timings] == ["declare", "discover", "extract", "link", "infer", "check"]


def test_one_process_or_many_cached_or_not_the_reports_are_the_same(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    declare(root, "privacy:\n  processors: [azure-openai]\nlatency:\n  timeout: required\n")
    (root / "app" / "broken.py").write_text("def (:\n")
    monkeypatch.setattr(pool, "WORTH_PROCESSES", 0)
    runs = [scan(root, jobs=1), scan(root, jobs=3), scan(root, cache=tmp_path / "c"), scan(root, cache=tmp_path / "c", jobs=2)]
    assert len({check_json.render(one) for one in runs}) == 1
    assert len({map_json.render(one) for one in runs}) == 1


def test_a_declared_name_that_leads_nowhere_is_told_and_fails_nothing(root: Path) -> None:
    (root / "claims").mkdir()
    (root / "claims" / "2026.csv").write_text("id\n1\n")
    found_in = "{types: [app.llm.askk, presidio.Engine], files: ['claims/*.csv', 'clams/**']}"
    declare(root, f"data:\n  question:\n    class: regulated\n    found_in: {found_in}\n")
    found = scan(root)
    assert found.gating == ()
    assert json.loads(check_json.render(found))["notes"] == [
        "archfit.yaml:6: data.question.found_in.types: app.llm.askk is not in the code (did you mean `app.llm.ask`?)",
        "archfit.yaml:6: data.question.found_in.files: clams/** matches no file of the repository, and no path in the code",
    ]


def test_map_applies_no_rule(root: Path) -> None:
    declare(root, "privacy:\n  processors: [azure-openai]\n")
    assert scan(root, check=False).result.outcomes == ()


def test_a_manifest_from_elsewhere(root: Path, tmp_path: Path) -> None:
    other = tmp_path / "strict.yaml"
    other.write_text("version: 1\nsystem: helpdesk\nprivacy:\n  processors: []\n")
    (finding,) = scan(root, manifest=other).gating
    assert finding.constraint is not None
    assert finding.constraint.place is not None
    assert finding.constraint.place.file == "../strict.yaml"


class TestConfigurationOnly:
    def test_a_gateway_is_a_system(self, tmp_path: Path) -> None:
        (tmp_path / "config.yaml").write_text("model_list:\n- litellm_params: {model: gpt-4o}\n")
        found = scan(tmp_path).architecture
        assert [(site.kind.value, site.get("model").values) for site in found.sites] == [("config", ("gpt-4o",))]
        assert (found.coverage.files, found.coverage.analysed, found.coverage.configurations) == (0, 0, 1)

    def test_code_that_does_not_parse_is_not_made_up_for(self, tmp_path: Path) -> None:
        (tmp_path / "config.yaml").write_text("model_list:\n- litellm_params: {model: gpt-4o}\n")
        (tmp_path / "broken.py").write_text("def (:\n")
        with pytest.raises(NothingAnalysedError):
            scan(tmp_path)

    def test_files_of_no_known_format_are_nothing(self, tmp_path: Path) -> None:
        (tmp_path / "config.yaml").write_text("colour: red\n")
        (tmp_path / "nginx.conf.template").write_text("server { listen 80; }\n")
        with pytest.raises(NothingAnalysedError, match="no configuration of a known format"):
            scan(tmp_path)


class TestBadInput:
    def test_each_file_that_cannot_be_read_is_a_gap_and_costs_nobody_else_anything(self, root: Path) -> None:
        bomb = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
        bomb.extend(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12))
        (root / "docker-compose.yml").write_text("\n".join([*bomb, "services: {x: {image: qdrant/qdrant, environment: *a11}}"]))
        (root / "compose.binary.yaml").write_bytes(b"services:\0\0\x80\xff")
        (root / "circle").mkdir()
        (root / "circle" / "compose.yaml").write_text("include: [other.yaml]\nservices: {a: {image: '${A:-${A}}'}}\n")
        (root / "circle" / "other.yaml").write_text("include: [compose.yaml]\nservices: {a: {image: qdrant/qdrant}}\n")
        (root / "deep.json").write_text('{"model": ' + "[" * 200_000)
        (root / "deep.toml").write_text("a = " + "[" * 100_000)
        (root / "tagged.yaml").write_text("model: !include tagged.yaml\n")
        for name, size in (("large.json", 50_000_000), ("lab.ipynb", 100_000_000)):
            with open(root / name, "wb") as stream:
                stream.truncate(size)
        (root / "loop.yaml").symlink_to("loop.yaml")
        (root / "around").symlink_to(".")
        names = ("deep.json", "deep.toml", "tagged.yaml", "large.json")
        loads = [f'use(json.load(open("{name}"))["model"])' for name in names]
        (root / "load.py").write_text("\n".join(["import json", "from openai import OpenAI", "def use(name):",
                                      "    OpenAI().chat.completions.create(model=name, messages=[])", *loads]))  # fmt: skip
        started = process_time()
        found = scan(root)
        assert process_time() - started < 20
        assert [(gap.file, gap.reason) for gap in found.gaps] == [
            ("circle/compose.yaml", "it takes itself in: circle/compose.yaml → circle/other.yaml → circle/compose.yaml"),
            ("compose.binary.yaml", "not a text file: it contains a NUL byte"),
            ("deep.json", "nested deeper than 100 levels"),
            ("deep.toml", "nested deeper than 100 levels"),
            ("docker-compose.yml", "aliases and merge keys add more than 100,000 values"),
            ("large.json", "50,000,000 bytes; files above 1,000,000 are not read"),
            ("loop.yaml", "a link that leads to itself"),
        ]
        skipped = {one.path: one.reason for one in found.architecture.coverage.skipped}
        assert skipped["lab.ipynb"] == "100,000,000 bytes; files above 20,000,000 are not read"
        assert skipped["around"] == "a link to ., which is read in its own place"
        assert [site.place.file for site in found.architecture.sites if site.kind is SiteKind.CONFIG] == ["circle/other.yaml"]
        reasons = {site.get("model").because or "" for site in found.architecture.sites if site.place.file == "load.py"}
        assert any("the tag !include" in reason for reason in reasons)


class TestRefusals:
    def test_a_folder_that_is_not_there(self, root: Path) -> None:
        with pytest.raises(UsageError, match="there is no such folder"):
            scan(root / "nowhere")

    def test_a_file(self, root: Path) -> None:
        with pytest.raises(UsageError, match="give the folder of the project"):
            scan(root / "app" / "llm.py")

    def test_an_empty_folder_is_not_a_clean_one(self, tmp_path: Path) -> None:
        with pytest.raises(NothingAnalysedError, match="there is no Python file or notebook in it"):
            scan(tmp_path)

    def test_a_folder_in_which_nothing_parses_is_not_a_clean_one(self, tmp_path: Path) -> None:
        (tmp_path / "broken.py").write_text("def (:\n")
        with pytest.raises(NothingAnalysedError) as told:
            scan(tmp_path)
        assert told.value.problems[0].message == "nothing was analysed: none of 1 Python files and notebooks could be analysed"
        assert (told.value.problems[1].file, told.value.problems[1].line) == ("broken.py", 1)

    def test_every_mistake_in_manifest_and_rules_is_told_at_once(self, root: Path, tmp_path: Path) -> None:
        declare(root, "privacy:\n  procesors: []\nlatency:\n  timeout: always\n")
        (tmp_path / "rules" / "privacy").mkdir(parents=True)
        (tmp_path / "rules" / "privacy" / "mine.md").write_text("---\nid: other\n---\n")
        with pytest.raises(RuleError) as told:
            scan(root, rules=(tmp_path / "rules",))
        text = str(told.value)
        assert "mine.md" in text
        assert "archfit.yaml:4" in text
        assert "archfit.yaml:6" in text

    def test_a_manifest_that_is_not_there(self, root: Path) -> None:
        with pytest.raises(ManifestError, match="cannot be read: No such file or directory"):
            scan(root, manifest=root / "nowhere.yaml")

    @pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
    def test_a_manifest_that_links_out_of_the_folder_is_not_read(self, root: Path, tmp_path: Path) -> None:
        (tmp_path / "secret").write_text("password: hunter2\n")
        (root / "archfit.yaml").symlink_to(tmp_path / "secret")
        with pytest.raises(ManifestError) as told:
            scan(root)
        assert "hunter2" not in str(told.value)
        assert "password" not in str(told.value)

    def test_a_provider_that_nobody_knows(self, root: Path) -> None:
        declare(root, "privacy:\n  processors: [opnai]\n")
        with pytest.raises(ManifestError, match="did you mean `openai`"):
            scan(root)


class TestDraft:
    def clean(self, root: Path) -> str:
        text = draft(Options(root, TODAY))
        (root / "archfit.yaml").write_text(text)
        assert scan(root).gating == ()
        return text

    def test_it_declares_what_is_there_and_is_clean(self, root: Path) -> None:
        text = self.clean(root)
        assert "system: helpdesk\n" in text
        assert "  #   openai: app/llm.py:4 and 1 more\n  processors: [openai]\n" in text
        assert "  #   external: app/llm.py:8\n  target: cloud-api\n" in text
        assert "  #   prompt: app/llm.py:8\n  mechanisms: [prompt]\n" in text

    def test_nothing_found_is_declared_as_nothing(self, tmp_path: Path) -> None:
        (tmp_path / "main.py").write_text("print('hello')\n")
        text = self.clean(tmp_path)
        assert "  processors: []\n" in text
        assert "  mechanisms: []\n" in text
        assert "deployment:" not in text

    def test_a_finding_without_a_clause_is_accepted_in_plain_sight(self, root: Path) -> None:
        (root / "app" / "old.py").write_text(
            "from openai import OpenAI\nOpenAI().completions.create(model='text-davinci-003', prompt='x')\n"
        )
        text = self.clean(root)
        assert '  - rule: retired-model\n    paths: ["app/old.py"]\n' in text
        assert "    expires: 2027-02-20\n" in text

    @pytest.mark.parametrize("name", ["with space", "true", "1.0", "ü: {x}", "a'b\"c", "#"])
    def test_any_folder_name_is_a_name(self, tmp_path: Path, name: str) -> None:
        folder = tmp_path / name
        folder.mkdir()
        (folder / "main.py").write_text(APP)
        self.clean(folder)

    def test_what_is_not_known_is_said(self, tmp_path: Path) -> None:
        (tmp_path / "main.py").write_text(
            "import os\nfrom openai import OpenAI\n"
            "OpenAI(base_url=os.environ['URL']).chat.completions.create(model='m', messages=[])\n"
        )
        assert "not known, or not only these: main.py:3" in self.clean(tmp_path)


RECORDS = """\
from sqlalchemy.orm import DeclarativeBase, Mapped

class Base(DeclarativeBase):
    pass

class Patient(Base):
    __tablename__ = "patients"
    id: Mapped[int]
    diagnosis: Mapped[str]
    ssn: Mapped[str]
"""
PROMPT = """\
from app.llm import ask
from app.records import Patient

def summary(session, number):
    patient = session.get(Patient, number)
    return ask(f"Summarise {patient.diagnosis}")
"""


class TestSuggestions:
    @pytest.fixture
    def clinic(self, root: Path) -> Path:
        """A project that puts a diagnosis into a prompt."""
        (root / "app" / "records.py").write_text(RECORDS)
        (root / "app" / "summary.py").write_text(PROMPT)
        return root

    def suggested(self, root: Path) -> str:
        return draft(Options(root, TODAY, suggest=True))

    def test_sensitive_data_is_suggested_with_reason_and_place(self, clinic: Path) -> None:
        lines = [line.split("  # ") for line in self.suggested(clinic).splitlines()]
        found = {line[0].strip("# -"): line[1] for line in lines if len(line) == 2 and line[0].startswith("# ")}
        assert found == {
            "patient:": "guess: health, official identity number",
            "app.records.Patient": "app/records.py:6",
            "diagnosis": "app/records.py:9: health",
            "ssn": "app/records.py:10: official identity number",
            "patients": "app/records.py:7",
        }

    def test_nothing_of_it_is_declared_before_somebody_has_read_it(self, clinic: Path) -> None:
        text = self.suggested(clinic)
        assert "It is commented out" in text
        (clinic / "archfit.yaml").write_text(text)
        found = scan(clinic)
        assert found.gating == ()
        assert found.manifest is not None
        assert found.manifest.default.data == ()

    def test_what_is_taken_in_is_followed(self, clinic: Path) -> None:
        before, _, rest = self.suggested(clinic).partition("# data:\n")
        entries, blank, after = rest.partition("\n\n")
        taken = "".join(line.removeprefix("# ") + "\n" for line in entries.splitlines())
        (clinic / "archfit.yaml").write_text(f"{before}data:\n{taken}{blank}{after}")
        found = scan(clinic)
        assert found.manifest is not None
        (declared,) = found.manifest.default.data
        assert (declared.name, declared.data_class, declared.tables) == ("patient", "regulated", ("patients",))
        assert "regulated-data-in-external-prompt" in [one.rule for one in found.result.findings]

    def test_nothing_to_suggest_is_said(self, root: Path) -> None:
        text = self.suggested(root)
        assert "No class, field or table of the code has a name that sensitive data often has." in text
        assert "#   customer-record:\n" in text

    def test_nobody_who_does_not_ask_is_told(self, clinic: Path) -> None:
        text = draft(Options(clinic, TODAY))
        assert "diagnosis" not in text
        assert "No class, field or table" not in text

    def test_a_table_may_have_any_name(self, root: Path) -> None:
        (root / "app" / "records.py").write_text(RECORDS.replace('"patients"', r'"a: [b\n# c"'))
        assert '#         - "a: [b\\n# c" ' in self.suggested(root)


class TestNotebooks:
    LAB = Path(__file__).resolve().parents[1] / "fixtures" / "notebook-lab"

    def test_what_is_not_python_is_left_out_and_a_broken_cell_is_a_gap(self) -> None:
        found = scan(self.LAB).architecture
        assert [(one.path, one.reason) for one in found.coverage.skipped] == [("lab/statistics.ipynb", "a notebook for r")]
        assert [str(gap) for gap in found.gaps] == ["rag.ipynb[cell 9]:1"]
        assert (found.coverage.files, found.coverage.analysed) == (5, 4)

    def test_a_folder_of_notebooks_is_enough(self, tmp_path: Path) -> None:
        (tmp_path / "ask.ipynb").write_bytes(notebook("%pip install openai", APP))
        (site,) = (one for one in scan(tmp_path).architecture.sites if one.kind is SiteKind.INFERENCE)
        assert str(site.place) == "ask.ipynb[cell 1]:8"

    def test_a_notebook_for_another_language_alone_is_nothing_to_analyse(self, tmp_path: Path) -> None:
        (tmp_path / "a.ipynb").write_bytes(notebook("x <- 1", metadata={"language_info": {"name": "R"}}))
        with pytest.raises(NothingAnalysedError) as told:
            scan(tmp_path)
        assert [problem.message for problem in told.value.problems[1:]] == ["a notebook for r"]

    def test_it_is_the_same_from_the_cache(self, tmp_path: Path) -> None:
        first, again = (map_json.render(scan(self.LAB, cache=tmp_path)) for _ in range(2))
        assert first == again == map_json.render(scan(self.LAB))


def test_the_version_in_a_lock_file_is_found_from_the_code(root: Path) -> None:
    (root / "requirements.txt").write_text("langchain-openai>=0.1\n")
    (root / "uv.lock").write_text('[[package]]\nname = "langchain-openai"\nversion = "0.2.14"\n')
    (root / "app" / "llm.py").write_text("from langchain_openai import ChatOpenAI\nChatOpenAI(model='gpt-4o')\n")
    (site,) = scan(root).architecture.sites
    found = site.get("temperature")
    assert (found.default, [str(step.place) for step in found.evidence]) == ((0.7,), ["uv.lock:3"])
