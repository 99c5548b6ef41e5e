"""Mutation testing: small faults are planted in convcalc one at a time, and the tests nearest to each must notice.

    python -m tools.mutation trace                 # which test runs which block of the code (half an hour, once a night)
    python -m tools.mutation run --count 240       # plants the faults, and lists those that no test noticed
    python -m tools.mutation again --seconds 120   # more tests on those that survived
    python -m tools.mutation show                  # what survived, as differences

`kinds` finds the places where a fault of some kind can be planted, `trace` records which tests come past each of them,
`workspace` holds the copy of the tree in which it all happens, `trial` runs the tests of one mutant.
"""
