"""Histories: a list of messages that later calls find longer than earlier ones, and whether something keeps it short."""

from __future__ import annotations

import pytest

from linter.model.architecture import FlowKind
from tests.infer.making import architecture

HEAD = """
from collections import deque
import streamlit as st
from openai import OpenAI
client = OpenAI()
def send(messages):
    return client.chat.completions.create(model="gpt-4o", messages=messages).choices[0].message
"""


def history(code: str) -> str:
    """`unbounded`, `bounded` or `none`."""
    found = [flow for flow in architecture(HEAD + "\n" + code).flows if flow.kind is FlowKind.HISTORY]
    assert len(found) <= 1
    if not found:
        return "none"
    return {True: "bounded", False: "unbounded", None: "cannot tell"}[found[0].bounded]


UNBOUNDED = {
    "a module's list": """
history = []
def chat(question):
    history.append({"role": "user", "content": question})
    return send(history)
""",
    "a list of a loop": """
def main():
    messages = [{"role": "system", "content": "be brief"}]
    while True:
        messages.append({"role": "user", "content": input()})
        messages.append(send(messages))
""",
    "an attribute": """
class Chat:
    def __init__(self):
        self.messages = []
    def ask(self, question):
        self.messages.append({"role": "user", "content": question})
        return send(self.messages)
""",
    "a session": """
if "messages" not in st.session_state:
    st.session_state.messages = []
def chat(question):
    st.session_state.messages.append({"role": "user", "content": question})
    return send(st.session_state.messages)
""",
    "a session by key": """
def chat(question):
    st.session_state["log"].append({"role": "user", "content": question})
    return send(st.session_state["log"])
""",
    "a list for each user": """
sessions = {}
def chat(user, question):
    turns = sessions.setdefault(user, [])
    turns.append({"role": "user", "content": question})
    return send([{"role": "system", "content": "be brief"}] + turns)
""",
    "a growing text": """
class Chat:
    def __init__(self):
        self.talk = ""
    def ask(self, question):
        self.talk += "User: " + question
        answer = send([{"role": "user", "content": self.talk}])
        self.talk += "Assistant: " + answer.content
        return answer
""",
    "added up": """
history = []
def chat(question):
    global history
    history = history + [{"role": "user", "content": question}]
    return send(history)
""",
    "extended": """
history = []
def chat(question):
    history.extend([{"role": "user", "content": question}])
    return send(history)
""",
    "in another method": """
class Chat:
    def __init__(self):
        self.messages = []
    def add(self, role, text):
        self.messages.append({"role": role, "content": text})
    def ask(self, question):
        self.add("user", question)
        answer = send(self.messages)
        self.add("assistant", answer.content)
""",
    "cleared on demand only": """
history = []
def reset():
    history.clear()
def chat(question):
    history.append({"role": "user", "content": question})
    return send(history)
""",
    "a copy of it": """
history = []
def chat(question):
    history.append({"role": "user", "content": question})
    return send(list(history))
""",
}
BOUNDED = {
    "the last six are sent": """
history = []
def chat(question):
    history.append({"role": "user", "content": question})
    return send(history[-6:])
""",
    "a deque of ten": """
history = deque(maxlen=10)
def chat(question):
    history.append({"role": "user", "content": question})
    return send(list(history))
""",
    "the oldest ones go": """
history = []
def chat(question):
    history.append({"role": "user", "content": question})
    while len(history) > 10:
        history.pop(0)
    return send(history)
""",
    "cut when it is too long": """
class Chat:
    def __init__(self):
        self.messages = []
    def ask(self, question):
        self.messages.append({"role": "user", "content": question})
        if len(self.messages) > 20:
            self.messages = [self.messages[0]]
        return send(self.messages)
""",
    "cut in place": """
class Chat:
    def __init__(self):
        self.messages = []
    def ask(self, question):
        self.messages.append({"role": "user", "content": question})
        self.messages = self.messages[-10:]
        return send(self.messages)
""",
    "deleted in place": """
history = []
def chat(question):
    history.append({"role": "user", "content": question})
    if len(history) > 10:
        del history[:-10]
    return send(history)
""",
    "a helper that cuts": """
def last(messages, count=10):
    return messages[-count:]
history = []
def chat(question):
    history.append({"role": "user", "content": question})
    return send(last(history))
""",
    "system prompt and the last ones": """
class Chat:
    def __init__(self):
        self.messages = []
    def ask(self, question):
        self.messages.append({"role": "user", "content": question})
        return send([{"role": "system", "content": "be brief"}, *self.messages[-8:]])
""",
    "the last ones in a loop": """
def main():
    messages = []
    while True:
        messages.append({"role": "user", "content": input()})
        messages.append(send(messages[-6:]))
""",
}
NONE = {
    "made anew for each call": """
def ask(question):
    messages = [{"role": "system", "content": "be brief"}]
    messages.append({"role": "user", "content": question})
    return send(messages)
""",
    "made from rows": """
def ask(rows):
    messages = []
    for row in rows:
        messages.append({"role": row.role, "content": row.text})
    return send(messages)
""",
    "a literal": """
def ask(question):
    return send([{"role": "user", "content": question}])
""",
    "another list grows": """
log = []
def ask(question):
    log.append(question)
    return send([{"role": "user", "content": question}])
""",
    "a few tries": """
def ask(question):
    for attempt in range(3):
        messages = [{"role": "user", "content": question}]
        if attempt:
            messages.append({"role": "user", "content": "Answer in JSON."})
        send(messages)
""",
    "a fresh object for each request": """
class Request:
    def __init__(self, question):
        self.messages = []
        self.messages.append({"role": "user", "content": question})
    def run(self):
        return send(self.messages)
def ask(question):
    return Request(question).run()
""",
}


@pytest.mark.parametrize("way", UNBOUNDED)
def test_a_history_grows_without_bound(way: str) -> None:
    assert history(UNBOUNDED[way]) == "unbounded"


@pytest.mark.parametrize("way", BOUNDED)
def test_a_history_is_kept_short(way: str) -> None:
    assert history(BOUNDED[way]) == "bounded"


@pytest.mark.parametrize("way", NONE)
def test_a_list_of_one_call_is_no_history(way: str) -> None:
    assert history(NONE[way]) == "none"


def test_the_steps_show_where_it_grows_and_where_it_is_cut() -> None:
    found = next(flow for flow in architecture(HEAD + BOUNDED["the last six are sent"]).flows if flow.kind is FlowKind.HISTORY)
    assert [(step.place.line, step.what) for step in found.steps] == [(11, "app.history grows here"), (12, "it is cut here")]


def test_the_memory_of_a_framework_grows() -> None:
    source = """
        from langchain.chains import ConversationChain
        from langchain.memory import ConversationBufferMemory, ConversationBufferWindowMemory
        from langchain_openai import ChatOpenAI
        chat = ConversationChain(llm=ChatOpenAI(), memory={memory})
        chat.predict(input="hi")
    """
    for memory, bounded in (("ConversationBufferMemory()", False), ("ConversationBufferWindowMemory(k=3)", True)):
        found = [flow for flow in architecture(source.format(memory=memory)).flows if flow.kind is FlowKind.HISTORY]
        assert [flow.bounded for flow in found] == [bounded]
