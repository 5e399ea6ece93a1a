"""Owns the watch over a model in use: labels, windows, drift, performance, alerts, and the wish for a new model.

One contract carries the room: a detector turns two summaries of a column into figures, `rule` judges the figures of
windows, and everything after (table, chart, alert, run request) shows those same figures with those same limits.
"""
