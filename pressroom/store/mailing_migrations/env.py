"""What Alembic runs: the steps, inside the transaction of the caller's connection."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    transactional_ddl=True,  # SQLite's DDL is transactional once BEGIN is ours
)
with context.begin_transaction():
    context.run_migrations()
