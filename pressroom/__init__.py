"""Pressroom: write one newsletter in two languages, prove every claim, and send it once."""
