"""Where an address leads does not depend on who logs in."""

from __future__ import annotations

from tests.infer.making import sites, words


def test_a_password_that_is_not_known_leaves_the_host_known() -> None:
    code = """
        import os
        from urllib.parse import quote_plus
        from langchain_postgres import PGVector
        user, host = os.environ["DB_USER"], "db.corp.example"
        url = f"postgresql+psycopg://{user}:{quote_plus(os.environ['DB_PASSWORD'])}@{host}:5432/kb"
        store = PGVector(embeddings=None, connection=url, collection_name="kb")
    """
    [store] = sites(code, "vector_store")
    assert words(store.get("endpoint")) == "postgresql+psycopg://db.corp.example:5432/kb"
    assert words(store.get("hosting")) == "self-hosted"


def test_an_at_sign_behind_the_host_is_no_login() -> None:
    code = """
        from openai import OpenAI
        def make(team):
            return OpenAI(base_url=f"http://llm.internal/{team}@v1")
    """
    [client] = sites(code, "client")
    assert words(client.get("hosting")) == "self-hosted"
