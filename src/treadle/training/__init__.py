"""Owns how a model is made: features, target, folds, the search over a space, the trial, the final fit.

One contract carries the room: a search is a function `candidates(space, trials, seed)` that gives the keywords of
each trial; `train.train` turns rows, the user's two functions and the settings into a `Fitted`.
"""
