"""Owns the MLmodel file, by which MLflow opens a package as one of its own models."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from blake3 import blake3

from treadle.packaging.environment import PYTHON
from treadle.packaging.signature import Signature

VERSION = 1
"""Of the treadle flavor."""


def mlmodel(signature: Signature, files: Mapping[str, bytes]) -> bytes:
    """Return the MLmodel of a package holding `files` (by path); its model_uuid follows from them, so it is no chance.

    MLflow finds `treadle.packaging.mlflow_loader` in it, the environment to make, and the signature it checks.
    """
    contents = blake3()
    for name in sorted(files):
        contents.update(f"{name}\0{blake3(files[name]).hexdigest()}\n".encode())
    sides = {side: text.replace("'", "''") for side, text in signature.to_mlflow().items()}
    return f"""\
flavors:
  python_function:
    env:
      virtualenv: python_env.yaml
    loader_module: treadle.packaging.mlflow_loader
    python_version: {PYTHON}
  treadle:
    version: {VERSION}
    about: treadle.json
model_uuid: {UUID(bytes=contents.digest(16)).hex}
signature:
  inputs: '{sides["inputs"]}'
  outputs: '{sides["outputs"]}'
""".encode()
