"""Braces in provider files stand for several names."""

from __future__ import annotations

import pytest

from linter.knowledge.braces import BraceError, expand


def test_a_name_without_braces_is_itself() -> None:
    assert expand("openai.OpenAI") == ("openai.OpenAI",)


def test_alternatives_keep_their_order() -> None:
    assert expand("Client.{chat,embeddings}.create") == ("Client.chat.create", "Client.embeddings.create")


def test_an_empty_alternative_leaves_a_part_out() -> None:
    assert expand("openai.{,Async}OpenAI") == ("openai.OpenAI", "openai.AsyncOpenAI")


def test_several_and_nested_braces_multiply() -> None:
    assert expand("{a,b}.{c,{d,e}}") == ("a.c", "a.d", "a.e", "b.c", "b.d", "b.e")


def test_a_name_that_comes_out_twice_is_told_once() -> None:
    assert expand("{a,a}") == ("a",)


@pytest.mark.parametrize("text", ["a.{b", "a.b}", "a.{b}", "{}"])
def test_unmatched_and_single_braces_are_refused(text: str) -> None:
    with pytest.raises(BraceError):
        expand(text)


def test_an_explosion_of_names_is_refused() -> None:
    with pytest.raises(BraceError, match="more than 500"):
        expand("{a,b}" * 12)
