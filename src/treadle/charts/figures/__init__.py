"""Owns the figures: one file each, on a shared plane with axes."""
