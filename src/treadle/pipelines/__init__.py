"""Owns the product's three pipelines, Build, Deploy and Monitor: short lists of steps, no logic of their own."""
