"""Programs at random made to speak of jumps: wherever they say delta, it is that of the model."""

from __future__ import annotations

import re

MODEL = "model merton: jumps 2 per year, mean -15%, spread 20%"


def with_jumps(text: str, model: str = MODEL) -> str:
    """The program with `delta[merton]` for every delta but those that options are chosen by."""
    text = re.sub(r"(?<!at )\bdelta\b(?!\[)", "delta[merton]", text)
    text = text.replace("hedge to", "hedge delta[merton] to")
    return text if "model merton" in text else f"{model}\n{text}"
