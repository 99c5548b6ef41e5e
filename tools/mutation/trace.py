"""Which test runs which block of convcalc, in its own process and in those that it starts: the map by which the tests nearest to a fault are found.

As a plugin of pytest (`-p tools.mutation.trace`) it writes a line for every test that passed: its name, its seconds, and its blocks.
"""

from __future__ import annotations

import builtins
import json
import os
import time
from typing import TYPE_CHECKING, Any

from tools.mutation.marks import SIZE

if TYPE_CHECKING:
    from collections.abc import Generator

    import pytest


class Tracer:
    """Clear the table before each test and write down afterwards what is in it."""

    def __init__(self, path: str) -> None:
        self.stream = open(path, "a", encoding="utf8")  # noqa: SIM115 - open as long as the session
        self.passed: dict[str, bool] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.passed[report.nodeid] = self.passed.get(report.nodeid, True) and report.passed

    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        table = builtins.__mark__  # type: ignore[attr-defined]
        table[:] = bytes(SIZE)
        start = time.perf_counter()
        result = yield
        seconds = time.perf_counter() - start
        content = bytes(table)
        hit = [place for place in range(SIZE) if content[place]] if any(content) else []
        if self.passed.pop(item.nodeid, False):
            self.stream.write(json.dumps([item.nodeid, round(seconds, 3), hit]) + "\n")
            self.stream.flush()
        return result


def pytest_configure(config: pytest.Config) -> None:
    import pytest

    protocol = Tracer.pytest_runtest_protocol
    Tracer.pytest_runtest_protocol = pytest.hookimpl(wrapper=True)(protocol)  # type: ignore[method-assign]
    config.pluginmanager.register(Tracer(os.environ["CONVCALC_TRACE"]))
