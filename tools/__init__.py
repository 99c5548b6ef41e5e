"""Tools of those who maintain convcalc: generators of its tables, and mutation testing. None of them is in the wheel."""
