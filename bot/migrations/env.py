"""How alembic reaches the store: on the connection that bot.schema hands over. Knows no address."""

from alembic import context

from bot.tables import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
