"""Owns fitted estimators in the store: skops, where only types of known libraries and of the project's source load."""

from __future__ import annotations

from typing import Any

import skops.io

from treadle.engine.codecs import Codec
from treadle.engine.fingerprint.origin import module_is_source
from treadle.packaging.formats import sklearn


def _encode(estimator: Any, _: Any) -> bytes:
    return sklearn.save(estimator)


def _decode(data: bytes, _: Any) -> Any:
    return sklearn.load(data, [name for name in skops.io.get_untrusted_types(data=data) if module_is_source(name)])


SKOPS = Codec(_encode, _decode)
