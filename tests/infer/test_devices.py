"""Devices that models are put on, however the code writes it."""

from __future__ import annotations

import pytest

from tests.infer.making import said


@pytest.mark.parametrize(
    ("load", "device"),
    [
        ('AutoModelForCausalLM.from_pretrained("m", device_map="auto")', "auto"),
        ('AutoModelForCausalLM.from_pretrained("m", device_map={"": 0})', "0"),
        ('AutoModelForCausalLM.from_pretrained("m", device_map={"": torch.device("cuda:1")})', "cuda:1"),
        ('AutoModelForCausalLM.from_pretrained("m").to("mps")', "mps"),
        ('AutoModelForCausalLM.from_pretrained("m").to(torch.device("cuda"))', "cuda"),
        ('AutoModelForCausalLM.from_pretrained("m").cuda()', "cuda"),
        ('AutoModelForCausalLM.from_pretrained("m", device_map="cuda").to(torch.float16)', "cuda"),
        ('AutoModelForCausalLM.from_pretrained("m").to("cuda" if torch.cuda.is_available() else "cpu")', "cuda|cpu"),
        ('AutoModelForCausalLM.from_pretrained("m")', "unset"),
    ],
)
def test_a_device_in_many_spellings(load: str, device: str) -> None:
    code = f"""
        import torch
        from transformers import AutoModelForCausalLM
        model = {load}
        def ask(tokens):
            return model.generate(tokens)
    """
    assert said(code, "device") == device
