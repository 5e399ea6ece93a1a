"""Owns rows: where they come from, what they must hold, how they are cut, and the versions they are kept in.

One contract carries the room: a `Source` (in `sources`) yields named batches and fingerprints them by content.
`ingest` turns a source into a `DatasetVersion`; `versions.read` gives back train and validation;
`sealed.read_test` is the only door to the test split, and writes down who went through it.
"""
