"""Notebooks that are none, are wrong at each place, or hold whoever reads them."""

from __future__ import annotations

import json

from .repository import BAD, EACH_FORM, GOOD, Repository, code, repositories, repository

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

ODD: tuple[Any, ...] = (None, True, 0, -1, 1e308, "", "x", [], {}, [None], [[]], {"": None}, ["a", 1], "\ud800", 2**70)
CALLS = (("check", ".", "--format", "json"), ("check", "train.ipynb", "--format", "text"), ("summary", "train.ipynb"))


def _raw(data: bytes) -> Callable[[Repository], Any]:
    def build(r: Repository) -> None:
        r.write("train.ipynb", data)

    return build


def _cells(*texts: Any) -> Callable[[Repository], Any]:
    return lambda r: r.notebook([text if isinstance(text, dict) else code(text) for text in texts])


HEAD = b'{"metadata": {}, "torch": 1, "cells": ['
repositories(
    {
        "notebook: broken in the middle": _raw(HEAD + b'{"cell_type": "code", "sou'),
        "notebook: lists 1,000,000 deep": _raw(b"[" * 1_000_000),
        "notebook: objects 1,000,000 deep": _raw(b'{"cells":' * 1_000_000),
        "notebook: 60 MB of lists": _raw(HEAD + b"[]," * 20_000_000 + b"[]]}"),
        "notebook: 60 MB of objects": _raw(HEAD + b"{}," * 20_000_000 + b"{}]}"),
        "notebook: 60 MB of numbers": _raw(HEAD + b"-9," * 20_000_000 + b"1]}"),
        "notebook: 100 MB of a cell": lambda r: r.notebook([code("#" * 100_000_000), code(GOOD)]),
        "notebook: 100 MB of an output": lambda r: r.notebook([code(GOOD, outputs=[{"data": {"image/png": "A" * 100_000_000}}])]),
        "notebook: 20 MB of escapes": _raw(b'{"cells": [{"cell_type": "code", "source": "' + b"\\u0041" * 3_500_000 + b'"}]}'),
        "notebook: a number of a million digits": _raw(b'{"torch": ' + b"9" * 1_000_000 + b', "cells": []}'),
        "notebook: a number that is none": _raw(b'{"torch": NaN, "x": Infinity, "cells": [-Infinity]}'),
        "notebook: 8 MB of small cells": lambda r: r.notebook([code("x = 1")] * 300_000 + [code(GOOD)]),
        "notebook: 20,000 broken cells": lambda r: r.notebook([code("x = (")] * 20_000 + [code(GOOD)]),
        "notebook: 1,000,000 lines of a cell": lambda r: r.notebook([code(["x\n"] * 1_000_000), code(GOOD)]),
        "notebook: empty lines": lambda r: r.notebook([code("\n" * 7_000_000), code("x = ("), code(GOOD)]),
        "notebook: an expression of 2 MB": lambda r: r.notebook([code("[" + "[]," * 600_000 + "]"), code(GOOD)]),
        "notebook: statements of 4 MB": lambda r: r.notebook([code("f()\n" * 1_000_000), code(GOOD)]),
        "notebook: a deep expression": _cells("-" * 1_000_000 + "1", "(" * 1_000_000, GOOD),
        "notebook: blanks before nothing": _cells("?" + " " * 2_000_000 + "x", GOOD),
        "notebook: stars for help": _cells("*" * 100_000 + "-?", "a" * 1_000_000 + "-?", "a.*" * 100_000 + "-?", GOOD),
        "notebook: magics in magics": _cells("%%time\n" * 5000 + "x = 1", "%time " * 100_000, "%%timeit " + "-n 1 " * 100_000, GOOD),
        "notebook: lines that go on": _cells("!" + "\\\n" * 300_000, "%x \\\n" * 100_000, "x = !ls \\\n" * 100_000, GOOD),
        "notebook: brackets that do not end": _cells("(\n" * 200_000 + "?", "'''\n" * 100_001 + "?", GOOD),
        "notebook: programs of a shell": _cells("!touch canary", "%%bash\ntouch canary", "%run evil.py", "%system touch canary", "x = !touch canary", "%load_ext evil", "import torch"),
        "notebook: not UTF-8": _raw(HEAD + b'"\xff\xfe"]}'),
        "notebook: UTF-16": _raw(json.dumps({"cells": [code(GOOD)]}).encode("utf-16")),
        "notebook: marks in front": _raw(b"\xef\xbb\xbf" * 3 + json.dumps({"cells": [code(GOOD)]}).encode()),
        "notebook: zero bytes": _raw(b"\0" * 100_000),
        "notebook: the same key again and again": _raw(b'{"cells": [], ' * 1 + b'"cells": [],' * 100_000 + b'"cells": []}'),
        "notebook: another language of 1 MB": lambda r: r.notebook([code(GOOD)], metadata={"kernelspec": {"language": "x" * 1_000_000}}),
    },
    CALLS,
)  # fmt: skip
repositories(
    {
        "notebook: an error behind halves of characters": _cells("x = '\ud800\udfff'", BAD, "# \ud800"),
        "notebook: an error behind long lines": _cells("x = '" + "a" * 1_000_000 + "'", "y = 1; " * 10 + BAD.replace("\n", "\r\n")),
        "notebook: an error behind 100,000 cells": lambda r: r.notebook([code("")] * 100_000 + [code(BAD)]),
        "notebook: 300 errors": lambda r: r.notebook(
            [code(GOOD[: GOOD.rindex("Net()")])] + [code("try: Net()(torch.zeros(3, 5))\nfinally: pass\n#" + "x" * 2000)] * 300,
            torch="y" * 5_000_000,
        ),
    },
    EACH_FORM,
)  # fmt: skip


@repository("notebook: wrong types at each place")
def wrong_types(r: Repository) -> None:
    for number, content in enumerate(wrong_notebooks()):
        r.write(f"n{number}.ipynb", json.dumps(content))


def wrong_notebooks() -> list[Any]:
    """Notebooks with each odd value at each place."""
    cell = code("import torch\nx = (")
    found: list[Any] = list(ODD)
    for odd in ODD:
        found += [{"cells": odd, "torch": 1}, {"worksheets": odd, "torch": 1}, {"cells": [odd], "torch": 1}]
        found += [{"worksheets": [odd]}, {"worksheets": [{"cells": odd}]}, {"cells": [cell], "metadata": odd}]
        for key in ("cell_type", "source", "metadata", "language", "outputs", "id"):
            found.append({"cells": [{**cell, key: odd}]})
        for key in ("tags", "vscode", "language_info"):
            found.append({"cells": [{**cell, "metadata": {key: odd}}], "metadata": {key: odd, "kernelspec": odd}})
        found.append({"cells": [{**cell, "source": [odd]}]})
    return found
