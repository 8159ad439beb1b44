"""Which calls are sites: those that make a model work, however they are written, and none that only look like them."""

from __future__ import annotations

import pytest

from linter.model.architecture import State
from tests.infer.making import kinds, model_call, said, sites, words

HEAD = "import asyncio\nimport functools\nimport threading\nfrom openai import AsyncOpenAI, OpenAI\nclient = OpenAI()\n"
CREATE = 'client.chat.completions.create(model="gpt-4o", messages=[])'


def module(code: str) -> str:
    """Behind five lines that import and build a client."""
    return HEAD + code + "\n"


def test_a_client_and_a_call_are_sites() -> None:
    assert kinds(module(CREATE)) == ["5 client", "6 inference"]


def test_a_site_knows_its_region_its_function_its_client_and_the_sdk() -> None:
    site = model_call(module(f"class A:\n    def ask(self):\n        return {CREATE}"))
    assert (site.place.line, site.place.column, site.place.end_column) == (8, 16, 16 + len(CREATE))
    assert site.function == "app.A.ask"
    assert site.client is not None
    assert site.client.line == 5
    assert site.via == "openai"
    assert site.call == "openai.OpenAI.chat.completions.create"
    assert site.confidence == "certain"


@pytest.mark.parametrize(
    "code",
    [
        f"reply = {CREATE}",
        f"def ask():\n    return {CREATE}",
        f"class A:\n    reply = {CREATE}",
        f"replies = [{CREATE} for _ in range(3)]",
        f"ask = lambda: {CREATE}",
        f"def ask():\n    yield {CREATE}",
        f"print(f'{{{CREATE}}}')",
        f"if (reply := {CREATE}): pass",
        f"assert {CREATE}",
        f"def ask(default={CREATE}): pass",
        f"def outer():\n    def inner():\n        return {CREATE}\n    return inner",
        f"try:\n    pass\nfinally:\n    {CREATE}",
        f"match {CREATE}:\n    case _: pass",
        f"x = {{'a': [{CREATE}]}}",
        f"x = {CREATE}.choices[0].message.content",
        f"async def ask():\n    return await {CREATE}",
        f"with {CREATE} as stream: pass",
        f"for chunk in {CREATE}: pass",
        f"return_ = (yes and {CREATE}) or no",
        f"del x[{CREATE}]",
        f"raise ValueError({CREATE})",
        f"x: T = {CREATE}",
        f"x += {CREATE}",
        f"x[{CREATE}] += 1",
    ],
)  # fmt: skip
def test_a_call_is_found_wherever_it_stands(code: str) -> None:
    assert len(sites(module(code), "inference")) == 1


def test_a_call_in_code_that_is_never_reached_is_still_there() -> None:
    assert len(sites(module(f"def ask():\n    return 1\n    {CREATE}"), "inference")) == 1


# -- ways to the client


@pytest.mark.parametrize(
    "code",
    [
        'chat = client.chat\nchat.completions.create(model="gpt-4o", messages=[])',
        'create = client.chat.completions.create\ncreate(model="gpt-4o", messages=[])',
        'getattr(client, "chat").completions.create(model="gpt-4o", messages=[])',
        'c = client\nc.chat.completions.create(model="gpt-4o", messages=[])',
        'OpenAI().chat.completions.create(model="gpt-4o", messages=[])',
        'with OpenAI() as c:\n    c.chat.completions.create(model="gpt-4o", messages=[])',
        'client.with_options(timeout=3).chat.completions.create(model="gpt-4o", messages=[])',
        '(client or OpenAI()).chat.completions.create(model="gpt-4o", messages=[])',
        'clients = {"a": client}\nclients["a"].chat.completions.create(model="gpt-4o", messages=[])',
        'for c in [client]:\n    c.chat.completions.create(model="gpt-4o", messages=[])',
        'import openai\nopenai.OpenAI().chat.completions.create(model="gpt-4o", messages=[])',
        'import openai\nopenai.chat.completions.create(model="gpt-4o", messages=[])',
        'asyncio.run(client.chat.completions.create(model="gpt-4o", messages=[]))',
        'def ask(c: OpenAI):\n    return c.chat.completions.create(model="gpt-4o", messages=[])',
        'def ask(c: "OpenAI | None" = None):\n    return c.chat.completions.create(model="gpt-4o", messages=[])',
    ],
)
def test_a_call_is_found_however_the_client_comes(code: str) -> None:
    assert len(sites(module(code), "inference")) == 1


@pytest.mark.parametrize(
    "code",
    [
        "async def ask():\n    await asyncio.to_thread(client.chat.completions.create, model='gpt-4o', messages=[])",
        ("async def ask(loop):\n"
"    await loop.run_in_executor(None, lambda: client.chat.completions.create(model='gpt-4o', messages=[]))"),
        ("async def ask(loop):\n"
"    await loop.run_in_executor(None, functools.partial(client.chat.completions.create, model='gpt-4o', messages=[]))"),
        "def ask(pool):\n    pool.submit(client.chat.completions.create, model='gpt-4o', messages=[])",
        "call = functools.partial(client.chat.completions.create, model='gpt-4o')\ncall(messages=[])",
        "threading.Thread(target=client.chat.completions.create, kwargs={'model': 'gpt-4o', 'messages': []}).start()",
    ],
)  # fmt: skip
def test_a_method_that_is_handed_over_is_called_there(code: str) -> None:
    site = model_call(module(code))
    assert site.get("model").values == ("gpt-4o",)


def test_an_own_subclass_of_the_client_is_the_client() -> None:
    assert kinds("""
        from openai import OpenAI
        class Client(OpenAI):
            def __init__(self):
                super().__init__(timeout=20)
        client = Client()
        client.chat.completions.create(model="gpt-4o", messages=[])
    """) == ["6 client", "7 inference"]


def test_an_own_subclass_that_calls_itself() -> None:
    site = model_call("""
        from openai import OpenAI
        class Client(OpenAI):
            def ask(self, question):
                return self.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": question}])
        Client(timeout=20).ask("hello")
    """)
    assert site.get("timeout").values == (20,)


def test_a_client_behind_an_attribute_of_an_attribute() -> None:
    source = """
        from openai import OpenAI
        class Llm:
            def __init__(self):
                self.client = OpenAI()
        class App:
            def __init__(self):
                self.llm = Llm()
            def ask(self):
                return self.llm.client.chat.completions.create(model="gpt-4o", messages=[])
    """
    assert len(sites(source, "inference")) == 1


def test_a_typed_parameter_makes_a_likely_site() -> None:
    site = model_call("""
        from openai import OpenAI
        def ask(client: OpenAI):
            return client.chat.completions.create(model="gpt-4o", messages=[])
    """)
    assert site.confidence == "likely"
    assert site.get("hosting").values == ("external",)


def test_a_bare_decorator_of_a_tracing_service_is_a_site() -> None:
    source = "from langsmith import traceable\n@traceable\ndef a(): ...\n@traceable(name='b')\ndef b(): ...\n"
    assert kinds(source) == ["2 egress", "4 egress"]


# -- what only looks like one


@pytest.mark.parametrize(
    "code",
    [
        # the same names without the SDK
        "def ask(client):\n    return client.chat.completions.create(model='gpt-4o', messages=[])",
        "class OpenAI:\n    def create(self): ...\nOpenAI().create(model='gpt-4o')",
        "import sqlalchemy\nsession = sqlalchemy.Session()\nsession.query('x').create(model='gpt-4o', messages=[])",
        # another package with an OpenAI in it
        "from acme import OpenAI\nOpenAI().chat.completions.create(model='gpt-4o', messages=[])",
        # only spoken of
        "text = 'client.chat.completions.create(model=\"gpt-4o\")'",
        "import openai\nERRORS = (openai.RateLimitError,)",
        "from openai import OpenAI\ndef f(client: OpenAI): ...",
        "from openai.types.chat import ChatCompletion\nx = ChatCompletion(id='1')",
        "record = {'model': 'gpt-4o', 'messages': []}",
        # methods of the client that send nothing to a model
        "from unittest.mock import MagicMock\nclient = MagicMock()\nclient.chat.completions.create(model='gpt-4o')",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_call_is_none(code: str) -> None:
    assert kinds(code + "\n") == []


def test_methods_of_the_client_that_send_nothing_are_no_inference() -> None:
    assert sites(module("client.models.list()\nclient.close()\nclient.files.list()"), "inference") == []


def test_a_local_class_of_the_same_name_is_not_the_library() -> None:
    files = {
        "app/__init__.py": "", "app/openai.py": "class OpenAI:\n    def ask(self): ...\n",
        "app/main.py": "from app.openai import OpenAI\nOpenAI().ask()\n",
    }  # fmt: skip
    assert kinds(files) == []


def test_the_other_library_of_the_same_class_name_is_its_own() -> None:
    """LlamaIndex has an OpenAI of its own."""
    site = sites("from llama_index.llms.openai import OpenAI\nOpenAI(model='gpt-4o').complete('hi')\n", "inference")[0]
    assert site.via == "llama-index-llms"


def test_sites_come_in_the_order_of_files_and_lines() -> None:
    files = {"b.py": module(CREATE + "\n" + CREATE), "a.py": module(CREATE)}
    assert [(s.place.file, s.place.line) for s in sites(files, "inference")] == [("a.py", 6), ("b.py", 6), ("b.py", 7)]


def test_every_id_is_its_own() -> None:
    found = sites(module(f"x = [{CREATE}, {CREATE}]\ny = OpenAI() or OpenAI()"))
    assert len({site.id for site in found}) == len(found) == 5


@pytest.mark.parametrize(
    "source",
    [
        "from llama_cpp import Llama\ndef ask(llm: Llama, text):\n    return llm(text)\n",
        "from llama_cpp import Llama\nclass A:\n    def __init__(self, llm: Llama):\n        self.llm = llm\n"
        "    def ask(self, text):\n        return self.llm(text)\n",
    ],
)
def test_a_model_that_an_annotation_tells_is_asked_by_calling_it(source: str) -> None:
    assert [one.call for one in sites(source, "inference")] == ["llama_cpp.Llama"]


def test_a_callable_that_an_annotation_does_not_tell_is_no_site() -> None:
    source = "from collections.abc import Callable\nimport llama_cpp\ndef ask(call: Callable, text):\n    return call(text)\n"
    assert sites(source, "inference") == []


def test_a_model_in_a_variable_of_another_module_is_called() -> None:
    files = {
        "core/embed.py": """
            from transformers import AutoModel
            model = None
            def load():
                global model
                model = AutoModel.from_pretrained("intfloat/e5-base")
        """,
        "core/__init__.py": "",
        "api.py": """
            import core.embed as embed
            from core import embed as other
            def vectors(inputs):
                return embed.model(**inputs), other.model(**inputs), other.load()
        """,
    }
    assert [(s.place.file, s.kind.value) for s in sites(files)] == [
        ("api.py", "embedding"),
        ("api.py", "embedding"),
        ("core/embed.py", "embedding"),
    ]


def test_a_class_is_known_under_the_module_that_defines_it() -> None:
    found = sites(
        "from transformers.models.auto.modeling_auto import AutoModel\nm = AutoModel.from_pretrained('intfloat/e5-base')\n"
    )
    assert [words(one.get("model")) for one in found] == ["intfloat/e5-base"]


def test_what_none_would_give_is_no_doubt() -> None:
    source = """
        import boto3
        session = None
        def get():
            global session
            if session is None:
                session = boto3.Session()
            return session
        def ask(messages):
            runtime = get().client("bedrock-runtime", region_name="us-east-1")
            return runtime.converse(modelId="amazon.nova-lite-v1:0", messages=messages)
    """
    assert said(source, "provider", "model") == "bedrock amazon.nova-lite-v1:0"


def test_a_method_that_is_delayed_runs() -> None:
    source = """
        from joblib import Parallel, delayed
        from openai import OpenAI
        client = OpenAI()
        def all_of(texts):
            return Parallel(n_jobs=4)(delayed(client.embeddings.create)(model="text-embedding-3-small", input=t) for t in texts)
    """
    assert [words(one.get("model")) for one in sites(source, "embedding")] == ["text-embedding-3-small"]


def test_a_model_that_is_handed_in_is_called() -> None:
    source = """
        from llama_cpp import Llama
        class Models:
            kept = {}
            @classmethod
            def get(cls, path):
                if path not in cls.kept:
                    cls.kept[path] = Llama(model_path=path)
                return cls.kept[path]
            @classmethod
            def ask(cls, llm, prompt, **kwargs):
                return llm(prompt, **kwargs)
        def answer(prompt):
            return Models.ask(Models.get("llama.gguf"), prompt, max_tokens=150)
    """
    assert said(source, "provider", "model", "max_output") == "llama.cpp llama.gguf 150"


def test_a_function_that_is_handed_in_is_no_model() -> None:
    source = """
        from llama_cpp import Llama
        def twice(action, text):
            return action(action(text))
        twice(str.upper, "a")
        twice(lambda text: text, "a")
    """
    assert sites(source) == []


@pytest.mark.parametrize(
    ("imports", "made"),
    [
        ("import langchain_chroma", 'store.as_retriever(search_type="mmr", search_kwargs={"k": 7})'),
        ("import langchain_chroma, llama_index", 'store.as_retriever(search_kwargs={"k": 7})'),
        ("import langchain_chroma", "store.as_retriever()"),
    ],
)
def test_what_a_telling_name_makes_of_an_unknown_object_is_of_its_type(imports: str, made: str) -> None:
    source = f"{imports}\ndef search(store, question):\n    return {made}.invoke(question)\n"
    found = sites(source, "retrieval")
    assert [(one.call, one.confidence) for one in found] == [
        ("langchain_core.vectorstores.VectorStoreRetriever.invoke", "likely")
    ]
    assert found[0].get("top_k").values == ((7,) if "7" in made else ())
    assert found[0].get("provider").state is State.UNKNOWN


@pytest.mark.parametrize(
    "source",
    [
        "import langchain_chroma\ndef search(store, question):\n    return store.as_retriever(depth=3).invoke(question)\n",
        "import langchain_chroma, llama_index\ndef search(store, question):\n    return store.as_retriever().invoke(question)\n",
        "def search(store, question):\n    return store.as_retriever().invoke(question)\n",
        "import langchain_chroma\nclass Store:\n    def as_retriever(self):\n        return Own()\n"
        "def search(store, question):\n    return store.as_retriever().invoke(question)\n",
    ],
)
def test_a_name_that_several_packages_or_the_repository_have_makes_nothing(source: str) -> None:
    assert sites(source, "retrieval") == []


def test_a_function_with_the_name_of_the_method_that_it_calls() -> None:
    source = """
        from transformers import AutoModelForCausalLM

        def generate(model, batch, device):
            inputs = batch.to(device)
            return model.generate(inputs, max_new_tokens=20)

        def evaluate(rows):
            model = AutoModelForCausalLM.from_pretrained("gpt2")
            return generate(model, rows, "cuda")
    """
    assert [one.get("model").values for one in sites(source, "inference")] == [("gpt2",)]


def test_what_a_framework_keeps_for_all_can_be_called() -> None:
    source = """
        from llama_index.core import Settings
        from llama_index.embeddings.huggingface import HuggingFaceEmbedding

        Settings.embed_model = HuggingFaceEmbedding(model_name="BAAI/bge-small-en-v1.5")

        def embed(nodes):
            return Settings.embed_model(nodes)
    """
    assert [one.get("model").values for one in sites(source, "embedding")] == [("BAAI/bge-small-en-v1.5",)] * 2


@pytest.mark.parametrize(
    "collection", ['client["db"]["notes"]', "client.db.notes", 'client[name]["notes"]', 'client["db"][name]']
)
def test_an_item_of_a_known_object_is_known(collection: str) -> None:
    search = '[{"$vectorSearch": {"index": "i", "queryVector": [1], "path": "e", "limit": 5}}]'
    source = f"""
        from pymongo import MongoClient
        client = MongoClient("mongodb://localhost")

        def search(name):
            return {collection}.aggregate({search})
    """
    assert [one.get("top_k").values for one in sites(source, "retrieval")] == [(5,)]
