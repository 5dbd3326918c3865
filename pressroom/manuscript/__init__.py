"""Section files and what is in them: the Markdown dialect, its front matter, its shorthands."""
