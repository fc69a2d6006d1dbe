"""The tasks API of the project."""
