"""Coverage-guided fuzzing of what convcalc reads of other people's: sources, settings, notebooks, ignore rules, targets, shapes.

    pip install atheris            (Python 3.11 to 3.13, Linux)
    python benchmarks/fuzz_readers.py settings --minutes 30 --corpus /tmp/corpus

A reader may refuse what it is given by the one exception that is meant for it (`UsageError`); any other exception, a crash, more than 10 s for an
input or 2 GB of memory ends the fuzzing, with the input in a file beside the corpus. `tests/test_fuzzed_readers.py` gives each reader
Hypothesis's inputs, and those that were found here.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def source(data: bytes) -> None:
    """A file's text: what is told of it before it runs, and the code that would run."""
    from convcalc.check.suppression import Comments
    from convcalc.source import scanning
    from convcalc.source.compiling import compile_code
    from convcalc.source.instrument import Tables, instrument
    from convcalc.source.prefetch import prefetch
    from convcalc.source.reading import parse_source
    from convcalc.source.target import UsageError

    prefetch(data)
    scanning.exported_names(data)
    scanning.decorated(data)
    scanning.mentions(data, "torch")
    lines = data.split(b"\n")
    scanning.waits_for_import_error(lines, len(lines))
    try:
        Comments(data)
        tree = parse_source(data, "model.py")
        compile_code(instrument(tree, tables=Tables()), data, "model.py")
    except UsageError:
        pass


def settings(data: bytes) -> None:
    """A pyproject.toml, as bytes or as the value of each key."""
    from convcalc.cli.configuration import _configuration, _parse
    from convcalc.source.target import UsageError

    keys = (b"targets", b"select", b"exclude", b"seconds", b"jobs", b"per-file-ignores")
    for text in (data, *(b"[tool.convcalc]\n" + key + b" = " + data for key in keys)):
        try:
            content = _parse(text, "pyproject.toml")
            section = content.get("tool", {})
            _configuration(section.get("convcalc") if isinstance(section, dict) else section, "pyproject.toml", "")
        except UsageError as error:
            str(error).encode("utf8", "replace")


def notebook(data: bytes) -> None:
    """A notebook's file; or the text of a cell."""
    import json

    from convcalc.source.notebook import Notebook, _localise
    from convcalc.source.notebook_text import NotebookText, NotMended
    from convcalc.source.target import UsageError

    cells = [{"cell_type": "code", "source": data.decode("utf8", "replace")}]
    for text in (data, json.dumps({"cells": cells}).encode()):
        try:
            read = Notebook("a.ipynb", text)
            lines = read.source.count(b"\n")
            places = NotebookText(read)
            for cell in read.cells[:3]:
                places.place(cell.number, 1, 1)
                places.place(cell.number, len(cell.lines), 5)
            told = {"file": "a.ipynb", "line": lines, "column": 3, "end_line": None, "message": "a.ipynb:3: line 4"}
            _localise([told], read, set())
            if read.source.count(b"\n") > 3:
                changed = read.source.replace(b"1", b"2")
                assert places.mended(read.source) == text.removeprefix(b"\xef\xbb\xbf") or text.startswith(
                    b"\xef\xbb\xbf"
                )
                places.mended(changed)
        except (UsageError, NotMended):
            pass


def ignored(data: bytes) -> None:
    """Ignore rules, and names to which they are put; exclusions of the settings."""
    from convcalc.source.folders import matcher
    from convcalc.source.ignoring import Budget, Ignored
    from convcalc.source.target import UsageError

    lines = data.decode("utf8", "replace").splitlines()
    budget = Budget(100_000)
    try:
        rules = Ignored("/work", lines, budget)
        is_excluded = matcher(tuple(lines[:20]), "/work")
        for name in ("a.py", "b/c.py", "a" * 100 + ".py", *lines[:5]):
            path = "/work/" + name.replace("\0", "")
            rules.says(path, False)
            rules.says(path, True)
            is_excluded(path)
    except UsageError:
        pass


def target(data: bytes) -> None:
    """A target of the command line or of the settings, and a literal for `forward`."""
    from convcalc.cli.configuration import _configuration
    from convcalc.cli.request import given_of, literals
    from convcalc.source.bounded import Unreadable, check_inside
    from convcalc.source.reading import parse_target, read_source
    from convcalc.source.target import UsageError

    text = data.decode("utf8", "surrogateescape")
    asked: list[Callable[[], object]] = [
        lambda: parse_target(text),
        lambda: check_inside(text, (os.curdir,)),
        lambda: read_source(text, (os.curdir,)) if not os.path.isfile(text) else None,
        lambda: _configuration({"targets": [text]}, "pyproject.toml", ""),
        lambda: literals((f"x={text}",)),
        lambda: literals((text,)),
        lambda: given_of((text,), (), None, None),
    ]
    for ask in asked:
        try:
            ask()
        except (UsageError, Unreadable):
            pass


def shape(data: bytes) -> None:
    """A shape: what is read is a shape of PyTorch's."""
    from convcalc.source.target import LARGEST_SIZE, UsageError, parse_shape

    try:
        sizes, dtype = parse_shape(data.decode("utf8", "surrogateescape"))
    except UsageError:
        return
    assert all(type(size) is str or 0 <= int(size) <= LARGEST_SIZE for size in sizes), sizes
    assert dtype is None or dtype.isidentifier()


def answer(data: bytes) -> None:
    """What the process of a file answers, which the file may have written, had it passed all walls but the kernel's."""
    from convcalc.analysis.check_run import Job, _outcome
    from convcalc.analysis.checking import CheckSettings
    from convcalc.source.discovery import Given
    from convcalc.source.work import _parsed

    job = Job("model.py", None, Given([], {}, {}, None, None), CheckSettings((), (), False, False), 1.0)
    text = data.decode("utf8", "replace")
    for told in ((0, text, ""), (2, text, ""), (3, "", text), _parsed(data)):
        if told is not None:
            _outcome(job, told)


READERS: dict[str, Callable[[bytes], None]] = {
    reader.__name__: reader for reader in (source, settings, notebook, ignored, target, shape, answer)
}
SEEDS: dict[str, tuple[bytes, ...]] = {
    "source": tuple(path.read_bytes() for path in sorted((ROOT / "examples").glob("*.py"))),
    "settings": (
        b'[tool.convcalc]\nselect = ["matmul"]\nseconds = 1\njobs = 2\nexclude = ["a*"]\n[[tool.convcalc.targets]]\ntarget = "model.py::Net"\ninput = ["1x3"]\nmax-params = "5M"\n',
        b'[{target = "a.py", batch = 3, mode = "eval", kwarg = ["x=1"]}]',
        b'{"a*" = ["matmul"]}',
        b'["a", 1.5, 0xff, 1979-05-27]',
    ),
    "notebook": (
        b'{"cells": [{"cell_type": "code", "source": ["import torch\\n", "x = 1"], "metadata": {"tags": ["a"]}}], "metadata": {"language_info": {"name": "python"}}}',
        b'{"worksheets": [{"cells": [{"cell_type": "code", "input": "x"}]}]}',
        b"%%time\nx = !ls\n%timeit -n 3 f(1)\ny?\n",
    ),
    "ignored": (b"*.pyc\n/a/**/b\n!c[a-z]?\n\\#x\n**/d/\n",),
    "target": (b"model.py::Net(10)", b"a.b.c", b"x={'a': [1, -2.5, None]}"),
    "shape": (b"2x3x224x224:float32", b"NxCxHxW", b"(1, 2)", b"()"),
    "answer": (
        b'{"file": "model.py", "models": [{"target": {"file": "m", "line": 1, "class": "N", "call": "N()"}, "inputs": [], "totals": {"params": 1}, "rows": [], "notes": []}], "diagnostics": [{"rule": "x", "severity": "error", "file": "model.py", "line": 3, "column": 1, "end_line": 3, "end_column": 4, "message": "m", "torch": null, "suggestions": [{"text": "t", "old": "a", "new": "b", "line": 1, "file": "model.py"}], "provenance": [{"operation": "a.b", "from": [1], "to": [2], "line": 1}]}]}',
        b'{"message": "m", "file": "model.py", "line": 1, "kind": "syntax-error", "notes": ["n"]}',
        b"CONVCALC 0 2\n{}",
    ),
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reader", choices=READERS)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--corpus", type=Path, help="folder that keeps what was found to be new")
    given = parser.parse_args()
    import atheris

    corpus = given.corpus or Path(tempfile.mkdtemp())
    corpus = corpus / given.reader
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(SEEDS[given.reader]):
        (corpus / f"seed{number}").write_bytes(seed)
    reader = READERS[given.reader]
    with atheris.instrument_imports(include=["convcalc", "tomllib", "json", "ast"]):
        for seed in SEEDS[given.reader]:
            reader(seed)  # imports what it needs
    options = [
        f"-max_total_time={int(60 * given.minutes)}",
        "-timeout=10",
        "-rss_limit_mb=2048",
        "-max_len=4096",
        f"-artifact_prefix={corpus}-",
    ]
    atheris.Setup([sys.argv[0], *options, str(corpus)], reader)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
