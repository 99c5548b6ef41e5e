"""The library. Made by `python -m tools.generate`; do not edit."""

from convcalc import nn as nn
from convcalc.library.analyse import AnalysisCancelled as AnalysisCancelled
from convcalc.report.check_report import CheckReport as CheckReport
from convcalc.check.diagnostic import Diagnostic as Diagnostic
from convcalc.library.file_analysis import FileAnalysis as FileAnalysis
from convcalc.analysis.results import FileReport as FileReport
from convcalc.check.diagnostic import Fix as Fix
from convcalc.analysis.results import ModelReport as ModelReport
from convcalc.tensor import Parameter as Parameter
from convcalc.analysis.results import Row as Row
from convcalc.library.analyse import RunningAnalysis as RunningAnalysis
from convcalc.tensor import ShapeError as ShapeError
from convcalc.tensor import Size as Size
from convcalc.report.summary import Summary as Summary
from convcalc.tensor import Tensor as Tensor
from convcalc.analysis.results import Totals as Totals
from convcalc.tensor import Unknown as Unknown
from convcalc.library.analyse import analyse as analyse
from convcalc.library.check import assert_fits as assert_fits
from convcalc.library.check import check as check
from convcalc.library.analyse import start_analysis as start_analysis
from convcalc.library.summary import summary as summary
from convcalc.formulas import adaptive_window as adaptive_window
from convcalc.formulas import conv_output_size as conv_output_size
from convcalc.formulas import conv_transpose_output_size as conv_transpose_output_size
from convcalc.formulas import interpolate_output_size as interpolate_output_size
from convcalc.formulas import max_unpool_output_size as max_unpool_output_size
from convcalc.formulas import pool_output_size as pool_output_size
from convcalc.formulas import same_padding as same_padding
from convcalc.formulas import unfold_output_size as unfold_output_size

__version__: str
