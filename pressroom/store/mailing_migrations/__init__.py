"""The history of the mailing database's tables, run by Alembic when a database is opened."""
