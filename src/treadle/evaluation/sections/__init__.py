"""Owns the sections of a model's report, one file a subject."""
