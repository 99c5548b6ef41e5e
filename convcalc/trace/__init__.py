"""The record of a run."""

from __future__ import annotations

from .recorder import Branch as Branch
from .recorder import BudgetExceeded as BudgetExceeded
from .recorder import Built as Built
from .recorder import Call as Call
from .recorder import NeverEnds as NeverEnds
from .recorder import Note as Note
from .recorder import Recorder as Recorder
from .recorder import TensorMeta as TensorMeta
from .recorder import metas as metas
from .recorder import tensors as tensors
