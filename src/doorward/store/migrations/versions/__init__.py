"""One module per migration. Once released, a migration never changes."""
