"""Which of numpy's functions and methods public training scripts call, and how many of these calls the stand-in has a rule for.

    python benchmarks/numpy_calls.py --clones FOLDER                    # the share, and what has no rule, most called first
    python benchmarks/numpy_calls.py --clones FOLDER --write docs/numpy.md

FOLDER holds git repositories as `benchmarks/repositories.py` takes them. A training script is a file of Python that imports torch and numpy and
calls `backward`, makes an optimizer or loads data. Counted is every call that is written down: functions by the name that the file has
imported, methods where it can be told from the lines before that it is an array (it came of numpy's function, of an array's method, of `.numpy()`).
"""

from __future__ import annotations

import argparse
import ast
import pathlib
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator

ROOT = pathlib.Path(__file__).resolve().parent.parent
TRAINS = ("backward(", "optim.", "DataLoader", "zero_grad(")
NO_ARRAYS = frozenset(
    "save savez savez_compressed savetxt seed set_printoptions seterr errstate shape ndim size iinfo finfo dtype isscalar default_rng RandomState "
    "Generator shuffle tolist item fill tofile dump ndindex ndenumerate nditer issubdtype testing load testing.assert_allclose".split()
)


def scripts(store: pathlib.Path) -> Iterator[tuple[str, str]]:
    """The training scripts in a git directory: their paths and texts."""
    git = ["git", "-c", "safe.directory=*", f"--git-dir={store}"]
    listed = subprocess.run([*git, "ls-tree", "-r", "HEAD"], capture_output=True, encoding="utf8", errors="replace")
    for line in listed.stdout.splitlines():
        about, _, path = line.partition("\t")
        kind, blob = about.split()[1:3]
        if kind != "blob" or not path.endswith((".py", ".ipynb")):
            continue
        text = subprocess.run(
            [*git, "cat-file", "blob", blob], capture_output=True, encoding="utf8", errors="replace"
        ).stdout
        text = of_cells(text) if path.endswith(".ipynb") else text
        if "numpy" in text and "torch" in text and any(word in text for word in TRAINS):
            yield path, text


def of_cells(text: str) -> str:
    """The code of a notebook, without the lines that are not Python's."""
    import json

    try:
        cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
    except (ValueError, KeyError, TypeError):
        return ""
    sources = ["".join(cell["source"]) for cell in cells]
    return "\n".join(
        line
        for source in sources
        if not source.startswith("%%")
        for line in source.split("\n")
        if not line.lstrip().startswith(("%", "!"))
    )


class Calls(ast.NodeVisitor):
    """The calls of numpy in a file: `np.X` by its full name, `.X` of what is an array."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}  # of the file: what of numpy's it is
        self.arrays: set[str] = set()
        self.counts: Counter[str] = Counter()

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            if alias.name.partition(".")[0] == "numpy":
                self.names[alias.asname or "numpy"] = alias.name if alias.asname else "numpy"

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        if node.module and node.module.partition(".")[0] == "numpy" and not node.level:
            for alias in node.names:
                self.names[alias.asname or alias.name] = f"{node.module}.{alias.name}"

    def full(self, node: ast.expr) -> str | None:
        """The name that an expression has in numpy."""
        if isinstance(node, ast.Name):
            return self.names.get(node.id)
        if isinstance(node, ast.Attribute):
            above = self.full(node.value)
            return above and f"{above}.{node.attr}"
        return None

    def is_array(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Name):
            return node.id in self.arrays
        if isinstance(node, ast.Attribute):
            return (node.attr == "T" and self.is_array(node.value)) or ast.unparse(node) in self.arrays
        if isinstance(node, ast.Subscript):
            return self.is_array(node.value)
        if isinstance(node, ast.BinOp):
            return self.is_array(node.left) or self.is_array(node.right)
        if isinstance(node, ast.Call):
            name = self.full(node.func)
            if name is not None:
                return name.rpartition(".")[2] not in NO_ARRAYS
            if isinstance(node.func, ast.Attribute):
                return node.func.attr == "numpy" or (node.func.attr not in NO_ARRAYS and self.is_array(node.func.value))
        return False

    def visit_Assign(self, node: ast.Assign) -> None:
        self.generic_visit(node)
        is_array = self.is_array(node.value)
        for target in node.targets:
            if isinstance(target, (ast.Name, ast.Attribute)):
                name = ast.unparse(target)
                (self.arrays.add if is_array else self.arrays.discard)(name)

    def visit_Call(self, node: ast.Call) -> None:
        self.generic_visit(node)
        name = self.full(node.func)
        if name is not None:
            self.counts[name.replace("numpy.", "np.", 1)] += 1
        elif isinstance(node.func, ast.Attribute) and node.func.attr != "numpy" and self.is_array(node.func.value):
            self.counts[f"ndarray.{node.func.attr}"] += 1


def counted(clones: pathlib.Path) -> tuple[int, int, Counter[str]]:
    """How many repositories and scripts there are, and how often each function and method is called."""
    repositories = files = 0
    counts: Counter[str] = Counter()
    for folder in sorted(clones.iterdir()):
        store = next(
            (folder / inner for inner in ("repo/.git", ".git", "repo", ".") if (folder / inner / "HEAD").is_file()),
            None,
        )
        if store is None:
            continue
        before = files
        for _, text in scripts(store):
            try:
                tree = ast.parse(text)
            except (SyntaxError, ValueError, RecursionError):
                continue
            calls = Calls()
            calls.visit(tree)
            files += bool(calls.counts)
            counts.update(calls.counts)
        repositories += files > before
    return repositories, files, counts


def has_rule(name: str) -> bool:
    """Whether the stand-in has a rule for a function or method; of the constructors of generators and modules too."""
    from convcalc.standin import find_module
    from convcalc.standin.numpy_arrays import ndarray
    from convcalc.standin.numpy_rules import find
    from convcalc.tensor import Unknown

    if name.startswith("ndarray."):
        method = name.partition(".")[2]
        return find(name) is not None or method in dir(ndarray)
    value = find_module("numpy")
    for part in name.split(".")[1:]:
        try:
            value = getattr(value, part)
        except AttributeError:
            return False
        if type(value) is Unknown:
            return False
    return True


METHODS = frozenset(
    "all any argmax argmin argpartition argsort astype byteswap choose clip compress conj conjugate copy cumprod cumsum diagonal dot dump dumps fill flatten getfield "
    "item max mean min nonzero partition prod ptp put ravel repeat reshape resize round searchsorted setflags sort squeeze std sum swapaxes take tobytes tofile tolist "
    "trace transpose var view".split()
)

HEAD = """# numpy

What model code and data pipelines do with numpy is followed by shapes and element types; the elements of small arrays are computed. The rules are in
`convcalc/standin/numpy_rules`, a family of functions in a file, and numpy itself is the judge:

    python -m pytest tests/torch/test_numpy_functions.py tests/torch/test_numpy_examples.py         # some calls of each function; the examples of numpy's documentation
    CONVCALC_NUMPY_EXAMPLES=10000 python -m pytest tests/torch/test_numpy_functions.py -k test_function -n 2
    python benchmarks/numpy_calls.py --clones FOLDER --write docs/numpy.md

The test calls each function with random arguments (arrays of all types and layouts, lists, numbers, scalars, axes that are there and that are not), and compares
shape, element type, strides, the elements that are known, and what is refused by which class of exception. What a rule does not know it answers as unknown, with
the function's name as the reason; a size that hangs on data (a mask, `unique`, `nonzero`) is an unknown size.

Not followed: arrays of dates, long doubles and other orders of bytes have shapes and no arithmetic; `numpy.ma`, `numpy.polynomial`, `numpy.char`, `frompyfunc`,
`nditer` are unknown; `FloatingPointError` of `seterr` is not raised. That an array runs backwards (`x[::-1]`, which PyTorch makes no tensor of) is known of slices, `flip` and
transposed views, and forgotten by `reshape`.

## What public training scripts call
This part is written by `benchmarks/numpy_calls.py`: the calls that stand in scripts and notebooks which train with PyTorch and use numpy, counted as they are
written; methods where the lines before tell that it is an array.

"""


def page(repositories: int, files: int, counts: Counter[str]) -> str:
    total = sum(counts.values())
    without = {name: count for name, count in counts.items() if not has_rule(name)}
    known = total - sum(without.values())
    lines = [
        f"{total:,} calls of {len(counts)} functions and methods in {files} scripts of {repositories} repositories; {known:,} of them ({100 * known / total:.1f} %) have a rule."
    ]
    lines += [
        "",
        "| | calls |",
        "| --- | --- |",
        *[f"| `{name}` | {count} |" for name, count in counts.most_common(60)],
        "",
    ]
    told = ", ".join(f"`{name}` ({count})" for name, count in sorted(without.items(), key=lambda item: -item[1]))
    return HEAD + "\n".join(lines) + f"\nWithout a rule: {told or 'none'}.\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clones", type=pathlib.Path, required=True)
    parser.add_argument("--write", type=pathlib.Path)
    options = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    repositories, files, counts = counted(options.clones)
    counts = Counter(
        {name: count for name, count in counts.items() if not name.startswith("ndarray.") or name[8:] in METHODS}
    )
    text = page(repositories, files, counts)
    if options.write:
        options.write.write_text(text, encoding="utf8")
    else:
        print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
