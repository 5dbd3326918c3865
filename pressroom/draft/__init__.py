"""First words for an editor to change: lifted from the sources, or drafted by a model."""
