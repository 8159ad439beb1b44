"""Models that take over when another one fails, each with who serves it."""

from __future__ import annotations

from tests.infer.making import architecture, sites, words


def told(code: str, kind: str = "inference") -> list[str]:
    """`name: provider hosting` for everything that takes over from the one site of a kind."""
    [site] = [one for one in sites(code, kind) if one.fallbacks]
    names = [one.name if "/" in one.name else one.name.rpartition(".")[2] for one in site.fallbacks]
    return [f"{name}: {words(one.provider)} {words(one.hosting)}" for name, one in zip(names, site.fallbacks, strict=True)]


def test_objects_that_take_over() -> None:
    code = """
        from langchain_anthropic import ChatAnthropic
        from langchain_ollama import ChatOllama
        from langchain_openai import ChatOpenAI
        def ask(question):
            others = [ChatAnthropic(model="claude-sonnet-4-20250514"), ChatOllama(model="llama3.1")]
            return ChatOpenAI(model="gpt-4o").with_fallbacks(others).invoke(question)
    """
    assert told(code) == ["ChatAnthropic: anthropic external", "ChatOllama: ollama self-hosted"]


def test_names_of_a_gateway() -> None:
    code = """
        import litellm
        def ask(messages):
            others = ["anthropic/claude-3-haiku-20240307", {"model": "ollama/llama3.1"}]
            return litellm.completion(model="azure/claims", messages=messages, fallbacks=others)
    """
    assert told(code) == [
        "anthropic/claude-3-haiku-20240307: anthropic external",
        "ollama/llama3.1: ollama self-hosted",
    ]


def test_names_that_a_router_lists() -> None:
    code = """
        from litellm import Router
        router = Router(
            model_list=[
                {"model_name": "main", "litellm_params": {"model": "azure/claims", "api_base": "https://claims.openai.azure.com"}},
                {"model_name": "spare", "litellm_params": {"model": "anthropic/claude-3-haiku-20240307"}},
            ],
            fallbacks=[{"main": ["spare"]}],
        )
        def ask(messages):
            return router.completion(model="main", messages=messages)
    """
    assert told(code) == ["spare: anthropic external"]


def test_what_is_only_known_at_run_time_is_a_question() -> None:
    code = """
        from langchain_openai import ChatOpenAI
        def ask(question, other):
            return ChatOpenAI(model="gpt-4o").with_fallbacks([other]).invoke(question)
    """
    assert told(code) == ["a fallback: unknown unknown"]


def test_the_fallbacks_of_a_gateways_configuration_know_where_it_describes_the_models() -> None:
    config = """\
        model_list:
          - model_name: main
            litellm_params: {model: azure/claims}
          - model_name: spare
            litellm_params: {model: anthropic/claude-3-haiku-20240307}
        litellm_settings:
          fallbacks: [{main: [spare, gone]}]
    """
    [choice] = architecture({"app.py": "", "litellm.yaml": config}).operations.fallbacks
    assert [place.line for place in choice.fails] == [3]
    assert [(name, place.line) for name, place in choice.described] == [("spare", 5)]
