"""The views of a run: rows, table, JSON, Markdown, CSV."""
