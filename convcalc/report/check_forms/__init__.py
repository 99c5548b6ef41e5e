"""The forms of the report of a check, one file each (`report.forms`)."""
