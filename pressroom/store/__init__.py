"""What is kept: clippings, the mailing database, and files written whole or not at all."""
