"""The forms of a summary, one file each (`report.forms`)."""
