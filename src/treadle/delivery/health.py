"""Owns asking a server itself what it serves, because only its own answer says whether a release is live."""

from __future__ import annotations

import http.client
from typing import Any
from urllib.parse import urlsplit

import msgspec

ANY = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
"""Where a server that listens on every address is asked."""


def health(address: str, timeout: float = 2.0) -> dict[str, Any] | None:
    """Return what `address`/healthz answers within `timeout` seconds, or None if nothing sensible comes."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    connection = http.client.HTTPConnection(ANY.get(host, host), parts.port or 80, timeout=timeout)
    try:
        connection.request("GET", "/healthz", headers={"Connection": "close"})
        answer = connection.getresponse()
        said = msgspec.json.decode(answer.read(65536), type=dict[str, Any])
        return said if answer.status == 200 else None
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()
