"""A model of which a script calls a part only: the whole is reported where it takes that input too, else the part, and no error."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_packages import summary, write

TEXT = """
    import torch
    from torch import nn

    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(3, 8, 3)

        def forward(self, x):
            return self.conv(x)

    class Whole(nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder = Encoder()
            self.head = nn.Linear({features}, 2)

        def forward(self, {arguments}):
            return self.head(self.encoder(images).mean((2, 3))){more}

    model = Whole()
    features = model.encoder(torch.zeros(1, 3, 8, 8))
"""
CASES = {
    "the whole takes it": (8, "images", "", "Whole"),
    "it needs more": (8, "images, boxes", " + boxes", "Encoder"),
    "it refuses it": (9, "images", "", "Encoder"),
}


@pytest.mark.parametrize("case", CASES)
def test_reported(case: str, tmp_path: Path) -> None:
    features, arguments, more, expected = CASES[case]
    write(tmp_path, {"train.py": TEXT.format(features=features, arguments=arguments, more=more)})
    done = summary("train.py", cwd=tmp_path)
    assert done.code == 0, done.err
    (model,) = done.models
    assert model["target"]["class"] == expected
    assert [d for d in model["diagnostics"] if d["severity"] == "error"] == []
    assert model["rows"][0]["outputs"] == ([[1, 2]] if expected == "Whole" else [[1, 8, 6, 6]])
