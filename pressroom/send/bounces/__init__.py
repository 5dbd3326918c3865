"""Bounces, complaints and auto-replies: one mail in, one verdict out (`read_bounce`)."""
