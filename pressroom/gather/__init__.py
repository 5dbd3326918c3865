"""Gathering: sources -> items -> the clippings, and items -> stories."""
