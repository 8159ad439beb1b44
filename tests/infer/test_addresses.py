"""Model endpoints that are asked without an SDK: what stands in the path, in the query and in the body; and what is none."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linter.knowledge.catalogue import Catalogue
from linter.model.architecture import Site, State
from tests.infer.making import catalogue_of, kinds, model_call, sites, words

REQUESTS = """
provider: ""
packages: {pypi: [requests, websockets], import: [requests, websockets]}
calls:
  - {call: "requests.{post,put}", order: [url, data, json], args: {url: url, "{json,data}": payload, timeout: timeout}}
  - {call: requests.get, order: [url], args: {url: url, params: payload}}
  - {call: websockets.connect, order: [uri], args: {uri: url}}
"""
ACME = """
provider: acme
packages: {pypi: [], import: []}
hosts: {api.acme.ai: external, "*.tenant.acme.ai": {provider: acme-tenant, hosting: cloud-tenant}}
endpoints:
  - {path: "/models/<model>:generate", site: inference, args: {contents: prompt, config.maxTokens: max_output}}
  - {path: "/models/<model>:streamGenerate", site: inference, args: {contents: prompt}, sets: {stream: true}}
  - {path: "/deployments/<model>/chat", site: inference, args: {messages: prompt, model: model, max_tokens: max_output}}
  - {path: "/accounts/*/run/<model>", site: inference, args: {prompt: prompt}}
  - {path: "/regions/<region>/models/<model>/invoke", site: inference}
  - {path: "/realtime?model=<model>", site: inference, sets: {stream: true}}
  - {path: /chat, site: inference, args: {model: model, messages: prompt}}
  - {path: /v2/chat, site: embedding, args: {model: model, input: documents}}
  - {path: /vectors, site: embedding, args: {model: model, input: documents}}
"""
CONDITIONS = """
provider: acme
packages: {pypi: [], import: []}
endpoints:
  - {path: /run, site: inference, when: {task: chat}, args: {model: model, text: prompt}}
  - {path: /run, site: embedding, when: {task: [embed, "vector*"]}, args: {model: model, text: documents}}
  - {path: /invoke, site: inference, when: {input.messages: "*"}, args: {input.messages: prompt, model: model}}
"""


@cache
def acme() -> Catalogue:
    """Endpoints with everything that a path can say."""
    return catalogue_of(http=REQUESTS, acme=ACME)


def asked(url: str, body: str = '{"contents": "hi"}') -> Site:
    """The call of a model that a request to an address (an expression) is."""
    return model_call(f"import os, requests\ndef ask(name, host):\n    return requests.post({url}, json={body})\n", acme())


# -- the model in the path


@pytest.mark.parametrize(
    ("url", "model"),
    [
        ('"https://api.acme.ai/v1/models/large-2:generate"', "large-2"),
        ('"https://api.acme.ai/v1/models/large-2:generate?key=secret"', "large-2"),
        ('"https://api.acme.ai/v1/models/large-2:generate/"', "large-2"),
        ('"https://api.acme.ai/v1/models/acme/large-2:generate"', "acme/large-2"),
        ('f"https://api.acme.ai/v1/models/{MODEL}:generate"', "large-2"),
        ('f"{BASE}/models/{MODEL}:generate"', "large-2"),
        ('BASE + "/models/" + MODEL + ":generate"', "large-2"),
        ('"{}/models/{}:generate".format(BASE, MODEL)', "large-2"),
        ('"%s/models/%s:generate" % (BASE, MODEL)', "large-2"),
        ('f"{BASE}/models/acme/{MODEL}:generate"', "acme/large-2"),
        ('f"{BASE}/models/{MODEL}-latest:generate"', "large-2-latest"),
        ('f"{BASE}/accounts/{name}/run/{MODEL}"', "large-2"),
        ('"https://api.acme.ai/accounts/42/run/large-2"', "large-2"),
    ],
)
def test_the_model_stands_in_the_path(url: str, model: str) -> None:
    source = f"""
import requests
BASE, MODEL = "https://api.acme.ai/v1", "large-2"
def ask(name):
    return requests.post({url}, json={{"contents": "hi"}})
"""
    assert words(model_call(source, acme()).get("model")) == model


def test_who_answers_is_told_by_the_host_whatever_the_model() -> None:
    site = asked('"https://api.acme.ai/v1/models/large-2:generate"')
    assert (words(site.get("provider")), words(site.get("hosting"))) == ("acme", "external")
    tenant = asked('"https://eu.tenant.acme.ai/v1/models/large-2:generate"')
    assert (words(tenant.get("provider")), words(tenant.get("hosting"))) == ("acme-tenant", "cloud-tenant")


def test_two_models_in_the_path_are_both_known() -> None:
    model = asked('"https://api.acme.ai/models/" + ("large" if name else "small") + ":generate"').get("model")
    assert model.state is State.KNOWN
    assert set(model.values) == {"large", "small"}


def test_two_whole_addresses_give_both_models() -> None:
    model = asked('"https://api.acme.ai/models/large:generate" if name else "https://api.acme.ai/models/small:generate"').get(
        "model"
    )
    assert set(model.values) == {"large", "small"}


def test_a_model_from_the_environment_is_as_sure_as_its_default() -> None:
    model = asked("f\"https://api.acme.ai/models/{os.getenv('MODEL', 'large-2')}:generate\"").get("model")
    assert words(model) == "~large-2"
    assert model.because == "default of environment variable MODEL"


@pytest.mark.parametrize(
    ("part", "because"), [("{name}", "the parameter name"), ("{os.environ['MODEL']}", "the environment variable MODEL")]
)
def test_a_model_in_the_path_that_is_not_known_says_what_decides(part: str, because: str) -> None:
    model = asked(f'f"https://api.acme.ai/models/{part}:generate"').get("model")
    assert model.state is State.UNKNOWN
    assert because in (model.because or "")


def test_an_unknown_host_does_not_hide_the_model() -> None:
    site = asked('f"{host}/models/large-2:generate"')
    assert words(site.get("model")) == "large-2"
    assert site.get("hosting").state is State.UNKNOWN


def test_a_path_names_more_than_a_model() -> None:
    site = asked('"https://api.acme.ai/regions/eu-west-1/models/large-2/invoke"')
    assert (words(site.get("model")), words(site.get("region"))) == ("large-2", "eu-west-1")


def test_what_the_body_says_besides_is_read() -> None:
    site = asked('"https://api.acme.ai/models/large-2:generate"', '{"contents": "hi", "config": {"maxTokens": 300}}')
    assert words(site.get("max_output")) == "300"


def test_the_longer_of_two_paths_counts() -> None:
    assert words(asked('"https://api.acme.ai/models/large-2:streamGenerate"').get("stream")) == "True"
    source = 'import requests\nrequests.post("https://api.acme.ai/v2/chat", json={"model": "m", "input": "a"})\n'
    assert [one.kind.value for one in sites(source, known=acme())] == ["embedding"]


def test_a_deployment_names_the_model_even_when_the_body_names_one_too() -> None:
    site = asked('"https://api.acme.ai/deployments/claims-4o/chat"', '{"messages": [], "model": "gpt-4o"}')
    assert "claims-4o" in site.get("model").values


@pytest.mark.parametrize(
    "url",
    [
        "https://api.acme.ai/models",
        "https://api.acme.ai/models/large-2",
        "https://api.acme.ai/models/:generate",
        "https://api.acme.ai/models/large-2:generate/feedback",
        "https://api.acme.ai/models/large-2:generated",
        "https://api.acme.ai/files?next=/models/large-2:generate",
        "https://api.acme.ai/a/b/c/models/x/y/z:generate",
        "https://api.acme.ai/accounts/run/large-2",
        "https://api.acme.ai/realtime?voice=alto",
    ],
)
def test_an_address_that_only_looks_like_a_listed_one_is_none(url: str) -> None:
    assert sites(f'import requests\nrequests.post("{url}", json={{"a": 1}})\n', known=acme()) == []


# -- the model in the query


@pytest.mark.parametrize(
    "url",
    [
        '"wss://api.acme.ai/v1/realtime?model=voice-1"',
        '"wss://api.acme.ai/v1/realtime?model=voice-1&lang=de"',
        'f"wss://api.acme.ai/v1/realtime?model={MODEL}"',
        '"wss://api.acme.ai/v1/realtime?model=" + MODEL',
    ],
)
def test_the_model_stands_in_the_query(url: str) -> None:
    source = f"""
import websockets
MODEL = "voice-1"
async def talk():
    async with websockets.connect({url}) as socket:
        await socket.send("hi")
"""
    site = model_call(source, acme())
    assert (words(site.get("model")), words(site.get("stream"))) == ("voice-1", "True")


def test_the_model_is_not_the_first_word_of_the_query() -> None:
    site = asked('"https://api.acme.ai/v1/realtime?lang=de&model=voice-1"')
    assert words(site.get("model")) == "voice-1"


# -- conditions on the body


@cache
def conditional() -> Catalogue:
    """One address that does several things."""
    return catalogue_of(http=REQUESTS, acme=CONDITIONS)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ('{"task": "chat", "model": "m", "text": "hi"}', "inference"),
        ('{"task": "embed", "model": "m", "text": "hi"}', "embedding"),
        ('{"task": "vectorise", "model": "m", "text": "hi"}', "embedding"),
    ],
)
def test_the_body_decides_what_a_request_does(body: str, kind: str) -> None:
    found = sites(f'import requests\nrequests.post("https://x.example/run", json={body})\n', known=conditional())
    assert [(one.kind.value, words(one.get("model"))) for one in found] == [(kind, "m")]


@pytest.mark.parametrize(
    "request_",
    [
        'requests.post("https://x.example/run", json={"task": "resize", "model": "m", "text": "hi"})',
        'requests.post("https://x.example/run", json={"model": "m", "text": "hi"})',
        'requests.post("https://x.example/run")',
        'requests.post("https://x.example/run", json=payload)',
        'requests.post("https://x.example/invoke", json={"input": {"rows": 3}})',
        'requests.post("https://x.example/invoke", json={"input": {"messages": None}})',
    ],
)
def test_a_body_that_fulfils_no_condition_is_no_request_to_a_model(request_: str) -> None:
    assert sites(f"import requests\ndef f(payload):\n    {request_}\n", known=conditional()) == []


def test_a_condition_on_a_nested_key() -> None:
    source = 'import requests\nrequests.post("https://x.example/invoke", json={"input": {"messages": ["hi"]}, "model": "m"})\n'
    assert words(model_call(source, conditional()).get("model")) == "m"


# -- a chat without a model


@pytest.mark.parametrize("option", ['"temperature": 0.2', '"stream": True', '"top_p": 1', '"tools": []', '"max_tokens": 5'])
def test_a_chat_body_without_a_model_is_an_inference(option: str) -> None:
    site = model_call(f"""
        import os, requests
        def ask(question):
            body = {{"messages": [{{"role": "user", "content": question}}], {option}}}
            return requests.post(os.environ["LLM_URL"], json=body, timeout=9)
    """)
    assert (site.get("model").state, words(site.get("timeout"))) == (State.UNSET, "9")
    assert site.get("hosting").state is State.UNKNOWN


def test_a_chat_that_grows_is_one() -> None:
    model_call("""
        import requests
        def ask(url, question, turns=[]):
            turns.append({"role": "user", "content": question})
            return requests.post(url, json={"messages": turns, "temperature": 0})
    """)


# -- two addresses


def test_each_of_two_addresses_has_its_own_provider() -> None:
    site = model_call("""
        import requests
        URL = "https://api.openai.com/v1/chat/completions" if cloud else "http://localhost:8000/v1/chat/completions"
        requests.post(URL, json={"model": "m", "messages": []})
    """)
    assert set(site.served) == {("openai", "external"), ("local", "self-hosted")}


def test_an_address_beside_one_that_nobody_knows_is_only_possible() -> None:
    site = model_call("""
        import requests
        URL = "https://api.openai.com/v1/chat/completions" if ours else "https://llm.acme-tools.com/v1/chat/completions"
        requests.post(URL, json={"model": "m", "messages": []})
    """)
    assert (words(site.get("provider")), words(site.get("hosting"))) == ("~openai", "~external")
    assert "llm.acme-tools.com" in (site.get("hosting").because or "")


# -- what is no model endpoint


LOOKALIKES = {
    "a project's own generator": 'requests.post("http://backend:8000/generate", json={"report": "monthly"})',
    "a project's own generator with a prompt": 'requests.post("http://backend:8000/generate", json={"prompt": "hi"})',
    "a project's own chat": 'requests.post("http://backend:8000/chat", json={"message": "hi", "session": "1"})',
    "a project's own chat with turns": (
        'requests.post("https://acme-tools.com/api/chat", json={"messages": [{"role": "user", "content": "hi"}]})'
    ),
    "a template that is filled": 'requests.post("https://acme-tools.com/api/generate", json={"template": "invoice"})',
    "a job": 'requests.post(f"{API}/api/v1/generate", json={"kind": "invoice", "rows": rows})',
    "GraphQL": 'requests.post("https://api.github.com/graphql", json={"query": "{ viewer { login } }", "variables": {}})',
    "GraphQL about models": (
        'requests.post("https://acme-tools.com/graphql",'
        ' json={"query": "{ model }", "variables": {"model": "x", "prompt": "y", "max_tokens": 3}})'
    ),
    "a webhook with messages": 'requests.post(HOOK, json={"messages": [{"type": "text", "text": "hi"}]})',
    "a webhook with a message": 'requests.post(HOOK, json={"text": "hi", "messages": []})',
    "LINE": (
        'requests.post("https://api.line.me/v2/bot/message/push", json={"to": "u", "messages": [{"type": "text", "text": "hi"}]})'
    ),
    "Slack": 'requests.post("https://slack.com/api/chat.postMessage", json={"channel": "c", "text": "hi"})',
    "Slack by form": 'requests.post("https://slack.com/api/chat.postMessage", data={"channel": "c", "text": "hi"})',
    "Twilio": (
        'requests.post(f"https://api.twilio.com/2010-04-01/Accounts/{sid}/Messages.json", data={"To": "1", "Body": "hi"})'
    ),
    "Twilio's conversations": (
        'requests.post("https://conversations.twilio.com/v1/Conversations/C/Messages", data={"Body": "hi", "Author": "system"})'
    ),
    "WhatsApp": 'requests.post("https://graph.facebook.com/v17.0/1/messages", json={"messaging_product": "whatsapp", "to": "1"})',
    "Telegram": 'requests.post("https://api.telegram.org/botX/sendMessage", json={"chat_id": 1, "text": "hi"})',
    "Discord": 'requests.post(f"https://discord.com/api/v10/channels/{sid}/messages", json={"content": "hi"})',
    "Mailgun": 'requests.post("https://api.mailgun.net/v3/acme/messages", data={"from": "a", "to": "b", "text": "hi"})',
    "another one's messages": 'requests.post("https://api.acme-tools.com/v1/messages", json={"to": "x", "body": "y"})',
    "Rasa": 'requests.post("http://rasa:5005/webhooks/rest/webhook", json={"sender": "x", "message": "hi"})',
    "a search": 'requests.post("https://es:9200/claims/_search", json={"query": {"match": {"text": "hi"}}})',
    "a list of models": 'requests.get("https://api.openai.com/v1/models")',
    "a file": 'requests.post("https://api.openai.com/v1/files", data={"purpose": "batch"})',
    "a page": 'requests.get("https://acme-tools.com/chat/completions-explained")',
    "a car": 'requests.post("https://cars.example/v1/cars", json={"model": "Golf", "year": 2020})',
    "a classifier": 'requests.post("http://ml/predict", json={"model": "churn", "inputs": [[1, 2]]})',
    "numbers": 'requests.post("http://ml/predict", json={"inputs": [[1, 2]]})',
    "a picture": 'requests.post("http://127.0.0.1:7860/sdapi/v1/interrogate", json={"image": "…"})',
    "a video that is embedded": 'requests.post("https://acme-tools.com/api/embed", json={"video": "x"})',
    "words that complete": 'requests.post("https://acme-tools.com/autocomplete/completion", json={"q": "he"})',
    "a body that is not known": "requests.post(HOOK, json=rows)",
}


@pytest.mark.parametrize("request_", LOOKALIKES.values(), ids=LOOKALIKES)
def test_what_only_looks_like_a_model_endpoint_is_no_site(request_: str) -> None:
    assert kinds(f"import requests\ndef send(rows, sid, API, HOOK):\n    return {request_}\n") == []


def test_a_path_alone_does_not_make_a_public_host_ones_own() -> None:
    """Ollama's path at an address on the internet: who runs it is a question."""
    for one in sites(
        'import requests\nrequests.post("https://llm.acme-tools.com/api/embed", json={"model": "m", "input": "a"})\n'
    ):
        assert one.get("hosting").state is not State.KNOWN


# -- always


_NAME = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,20}", fullmatch=True)


@given(name=_NAME, organisation=st.none() | _NAME, key=st.none() | _NAME)
def test_whatever_model_a_path_names_is_read(name: str, organisation: str | None, key: str | None) -> None:
    model = name if organisation is None else f"{organisation}/{name}"
    query = "" if key is None else f"?key={key}"
    source = f"import requests\nrequests.post({f'https://api.acme.ai/v1/models/{model}:generate{query}'!r}, json={{}})\n"
    assert model_call(source, acme()).get("model").values == (model,)


@given(st.text(max_size=60))
def test_whatever_the_address_a_request_never_breaks_the_scan(address: str) -> None:
    source = f"import requests\nrequests.post({address!r}, json={{'messages': []}})\n"
    for site in sites(source, known=acme()):
        assert site.get("endpoint").values
