"""Reports: tables made of an estate."""
