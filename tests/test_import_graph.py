"""No module of convcalc imports, by way of others, itself: circles within a package are what import-linter's layers do not see.

Imports inside of functions count as well. Some of them are meant: a part that is needed now and then, and that cannot be had without the part that
asks for it. They are listed, each circle with its reason; the list only shrinks.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGE = "convcalc"

# Imports inside of functions that close a circle: who imports what, and why that is meant.
ALLOWED = {
    ("dim.polynomial", "dim.text"): "an expression prints itself",
    ("dim.polynomial", "dim.reduction"): "a quotient is reduced as it is made",
    ("dim.reduction", "dim.decide"): "whether a quotient is exact hangs on what is known of signs",
    ("dim.reduction", "dim.text"): "the text of a quotient",
    ("dim.decide", "dim.reduction"): "a comparison is answered by residues",
    ("dim.expression", "dim.ratio"): "`h / 2` is a ratio, whose parts are expressions",
    ("nn.module", "nn.loading"): "state dicts, which few scripts load",
    ("ops.registry", "ops.writing"): "operations in place, found by the same names",
    ("standin.facade", "standin.custom_operations"): "`torch.library`, of which an operation is a facade's",
    ("standin.facade", "standin.unknown_layer"): "a layer that is not known is made where it is asked for",
    ("standin.numpy_arrays", "standin.numpy_arithmetic"): "methods and operators of arrays",
    ("standin.numpy_arrays", "standin.numpy_indexing"): "methods and operators of arrays",
    ("standin.numpy_types", "standin.numpy_arithmetic"): "scalars calculate as arrays do",
    ("standin.numpy_types", "standin.numpy_arrays"): "scalars calculate as arrays do",
    ("standin.numpy_arrays", "standin.numpy_rules.operands"): "an array is made of sizes, as functions make it",
    ("standin.numpy_rules.registry", "standin.numpy_rules.worlds"): "arrays of unknown types, which few programs have",
    ("standin.data_sets", "standin.composed_sets"): "`a + b` of data sets is a composed one",
    ("standin.composed_sets", "standin.any_index"): "what an item of any index is",
    ("standin.composed_sets", "standin.items"): "what an item of any index is",
    ("standin.composed_sets", "standin.likeness"): "what an item of any index is",
    ("standin.any_index", "standin.items"): "what an item of any index is",
    ("standin.any_index", "standin.likeness"): "what an item of any index is",
    ("standin.items", "standin.likeness"): "what an item of any index is",
    ("standin.items", "standin.any_index"): "what an item of any index is",
    ("standin.items", "standin.drawing"): "what an item of any index is",
    ("standin.batches", "standin.orders"): "an order may be one of batches",
    ("tensor.tensor", "tensor.nesting"): "tensors made of lists",
    ("tensor.tensor", "tensor.sums"): "a sum of unknown length",
    ("tensor.unknown", "tensor.kinds"): "the type of an unknown, which not every one has",
    ("tensor.unknown", "tensor.decoration"): "a decorator that is not known",
    ("tensor.unknown", "tensor.handover"): "what was handed to something unknown",
    ("tensor.unknown", "tensor.absent_bases"): "a class whose base is not here",
    ("tensor.kinds", "tensor.sums"): "a sum of unknown length",
    ("tensor.varying_numbers", "tensor.tensor"): "a number that varies may have to be a tensor's",
    ("trace.graph", "trace.versions"): "versions of what a graph keeps",
}


class Modules:
    """The modules of the package below a folder, by their names without the package's."""

    def __init__(self, root: Path) -> None:
        self.paths: dict[str, Path] = {}
        for path in sorted((root / PACKAGE).rglob("*.py")):
            parts = path.relative_to(root / PACKAGE).with_suffix("").parts
            self.paths[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path

    def imports(self, name: str) -> Iterator[tuple[str, bool]]:
        """The modules that a module imports, each with whether it does so inside of a function."""
        tree = ast.parse(self.paths[name].read_text(encoding="utf8"))
        for node, within in _imports(tree, False):
            for target in self._targets(name, node):
                if target in self.paths and target != name:
                    yield target, within

    def _targets(self, name: str, node: ast.Import | ast.ImportFrom) -> Iterator[str]:
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.startswith(PACKAGE + "."):
                    yield alias.name.removeprefix(PACKAGE + ".")
            return
        module = node.module or ""
        if node.level:
            folder = name.split(".") if self.paths[name].stem == "__init__" else name.split(".")[:-1]
            base = folder[: len(folder) - node.level + 1]
            module = ".".join([*base, *filter(None, [module])])
        elif module == PACKAGE or module.startswith(PACKAGE + "."):
            module = module.removeprefix(PACKAGE).removeprefix(".")
        else:
            return
        for alias in node.names:
            below = f"{module}.{alias.name}".removeprefix(".")
            yield below if below in self.paths else module


def _imports(node: ast.AST, within: bool) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool]]:
    """The imports below a node; those for type checkers are none."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.Import, ast.ImportFrom)):
            yield child, within
        elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            for other in child.orelse:
                yield from _imports(ast.Module([other], []), within)
        else:
            yield from _imports(child, within or isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)))


def graph(root: Path, allowed: dict[tuple[str, str], str]) -> dict[str, set[str]]:
    """Who imports whom, without the imports inside of functions that are allowed."""
    modules = Modules(root)
    return {
        name: {target for target, within in modules.imports(name) if not (within and (name, target) in allowed)}
        for name in modules.paths
    }


def circle(edges: dict[str, set[str]]) -> list[str]:
    """The modules of one circle, in its order; empty where there is none."""
    done: set[str] = set()
    for start in edges:
        path: list[str] = []
        ways = [iter([start])]
        while ways:
            name = next(ways[-1], None)
            if name is None:
                ways.pop()
                if path:
                    done.add(path.pop())
            elif name in path:
                return path[path.index(name) :]
            elif name not in done:
                path.append(name)
                ways.append(iter(sorted(edges[name])))
    return []


def test_nothing_imports_itself_by_way_of_others(root: Path) -> None:
    assert circle(graph(root, ALLOWED)) == []


def test_what_is_allowed_is_there(root: Path) -> None:
    """An import that has gone goes from the list, too."""
    modules = Modules(root)
    found = {(name, target) for name in modules.paths for target, within in modules.imports(name) if within}
    assert {pair for pair in ALLOWED if pair not in found} == set()


def test_a_circle_would_be_seen(tmp_path: Path) -> None:
    """Straight, by way of a third, and inside of a function."""
    package = tmp_path / PACKAGE
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "a.py").write_text("TYPE_CHECKING = False\nif TYPE_CHECKING:\n    from .c import x\n")
    (package / "b.py").write_text("from .a import x\n")
    (package / "c.py").write_text("from convcalc import b\n")
    assert circle(graph(tmp_path, {})) == []
    (package / "a.py").write_text("def f():\n    from .c import x\n")
    assert sorted(circle(graph(tmp_path, {}))) == ["a", "b", "c"]
    assert circle(graph(tmp_path, {("a", "c"): "meant"})) == []
    (package / "a.py").write_text("from . import c\n")
    assert sorted(circle(graph(tmp_path, {("a", "c"): "only inside of functions"}))) == ["a", "b", "c"]
