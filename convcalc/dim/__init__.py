"""Symbolic sizes: exact integer expressions that stand in for ints, and what follows from comparing them.

    N = symbol("N", hint=2)
    with Conditions() as conditions: ...     # what the hints decided
    conditions.solve("N")                    # the sizes for which the same comes out

Nothing here is imported before someone asks for symbols: plain sizes are ints.
"""

from __future__ import annotations

from .conditions import Condition as Condition
from .conditions import Conditions as Conditions
from .conditions import ConditionWarning as ConditionWarning
from .conditions import solve as solve
from .expression import Dim as Dim
from .expression import evaluated as evaluated
from .expression import read as read
from .expression import symbol as symbol
from .ratio import Ratio as Ratio
from .sizes import SizeSet as SizeSet
