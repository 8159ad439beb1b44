# ruff: noqa: E501 - the code that is read stands as it is written
"""Databases for many things: what counts as a vector store, and which writes fill it."""

from __future__ import annotations

import pytest

from tests.infer.making import sites

MONGO = 'from pymongo import MongoClient\nclient = MongoClient("mongodb://db:27017")\nrows = client["kb"]["rows"]\n'
SEARCH = 'rows.aggregate([{"$vectorSearch": {"index": "v", "path": "embedding", "queryVector": q, "limit": 3}}])\n'


def found(source: str) -> list[tuple[str, int]]:
    """Kind and line of each site."""
    return [(site.kind.value, site.place.line) for site in sites(source)]


def test_a_database_that_is_searched_for_vectors_is_a_store() -> None:
    assert found(MONGO + SEARCH) == [("vector_store", 2), ("retrieval", 4)]


def test_a_database_without_vectors_is_none() -> None:
    assert found(MONGO + 'rows.insert_one({"name": "anna"})\nrows.find_one({"name": "anna"})\n') == []


def test_of_two_databases_the_one_with_vectors_is_the_store() -> None:
    assert found(MONGO + 'users = MongoClient("mongodb://users:27017")\nusers["shop"]["users"].find_one({})\n' + SEARCH) == [
        ("vector_store", 2),
        ("retrieval", 6),
    ]


WRITES = {
    "as it stands": 'rows.insert_one({"text": t, "embedding": v})',
    "in a list": 'rows.insert_many([{"text": t, "contentVector": v}])',
    "in a comprehension": 'rows.insert_many([{"text": t, "vec": v} for t, v in zip(texts, vectors)])',
    "one entry after the other": 'd = {}\nd["text"] = t\nd["embedding"] = v\nrows.insert_one(d)',
    "appended in a loop": 'many = []\nfor t in texts:\n    many.append({"text": t, "embedding": v})\nrows.insert_many(many)',
    "further in": 'rows.update_one({"_id": 1}, {"$set": {"text_embedding": v}})',
    "in a batch": 'many = [{"embedding": v} for v in vectors]\nfor i in range(0, 9, 3):\n    rows.insert_many(many[i : i + 3])',
    "under a key of one's own": 'KEY = "embedding"\nrows.insert_one({"text": t, KEY: v})',
    "under a key that is only called so": 'def fill(embedding_key, v):\n    rows.insert_one({"text": t, embedding_key: v})',
    "by a helper": 'def row(t, v):\n    return {"text": t, "embedding": v}\nrows.insert_one(row(t, v))',
}


@pytest.mark.parametrize("how", WRITES)
def test_documents_with_a_vector_fill_the_store(how: str) -> None:
    kinds = [site.kind.value for site in sites(MONGO + WRITES[how])]
    assert kinds == ["vector_store", "ingest"]


@pytest.mark.parametrize("document", ['{"text": t}', '{"kind": "embedding"}', "document", '{"remembered": 1}'])
def test_other_documents_do_not(document: str) -> None:
    assert found(f"{MONGO}rows.insert_one({document})") == []


def test_a_search_by_names_that_are_not_known() -> None:
    source = (
        "def near(path, index, q):\n"
        "    pipeline = [{'$vectorSearch': {'index': index, 'path': path, 'queryVector': q, 'limit': 3}}]\n"
        "    pipeline.append({'$match': {'a': 1}})\n    return rows.aggregate(pipeline)\n"
    )
    assert found(MONGO + source) == [("vector_store", 2), ("retrieval", 7)]


def test_the_collection_is_the_key() -> None:
    search = sites(MONGO + SEARCH, "retrieval")[0]
    assert search.attributes["collection"].values == ("rows",)


def test_a_client_that_is_handed_in_is_found_at_its_caller() -> None:
    source = (
        "from elasticsearch import Elasticsearch\n"
        "def build():\n    return Elasticsearch('http://es:9200')\n"
        "def find(es: Elasticsearch, q):\n    return es.search(index='kb', knn={'field': 'v', 'query_vector': q, 'k': 3})\n"
        "find(build(), [0.1])\n"
    )
    assert found(source) == [("vector_store", 3), ("retrieval", 5)]


def test_a_client_counts_where_the_one_that_is_searched_is_not_known() -> None:
    source = (
        "from elasticsearch import Elasticsearch\nes = Elasticsearch('http://es:9200')\n"
        "def find(client: Elasticsearch, q):\n    return client.search(index='kb', knn={'field': 'v', 'query_vector': q, 'k': 3})\n"
    )
    assert found(source) == [("vector_store", 2), ("retrieval", 4)]


def test_a_client_counts_where_what_it_gives_is_filled_elsewhere() -> None:
    source = (
        "from supabase import Client, create_client\n"
        "db = create_client('https://a.supabase.co', 'k')\n"
        "def fill(client: Client, rows):\n    client.table('chunks').insert([{'embedding': r} for r in rows]).execute()\n"
    )
    assert found(source) == [("vector_store", 2), ("ingest", 4)]


def test_a_store_of_ones_own_is_still_what_it_is() -> None:
    source = (
        "from supabase import create_client\ndb = create_client('http://localhost:54321', 'k')\n"
        "db.rpc('match_documents', {'query_embedding': v, 'match_count': 3}).execute()\n"
    )
    store = sites(source, "vector_store")[0]
    assert (store.attributes["provider"].values, store.attributes["hosting"].values) == (("supabase",), ("self-hosted",))


def test_a_query_that_was_put_together_is_still_one_for_neighbours() -> None:
    source = (
        "import redis\nfrom redis.commands.search.query import Query\nr = redis.Redis(host='redis')\n"
        "def near(v, k=3):\n"
        "    query = Query(f'*=>[KNN {k} @embedding $vec AS score]').sort_by('score').return_fields('text').dialect(2)\n"
        "    return r.ft('kb').search(query, {'vec': v})\n"
    )
    assert found(source) == [("vector_store", 3), ("retrieval", 6)]
