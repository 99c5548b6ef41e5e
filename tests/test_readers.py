"""Our own linter's rule: an attribute is read or set by a name that is not written out in one file only, `tensor/attributes.py`, which checks it.

Everywhere else the name must be a text in the source, or the call is listed here with the reason why no loaded file can have chosen the name.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "convcalc"
BY_NAME = ("getattr", "hasattr", "setattr", "delattr")
OTHERS = ("attrgetter", "methodcaller", "getattr_static", "cached_property", "__getattribute__")
# never in the process that runs a file, or before it
ELSEWHERE = (
    "verify/",
    "cli/",
    "__init__.py",
    "pytest_plugin.py",
)

# File and call, and why no file chose the name. A name that a loop over our own words gives, at the top of a module, needs no line.
OURS = {
    "tensor/attributes.py": "the one place",
    "check/": "fields of a syntax tree, and names of layers' settings from tables of ours; what is found is compared, never given to a file",
    "analysis/": "facts of a diagnostic, written out",
    "report/": "fields of results, written out",
    "library/": "two classes of the user's own packages, in the user's own process",
    "dim/expression.py": "the name of the operator that calls it, from a closure of ours",
    "dim/ratio.py": "the name of the operator that calls it, from a closure of ours",
    "tensor/varying_numbers.py": "the name of an operator, from a closure of ours",
    "tensor/dtypes.py": "properties of ours",
    "source/confined.py": "signals by their names, from a list of ours: not every system has them",
    "source/work.py": "signals by their names, from a list of ours: not every system has them",
    "tensor/kinds.py": "asks a number's class, int or float, whether it has a method",
    "tensor/tensor.py": "puts what was found into the class",
    "tensor/unknown.py": "operators, at the top of the module",
    "tensor/absent_bases.py": "`__getattribute__`, which no file can name: the names come from the interpreter, and were looked at where they are written",
    "tensor/decoration.py": "names of fields that a class declares, and four that are written out",
    "ops/operators.py": "the name of an operator, from a closure of ours",
    "ops/torch_functions.py": "with the user's own torch, in the user's own process",
    "nn/__init__.py": "a family of ours by a table of ours",
    "nn/utils/__init__.py": "a family of ours by a table of ours",
    "nn/container.py": "numbers as texts",
    "nn/parameter_container.py": "numbers as texts",
    "nn/recurrent.py": "makes parameters by names put together from ours",
    "nn/utils/parametrize.py": "`original0`, ...",
    "nn/utils/rnn.py": "names written out in a loop",
    "standin/facade.py": "tables of ours; what is no table's name is refused there",
    "standin/autograd.py": "four names written out",
    "standin/compilation.py": "three names written out",
    "standin/live/": "with the user's own torch, in the user's own process",
    "standin/patches.py": "two names written out",
    "standin/lightning.py": "names of steps and loaders written out",
    "standin/vision_datasets.py": "one of three names written out",
    "standin/probability/": "names of parameters and of what is computed of them, from tables of ours",
    "standin/tables/": "operators and methods of pandas' classes, from tables of ours, at the top of modules",
    "standin/numpy": "names of functions of numpy's, from tables of ours",
    "source/builtin.py": "names written out, and methods of setting",
    "source/state.py": "slots of ours, and cells of tables that are put back",
    "source/splits.py": "slots of tensors, and fields of a syntax tree",
    "source/library.py": "what `getattr` is to the module `enum`, which reads names of its own; a copy that is made by it is made by the guarded one",
    "source/chance.py": "methods of random.Random from a table of ours",
    "source/generated.py": "builtins of ours",
    "source/calling.py": "names written out in a loop",
    "source/readers.py": "names that modules of Python export",
    "source/stdlib.py": "names written out",
    "source/program.py": "questions of ours, and fields of a syntax tree",
    "source/instrument.py": "fields of a syntax tree",
    "source/skipped_statements.py": "fields of a syntax tree",
    "source/loop_names.py": "fields of a syntax tree",
    "source/conditions.py": "fields of a syntax tree",
    "source/failures.py": "whether a module of Python's has a name that a message tells; nothing of it is given to a file",
    "source/scene.py": "names that stand in the file and were checked there; what is found is looked at, never given to a file",
    "source/syntax.py": "fields of a syntax tree",
}  # fmt: skip
# What a name may be called that one of the lines above lets pass: whoever writes another asks whether a file can choose it.
PASSING = {
    "dim/expression.py": {"method"}, "dim/ratio.py": {"method"}, "tensor/varying_numbers.py": {"name", "f'__{_name}__'", "f'__r{_name}__'", "f'__{_method}__'", "f'__r{_method}__'"},
}  # fmt: skip


def calls(text: str) -> list[tuple[int, str, str]]:
    """The reads and writes by a name that is not written out: line, function, the name as written."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in BY_NAME:
            name = node.args[1] if len(node.args) > 1 else None
            if not isinstance(name, ast.Constant):
                found.append((node.lineno, node.func.id, ast.unparse(name) if name is not None else "*"))
        elif isinstance(node, ast.Attribute) and node.attr in OTHERS and node.attr != "__getattribute__":
            found.append((node.lineno, node.attr, "*"))
    return found


FILES = sorted(str(path.relative_to(PACKAGE)) for path in PACKAGE.rglob("*.py"))
LISTED = {
    "check/diagnosis.py": set(), "check/cascade.py": {"name"}, "check/assumed_output.py": {"usual"}, "check/syntax.py": {"field"},
    "check/fixes/layers.py": {"other", "name"}, "check/fixes/divisors.py": {"field"}, "check/fixes/safety.py": {"field", "f", "facts_of(type(module)).gives or ''", "str(key)"},
    "check/fixes/widths.py": {"stated.gives or ''"},
    "standin/tables/frame.py": {"_name", "f'__{name}__'", "f'__r{name}__'", "word"}, "standin/tables/grouping.py": {"_name"}, "standin/tables/modelled.py": {"word"},
    "standin/tables/series.py": {"_name", "f'__{_name}__'", "f'__r{_name}__'", "_word", "f'r{_name}'"},
    "check/fixes/spelled.py": {"name", "stated.gives or ''"}, "check/fixes/trees.py": {"field"}, "check/fixes/words.py": {"name"},
    "standin/probability/family.py": {"parameter"},
    "standin/probability/transformed_families.py": {"_word.rstrip('-').partition('=')[0].partition(':')[0]", "name", "parameter", "of"},
    "check/fixes/case.py": {"name"}, "check/diagnostic.py": {"name"},
    "analysis/model_draft.py": {"name"}, "report/summary_forms/csv.py": {"column"}, "report/place.py": {"name"}, "library/inputs.py": {"kind"},
    "tensor/attributes.py": {"name"}, "tensor/dtypes.py": {"fact"}, "tensor/kinds.py": {"name"}, "tensor/tensor.py": {"name", "_name"},
    "tensor/unknown.py": {"OPERATORS[-1]"}, "tensor/decoration.py": {"name"}, "tensor/absent_bases.py": {"name"}, "ops/operators.py": {"f'__r{stem}__'"},
    "nn/__init__.py": {"name"}, "nn/utils/__init__.py": {"name"}, "nn/container.py": {"str(position(idx, len(self)))", "str(i)"}, "nn/parameter_container.py": {"str(position(idx, len(self)))"}, "nn/recurrent.py": {"name"},
    "nn/utils/rnn.py": {"name", "_name"}, "nn/utils/parametrize.py": set(),
    "standin/facade.py": {"name"}, "standin/autograd.py": {"name"}, "standin/compilation.py": {"name"}, "standin/live/__init__.py": {"name", "key"}, "standin/live/state.py": {"name"}, "standin/live/tensors.py": {"value.name", "name"}, "ops/torch_functions.py": {"method"},
    "standin/patches.py": {"name"}, "standin/lightning.py": {"maker", "name"}, "standin/vision_datasets.py": {"selector"},
    "standin/numpy_rules/operands.py": {"name"}, "standin/numpy_rules/reductions.py": {"name"}, "standin/numpy_rules/ufuncs.py": {"name", "f'a{name}'"},
    "standin/numpy_rules/kinds.py": {"name"}, "standin/numpy_arrays.py": {"name", "f'__{_name}__'", "f'__r{_name}__'", "f'__i{_name}__'"},
    "standin/numpy_random.py": {"_name", "name"},
    "standin/numpy_types.py": {"f'__{_name}__'", "f'__r{_name}__'"},
    "source/builtin.py": {"name"}, "source/state.py": {"key", "name"}, "source/splits.py": {"key", "field"}, "source/chance.py": {"name"},
    "source/generated.py": {"name"}, "source/calling.py": {"name"}, "source/readers.py": {"name"}, "source/stdlib.py": {"n", "name", "f'{name}_names'"},
    "source/program.py": {"question", "field"}, "source/instrument.py": {"key", "field", "KEPT", "SHOWN_ONLY"}, "source/skipped_statements.py": {"field"}, "source/loop_names.py": {"field"},
    "source/conditions.py": {"field"}, "source/scene.py": {"name"}, "source/syntax.py": {"field"},
    "source/failures.py": {"name"}, "source/library.py": {"name"},
    "source/confined.py": {"name"}, "source/work.py": {"name"},
    **PASSING,
}  # fmt: skip


@pytest.mark.parametrize("file", [file for file in FILES if not file.startswith(ELSEWHERE)])
def test_names_that_a_file_chose_are_read_in_one_place(file: str) -> None:
    found = [call for call in calls((PACKAGE / file).read_text()) if call[2] not in LISTED.get(file, ())]
    assert not found, f"{file}: read, has, write or remove of convcalc.tensor.attributes: {found}"


def test_every_line_of_the_list_is_needed_and_has_a_reason() -> None:
    for file, names in LISTED.items():
        seen = {name for _, _, name in calls((PACKAGE / file).read_text())}
        assert names <= seen, (file, names - seen)
        assert any(file.startswith(lead) for lead in OURS), file


def test_a_fault_is_noticed() -> None:
    assert calls("def f(module, name):\n    return getattr(module, name)\n") == [(2, "getattr", "name")]
    assert calls("import functools\nfunctools.cached_property\nhasattr(*x)") != []
    assert calls("getattr(module, 'weight')") == []
