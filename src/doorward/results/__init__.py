"""What questions return and renderers draw, as values."""
