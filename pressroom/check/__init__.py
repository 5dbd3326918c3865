"""The checks: one rule a file, run over the whole issue, and the mending of what is mechanical."""
