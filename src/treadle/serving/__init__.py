"""Owns the model server: a package folder, a protocol and a prediction log; it knows no catalog, store or workspace.

One supervisor an environment (`supervisor`) holds the listening socket and reconciles what runs with what is desired
(`state`); its workers (`worker`) load a package, decode rows against the signature (`decode`), answer them in batches
(`batching`) over HTTP (`http`, `protocol`), and write every answer down before giving it (`prediction_log`).
"""
