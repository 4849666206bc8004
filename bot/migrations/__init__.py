"""The store's migrations, run by alembic when the bot starts."""
