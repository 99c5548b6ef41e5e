"""convcalc: the shapes and sizes of a PyTorch model before it runs, without PyTorch.

    import convcalc
    from convcalc import nn

    net = nn.Sequential(nn.Conv2d(1, 10, 5), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(1440, 10))
    net(convcalc.Tensor(64, 1, 28, 28)).shape
    convcalc.summary(net, (64, 1, 28, 28))
    convcalc.check("model.py")
    convcalc.analyse(source=text, path="model.py")
    convcalc.conv_output_size(28, kernel_size=5, padding=2)

Each name is imported when it is first asked for.
"""

# `python -m convcalc` runs this file while modules of the current folder would still be found: it imports nothing but `sys`.
import sys

__version__ = "0.2.0"

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

    from . import nn as nn
    from .analysis.results import FileReport as FileReport
    from .analysis.results import ModelReport as ModelReport
    from .analysis.results import Row as Row
    from .analysis.results import Totals as Totals
    from .check.diagnostic import Diagnostic as Diagnostic
    from .check.diagnostic import Fix as Fix
    from .formulas import adaptive_window as adaptive_window
    from .formulas import conv_output_size as conv_output_size
    from .formulas import conv_transpose_output_size as conv_transpose_output_size
    from .formulas import interpolate_output_size as interpolate_output_size
    from .formulas import max_unpool_output_size as max_unpool_output_size
    from .formulas import pool_output_size as pool_output_size
    from .formulas import same_padding as same_padding
    from .formulas import unfold_output_size as unfold_output_size
    from .library.analyse import AnalysisCancelled as AnalysisCancelled
    from .library.analyse import RunningAnalysis as RunningAnalysis
    from .library.analyse import analyse as analyse
    from .library.analyse import start_analysis as start_analysis
    from .library.check import assert_fits as assert_fits
    from .library.check import check as check
    from .library.file_analysis import FileAnalysis as FileAnalysis
    from .library.summary import summary as summary
    from .report.check_report import CheckReport as CheckReport
    from .report.summary import Summary as Summary
    from .tensor import Parameter as Parameter
    from .tensor import ShapeError as ShapeError
    from .tensor import Size as Size
    from .tensor import Tensor as Tensor
    from .tensor import Unknown as Unknown
else:
    ModuleType = type(sys)

_HOMES = {
    "Parameter": "tensor", "ShapeError": "tensor", "Size": "tensor", "Tensor": "tensor", "Unknown": "tensor",
    "CheckReport": "report.check_report", "Summary": "report.summary", "assert_fits": "library.check",
    "check": "library.check", "summary": "library.summary", "AnalysisCancelled": "library.analyse",
    "RunningAnalysis": "library.analyse", "analyse": "library.analyse", "start_analysis": "library.analyse",
    "FileAnalysis": "library.file_analysis", "FileReport": "analysis.results", "ModelReport": "analysis.results",
    "Row": "analysis.results", "Totals": "analysis.results", "Diagnostic": "check.diagnostic", "Fix": "check.diagnostic",
}  # fmt: skip
_NEEDING_OPERATIONS = ("tensor", "library.check", "library.summary")
_FORMULAS = (
    "adaptive_window", "conv_output_size", "conv_transpose_output_size", "interpolate_output_size",
    "max_unpool_output_size", "pool_output_size", "same_padding", "unfold_output_size",
)  # fmt: skip


def __getattr__(name: str) -> "Any":
    if name.startswith("__"):
        raise AttributeError(name)
    from importlib import import_module

    home = _HOMES.get(name)
    if home is not None:
        if home in _NEEDING_OPERATIONS:
            import_module("convcalc.ops")  # gives tensors their operations
        found = getattr(import_module(f"convcalc.{home}"), name)
    elif name == "nn":
        found = import_module("convcalc.nn")
    else:
        found = getattr(import_module("convcalc.formulas"), name, None) if name in _FORMULAS else None
        if found is None:
            raise AttributeError(f"module 'convcalc' has no attribute {name!r}")
    globals()[name] = found
    return found


class _Package(ModuleType):
    """This package, in which `check` stays the function when the package of the same name, the diagnoses, is imported."""

    def __setattr__(self, name: str, value: object) -> None:
        if name != "check":
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __dir__() -> list[str]:
    return sorted([*_HOMES, *_FORMULAS, "nn", "__version__"])
