"""Violations made by hand, told by every reporter."""
