"""Issues as the newsroom works on them: lineup, drafting, proofs, press."""
