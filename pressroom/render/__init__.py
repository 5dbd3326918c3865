"""From an edition to bytes: mail as HTML and text, portable web Markdown, and page templates.

Two steps only: what an editor wrote is already portable Markdown when it comes here; from
Markdown each medium is written by a template of `templates/` that a newsroom may replace.
"""
