"""Prompt tests as records: what was asked, of which app, and what came back."""
