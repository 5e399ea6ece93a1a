"""Owns how a model version goes live: the release, the target it runs on, the deployment's record.

One contract carries the room: a `Target` (in `targets`) applies a release, tells what runs, and stops it.
"""
