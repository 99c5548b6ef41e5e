"""How far the sizes that a model takes are solved: windows with padding, a model's own refusals, and a budget."""

from __future__ import annotations

import json
import random
import textwrap
from pathlib import Path
from typing import Any

from command import convcalc

from convcalc.dim import Conditions, symbol

H = symbol("H", 224)


def test_upper_halves_are_one_quotient() -> None:
    half = H // 4
    assert str(half - half // 2) == "(H + 4)//8"
    assert str((half + half % 2) // 2) == "(H + 4)//8"
    assert str(3 * H - 2 * (H // 2)) == str(H + 2 * ((H + 1) // 2))


def changed(size: Any, step: int, draw: random.Random) -> Any:
    """One step of arithmetic; the same for an int and an expression."""
    c = draw.choice((1, 2, 2, 3, 4, 6))
    shift = draw.randint(-3, 9)
    return (
        size - size // c,
        size + size % c,
        (size + shift) // c,
        size * c - size // 2,
        size - (size + shift) // c,
        (size + 3) // 2 - size // 2 + size // c,
    )[step]


def test_halves_keep_the_value() -> None:
    for seed in range(400):
        steps = [random.Random(seed + i).randrange(6) for i in range(5)]
        results = []
        for start in (H, 7, 30, 61, 224, 1001):
            draw = random.Random(seed)
            value: Any = start
            for step in steps:
                value = changed(value, step, draw)
            results.append((start, value))
        expression = results[0][1]
        for start, value in results[1:]:
            assert (expression if type(expression) is int else expression.at({"H": start})) == value


def test_conditions_give_up_when_their_steps_are_spent() -> None:
    with Conditions(steps=-1) as conditions:
        assert H == 224  # as the hint says, unnoted
        assert not H > 300
    assert conditions.gave_up
    assert conditions.solve("H") is None
    with Conditions(steps=1000) as conditions:
        assert H == 224
    assert not conditions.gave_up
    solved = conditions.solve("H")
    assert solved is not None
    assert str(solved.words()) == "224"


def fits(tmp_path: Path, text: str) -> dict[str, Any]:
    file = tmp_path / "net.py"
    file.write_text(textwrap.dedent(text))
    done = convcalc("check", file, "--fits", "--format", "json")
    found = json.loads(done.out)["files"][0]["models"][0]["fits"]["sizes"]
    return {"".join(group["letters"]): group for group in found}


WINDOWS = """
    import torch
    from torch import nn
    from torch.nn import functional as F

    class Windows(nn.Module):
        def __init__(self, width, size=7):
            super().__init__()
            self.size, self.layer = size, nn.Linear(width, width)

        def forward(self, x):
            b, h, w, c = x.shape
            s = self.size
            p = F.pad(x, (0, 0, 0, (s - w % s) % s, 0, (s - h % s) % s))
            _, ph, pw, _ = p.shape
            p = torch.roll(p, (-s // 2, -s // 2), (1, 2))
            p = p.view(b, ph // s, s, pw // s, s, c).permute(0, 1, 3, 2, 4, 5).reshape(-1, s * s, c)
            p = self.layer(p).view(b, ph // s, pw // s, s, s, c).permute(0, 1, 3, 2, 4, 5).reshape(b, ph, pw, c)
            return x + p[:, :h, :w, :].contiguous()

    class Merging(nn.Module):
        def __init__(self, width):
            super().__init__()
            self.layer = nn.Linear(4 * width, 2 * width)

        def forward(self, x):
            h, w = x.shape[1:3]
            x = F.pad(x, (0, 0, 0, w % 2, 0, h % 2))
            return self.layer(torch.cat([x[:, i::2, j::2, :] for i in (0, 1) for j in (0, 1)], -1))

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = nn.Conv2d(3, 4, 4, 4)
            self.body = nn.Sequential(*[m for i in range(2) for m in (Windows(4 << i), Windows(4 << i), Merging(4 << i))])

        def forward(self, x):
            return self.body(self.stem(x).permute(0, 2, 3, 1)).mean((1, 2))

    Net().eval()(torch.zeros(2, 3, 224, 224))
"""


def test_windows_are_solved(tmp_path: Path) -> None:
    group = fits(tmp_path, WINDOWS)["HW"]
    assert group["whole"]
    assert group["words"] == "any from 4"


ASSERTING = """
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(3, 4, 16, 16)

        def forward(self, x):
            LINE
            return self.conv(x).mean((2, 3))

        def refuse(self, x):
            if x.shape[2] != 224:
                raise ValueError(f"not 224: {x.shape}")

    Net()(torch.zeros(2, 3, 224, 224))
"""


def test_a_models_own_refusal_holds_for_all_sizes_like_it(tmp_path: Path) -> None:
    for line in (
        "torch._assert(x.shape[2] == 224, f'Expected 224, got {x.shape[2]}')",
        "assert x.shape[2] == 224, x.shape",
        "self.refuse(x)",
    ):
        group = fits(tmp_path, ASSERTING.replace("LINE", line))["HW"]
        assert group["whole"], line
        assert group["words"] == "224", line


def test_a_letter_in_a_name_is_no_refusal_of_its_number(tmp_path: Path) -> None:
    group = fits(tmp_path, ASSERTING.replace("LINE", "assert f'{x.shape[2]}' in ('224', '448'), x.shape"))["HW"]
    assert not group["whole"] or "448" in group["words"]
