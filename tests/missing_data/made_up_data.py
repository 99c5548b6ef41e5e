"""Programs that lean on what is not there (data, files, arguments, libraries), run by PyTorch with data made up for them.

`python tests/missing_data/made_up_data.py` runs each in a folder with its data; `stubs` stands in for libraries that need not be installed.
"""

from __future__ import annotations

import pathlib
import tempfile

HERE = pathlib.Path(__file__).parent
PROGRAMS = sorted((HERE / "programs").glob("*.py"))
PIPELINE = """\
channels: 1
classes: 4
size: [16, 16]
layers:
  - {kind: conv, out: 8}
  - {kind: relu}
  - {kind: pool}
  - {kind: conv, out: 4, kernel: 1, padding: 0}
  - {kind: gelu}
"""


def make_data(folder: pathlib.Path) -> None:
    """The files that the programs look for."""
    import numpy as np

    rows = ["area,rooms,age,price", *(f"{50 + i},{i % 5},{i % 30},{100 + 2 * i}" for i in range(40))]
    (folder / "prices.csv").write_text("\n".join(rows) + "\n")
    (folder / "pipeline.yaml").write_text(PIPELINE)
    (folder / "reviews.tsv").write_text("1\tgood film\n0\tbad film\n1\tvery good\n0\tnot good\n" * 3)
    for kind in ("cat", "dog", "owl"):
        (folder / "animals" / kind).mkdir(parents=True)
        for i in range(6):
            (folder / "animals" / kind / f"{i}.png").write_bytes(b"")
    signals = np.random.default_rng(0).normal(size=(30, 40))
    np.savez(folder / "signals.npz", signals=signals, labels=np.arange(30) % 3, names=np.array(["a", "b", "c"]))


def run_in_torch(text: str, name: str, folder: pathlib.Path) -> tuple[int, str] | None:
    """The line on which a program raises, in a folder with its data, and what; None where it runs."""
    from convcalc.verify.reference import run_apart

    (folder / name).write_text(text)
    return run_apart(text, str(folder / name), str(HERE / "stubs"))


if __name__ == "__main__":
    for program in PROGRAMS:
        with tempfile.TemporaryDirectory() as place:
            make_data(pathlib.Path(place))
            print(program.stem, run_in_torch(program.read_text(), program.name, pathlib.Path(place)) or "runs")
