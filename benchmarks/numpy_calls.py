"""Which of numpy's functions and methods public training scripts call, and how many of these calls the stand-in has a rule for.

    python benchmarks/numpy_calls.py --clones FOLDER                    # the share, and what has no rule, most called first
    python benchmarks/numpy_calls.py --clones FOLDER --write docs/numpy.md

FOLDER holds git repositories as `benchmarks/repositories.py` takes them. A training script is a file of Python that imports torch and numpy and
calls `backward`, makes an optimizer or loads data. Counted is every call that is written down: functions by the name that the file has
imported, methods where it can be told from the lines before that it is an array (it came of numpy's function, of an array's method, of `.numpy()`).
"""

from __future__ import annotations

import ast
import pathlib
import subprocess
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
