"""Owns the files that make a model: a folder in MLflow's format, verified by digest before anything in it is used.

A package is written by `package.write` and opened by `model.load`; `formats` lists what its models can be.
"""
