"""Whole programs whose lengths are chance (`tests/lengths`): padded texts, packed names, graphs, boxes chosen by masks, decoders that are fed with their own guesses.

None of these lengths is a number in the program, so all that is said of them is said of symbols. PyTorch runs each program to its end, and convcalc finds
nothing that is not known; of a mistake planted in it, it names the line where PyTorch raises.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command import convcalc

from convcalc.verify.reference import run

FOLDER = Path(__file__).resolve().parent.parent / "lengths"
PROGRAMS = sorted(FOLDER.glob("*.py"))
# The program, what is written, and what is written instead.
MISTAKES = [
    ("pack_language", "self.out = nn.Linear(40, 3)", "self.out = nn.Linear(20, 3)"),
    ("pack_language", "self.rnn = nn.GRU(10, 20", "self.rnn = nn.GRU(12, 20"),
    ("ctc_lines", "nn.LSTM(16 * 4, 32", "nn.LSTM(16 * 8, 32"),
    ("mlm_words", "labels.view(-1))", "labels)"),
    ("attention_masks", "(ids == 0)[:, :-1]", "ids == 0"),
    ("attention_masks", "ids[:, 1:], (ids", "ids, (ids"),
    ("attention_masks", "~pad[:, None, None, :]", "~pad[:, None, :]"),
    ("molecules_mpnn", "self.inp = nn.Linear(7, dim)", "self.inp = nn.Linear(8, dim)"),
    ("molecules_mpnn", "nn.Linear(dim * 2, dim) for", "nn.Linear(dim, dim) for"),
    ("molecules_mpnn", "torch.cat(es, dim=1)", "torch.cat(es)"),
    ("teacher_forcing", "trg[:, 1:].reshape(-1))", "trg.reshape(-1))"),
    ("squad_spans", "pad(b[k]) for", "b[k] for"),
    ("glove_offsets", "torch.tensor(offsets[:-1])", "torch.tensor(offsets)"),
    ("beam_pointer", "y.flatten(), ignore", "y, ignore"),
    ("detect_masks", "classes[obj])", "classes[obj].float())"),
    ("hard_negatives", "rank < num_pos * 3", "rank < num_pos.squeeze(1) * 3"),
    ("bucket_sampler", "nn.Linear(16, 3)", "nn.Linear(8, 3)"),
    ("deep_sets", "dtype=np.float32)\n    m = ", "dtype=np.float64)\n    m = "),
    ("deep_sets", "nn.Linear(64, 32)", "nn.Linear(32, 32)"),
    ("prioritized", "act.unsqueeze(1)", "act"),
    ("roi_crops", "nn.Linear(32 * 4 * 4, 64)", "nn.Linear(32 * 4, 64)"),
    ("scheduled_asr", "nn.LSTMCell(d + 2 * d, d)", "nn.LSTMCell(d + d, d)"),
    ("scheduled_asr", "y[:, 1:].flatten()", "y.flatten()"),
    ("memory_dialog", "nn.GRU(2 * d, d, batch_first=True)", "nn.GRU(d, d, batch_first=True)"),
]


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
@pytest.mark.filterwarnings("ignore")
def test_a_program_that_runs(path: Path) -> None:
    assert run(path.read_bytes(), str(path)).line is None
    done = convcalc("check", path)
    assert done.code == 0, done.out
    assert "warning[" not in done.out


@pytest.mark.parametrize("mistake", MISTAKES, ids=str)
@pytest.mark.filterwarnings("ignore")
def test_a_mistake_is_found_where_pytorch_raises(mistake: tuple[str, str, str], tmp_path: Path) -> None:
    name, right, wrong = mistake
    text = (FOLDER / f"{name}.py").read_text(encoding="utf8")
    assert text.count(right) == 1
    path = tmp_path / f"{name}.py"
    path.write_text(text.replace(right, wrong), encoding="utf8")
    line = run(path.read_bytes(), str(path)).line
    assert line is not None
    done = convcalc("check", path, "--format", "json")
    errors = [d["line"] for d in json.loads(done.out)["files"][0]["diagnostics"] if d["severity"] == "error"]
    assert errors[:1] == [line]
