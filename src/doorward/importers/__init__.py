"""Files → values and problems."""
