"""Owns what a model is worth: metrics, intervals, slices, importance, gates, and the report.

One contract carries the room: `evaluate` measures a model (a `Predict` function) on rows it has never seen and gives
an `Evaluation`; `report.render` writes it down.
"""
