"""Fixtures and profiles of all tests."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, settings

os.environ["CONVCALC_STRICT"] = (
    "1"  # a fault in what is looked for beside a verdict is seen, by the commands that tests run too
)

ROOT = pathlib.Path(__file__).resolve().parent.parent

# No deadline: the first call of torch takes half a second.
QUIET = [HealthCheck.too_slow]
settings.register_profile("dev", max_examples=50, deadline=None, suppress_health_check=QUIET)
settings.register_profile("ci", max_examples=200, deadline=None, derandomize=True, suppress_health_check=QUIET)
settings.register_profile("deep", max_examples=10_000, deadline=None, suppress_health_check=QUIET)
PROFILE = os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") == "true" else "dev")
settings.load_profile(PROFILE)


def pytest_report_header() -> str:
    return f"hypothesis profile: {PROFILE}"


@pytest.fixture(scope="session")
def root() -> pathlib.Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> pathlib.Path:
    """The folder of reference material that may lie beside the repository."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the folder ../shared is not beside this repository")
    return folder


@pytest.fixture(scope="session")
def locks() -> None:
    """Skips where the kernel, or the container around the tests, does not offer the locks."""
    code = "from convcalc.source.kernel import Locks; l = Locks([]); print(l.lock_files(), l.lock_calls())"
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, env=env)
    if done.stdout.split() != ["True", "True"]:
        pytest.skip(f"no landlock or no seccomp here (they hold: {done.stdout.strip()})")
