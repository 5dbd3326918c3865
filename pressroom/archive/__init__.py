"""The archive: a static site that needs no server, no script and nothing from elsewhere."""
