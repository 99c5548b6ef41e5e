"""What other projects take from this repository for their CI: the pre-commit hook, the action and its example workflow."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from test_check_many import BAD, GOOD, NO_MODEL, write

ROOT = Path(__file__).resolve().parent.parent
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
SCHEMAS = {"action.yml": "vendor.github-actions", "examples/ci/workflow.yml": "vendor.github-workflows"}


def environment(**more: str) -> dict[str, str]:
    """As on a fresh machine: what this run imports from elsewhere is not to be seen by what is installed."""
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "FORCE_COLOR")}
    return {**kept, **more}


# the action


def conforms(file: Path, schema: str) -> bool:
    call = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(file)]
    return subprocess.run(call, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("file", SCHEMAS)
def test_action_and_workflow_follow_githubs_schemas(file: str, tmp_path: Path) -> None:
    assert conforms(ROOT / file, SCHEMAS[file])
    wrong = yaml.safe_load((ROOT / file).read_text())
    wrong["not-a-key"] = 1
    (tmp_path / "wrong.yml").write_text(yaml.safe_dump(wrong))
    assert not conforms(tmp_path / "wrong.yml", SCHEMAS[file])


def test_the_workflow_uses_inputs_that_the_action_has() -> None:
    workflow = yaml.safe_load((ROOT / "examples" / "ci" / "workflow.yml").read_text())
    uses = [step for job in workflow["jobs"].values() for step in job["steps"] if "convcalc@" in step["uses"]]
    assert len(uses) == 2
    assert all(step["with"].keys() <= ACTION["inputs"].keys() for step in uses)


def test_inputs_reach_the_shell_as_data_only() -> None:
    """An input put into the script itself would be read as shell code."""
    assert all("${{" not in step.get("run", "") for step in ACTION["runs"]["steps"])


def substituted(text: str, inputs: dict[str, str]) -> str:
    """`${{ inputs.x }}` and `${{ inputs.x || github.action_path }}` as GitHub puts them in."""
    name, _, other = text.removeprefix("${{ inputs.").removesuffix(" }}").partition(" || ")
    return inputs[name] or (str(ROOT) if other == "github.action_path" else "")


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Runs the action's script in a folder, with inputs; the environment that it makes is installed once."""
    temporary = tmp_path_factory.mktemp("runner")
    (script,) = [step for step in ACTION["runs"]["steps"] if "run" in step]
    path = tmp_path_factory.mktemp("bin")
    (path / "python").symlink_to(sys.executable)

    def run(folder: Path, env: dict[str, str] | None = None, **given: str) -> tuple[int, str, str, str]:
        inputs = {name: value.get("default", "") for name, value in ACTION["inputs"].items()} | given
        own = {name: substituted(value, inputs) for name, value in script["env"].items()}
        outputs = folder / "outputs"
        more = {"RUNNER_TEMP": str(temporary), "GITHUB_OUTPUT": str(outputs), "PATH": f"{path}:{os.environ['PATH']}"}
        text = script["run"]
        if (temporary / "convcalc").exists():  # as it was installed by the first run
            text = "\n".join(line for line in text.splitlines() if " -m venv " not in line and " -m pip " not in line)
        call = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", text]
        done = subprocess.run(
            call, cwd=folder, env=environment(**own, **more, **(env or {})), capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout, done.stderr, outputs.read_text()

    return run


def test_the_actions_script_runs(runner: Any, tmp_path: Path) -> None:
    write(tmp_path, good=GOOD, bad=BAD, plain=NO_MODEL)
    code, out, err, outputs = runner(tmp_path)
    assert (code, outputs) == (1, "exit-code=1\n"), err
    assert out.startswith("::error file=bad.py,line=8,")
    (tmp_path / "outputs").unlink()
    code, out, err, outputs = runner(tmp_path, targets="good.py 'good.py::Net( )' $(touch no)", arguments="--isolated")
    assert (code, outputs) == (2, "exit-code=2\n")
    assert "$(touch: no such file" in err
    assert not (tmp_path / "no").exists()
    (tmp_path / "outputs").unlink()
    code, out, err, outputs = runner(tmp_path, targets="good.py", format="sarif", output="x y.sarif")
    assert (code, out, outputs) == (0, "", "exit-code=0\n"), err
    assert (tmp_path / "x y.sarif").read_text().startswith("{")


# pre-commit


def test_the_hook_is_as_pre_commit_wants_it() -> None:
    call = [sys.executable, "-m", "pre_commit", "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")]
    assert subprocess.run(call, check=False).returncode == 0


def git(folder: Path, *arguments: str) -> str:
    call = ["git", "-c", "user.name=t", "-c", "user.email=t@t", "-c", "commit.gpgsign=false", *arguments]
    return subprocess.run(call, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


def test_the_hook_runs_in_pre_commit(tmp_path: Path) -> None:
    """A real pre-commit installs this package from a repository of it, and stops a commit."""
    source, project = tmp_path / "convcalc", tmp_path / "project"
    shutil.copytree(ROOT / "convcalc", source / "convcalc", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"):
        shutil.copy(ROOT / name, source)
    shutil.copytree(ROOT / "docs", source / "docs")
    shutil.copytree(ROOT / "stubs", source / "stubs")
    git(source, "init", "-q")
    git(source, "add", "-A")
    git(source, "commit", "-qm", "all")
    write(project, good=GOOD, bad=BAD, plain=NO_MODEL)
    git(project, "init", "-q")
    revision = git(source, "rev-parse", "HEAD")
    config = {"repos": [{"repo": str(source), "rev": revision, "hooks": [{"id": "convcalc"}]}]}
    (project / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    git(project, "add", "-A")
    call = [sys.executable, "-m", "pre_commit", "run", "--color", "never"]
    own = {"PRE_COMMIT_HOME": str(tmp_path / "home"), "PYTHONPATH": os.environ.get("PYTHONPATH", "")}
    stopped = subprocess.run(call, cwd=project, capture_output=True, text=True, env=environment(**own), check=False)
    assert stopped.returncode == 1, stopped.stdout + stopped.stderr
    assert "bad.py:8:16: error[linear-in-features]" in stopped.stdout
    assert "Failed\n- hook id: convcalc\n- exit code: 1\n" in stopped.stdout
    (project / "bad.py").write_text(GOOD)
    git(project, "add", "-A")
    passed = subprocess.run(call, cwd=project, capture_output=True, text=True, env=environment(**own), check=False)
    assert passed.returncode == 0, passed.stdout
    assert "Passed" in passed.stdout
