"""Bicep, with the lines of what it says."""

from __future__ import annotations

import pytest

from linter.formats.bicep import read_bicep

TEXT = """\
@description('param inside = 1')
param model string = 'gpt-4o'
param required string
var count = 3

resource a 'Microsoft.X/y@2024-01-01' existing = {
  name: 'a'
}
resource b 'Microsoft.X/y@2024-01-01' = if (count > 2) {
  name: '${model}-b' // remark
  list: [
    'one'
    { two: model }
  ]
  on: true
  size: count
  when: empty(model) ? 'x' : {
    y: 1
  }
}
module m 'core/m.bicep' = {
  params: { deployments: [ { name: model, sku: 'S0' } ] }
}
"""


def test_parameters_resources_and_modules_by_name() -> None:
    found = read_bicep(TEXT, "main.bicep").value
    assert found["param"] == {"model": "gpt-4o"}
    assert found["var"] == {"count": 3}
    assert set(found["resource"]["Microsoft.X/y"]) == {"a", "b"}
    made = found["resource"]["Microsoft.X/y"]["b"]
    assert made["list"] == ["one", {"two": "${model}"}] and made["on"] is True and made["size"] == "${count}"
    assert found["module"]["core/m.bicep"]["m"]["params"] == {"deployments": [{"name": "${model}", "sku": "S0"}]}


def test_each_value_has_its_line() -> None:
    document = read_bicep(TEXT, "main.bicep")
    assert document.place(("param", "model")).line == 2
    assert document.place(("resource", "Microsoft.X/y", "b")).line == 9
    assert document.place(("resource", "Microsoft.X/y", "b", "list", 1, "two")).line == 13


@pytest.mark.parametrize(
    "text", ["resource a 'b' = " + "{a:" * 5_000, "param a = " + "[" * 5_000, "param a = '", "module m 'x' = {\n" * 999]
)
def test_hostile_texts_never_raise(text: str) -> None:
    read_bicep(text, "main.bicep")
