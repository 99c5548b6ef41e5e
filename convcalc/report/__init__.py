"""The views of a result: table, text, JSON, Markdown, CSV, annotations. Nothing here analyses."""
