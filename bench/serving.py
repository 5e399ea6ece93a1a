"""Owns the measure of the model server: requests a second and server CPU a request, on loopback, in bounded time.

Run as `python bench/serving.py [SECONDS]`. The model is gradient boosting over three text and eight number columns,
compiled to ONNX; the figures to compare with stand in the first lines of the output.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import tempfile
import time
from pathlib import Path

import msgspec
import numpy as np
import polars as pl
import uvloop
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from treadle.packaging.inference import infer
from treadle.packaging.package import Content, write
from treadle.serving.state import Desired, Place

TEXT, NUMBERS = ["carrier", "origin", "dest"], [f"number_{index}" for index in range(8)]
BAR = {"/predict": 25, "/v2/health/live": 12}


def package(folder: Path) -> str:
    random = np.random.default_rng(0)
    columns = {name: random.choice([f"{name}{value}" for value in range(10)], 4000) for name in TEXT}
    frame = pl.DataFrame({**columns, **{name: random.normal(size=4000) for name in NUMBERS}})
    target = pl.Series("late", (frame["number_0"].to_numpy() > 0).astype(int))
    encoder = make_column_transformer(
        (OneHotEncoder(sparse_output=False, handle_unknown="ignore"), TEXT), (StandardScaler(), NUMBERS)
    )
    estimator = make_pipeline(encoder, HistGradientBoostingClassifier(max_iter=100)).fit(frame, target.to_numpy())
    return write(
        folder,
        Content(
            name="bench",
            task="classification",
            estimator=estimator,
            signature=infer(frame, target, "classification"),
            example=frame.head(3),
            test_frame=frame.head(500),
            root=folder.parent,
            package="bench",
        ),
    )


class Client(asyncio.Protocol):
    """One connection that asks again as soon as it is answered."""

    def __init__(self, request: bytes, latencies: list[float]) -> None:
        self.request, self.latencies = request, latencies
        self.buffer, self.start = b"", 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin asking."""
        self.transport = transport
        self.ask()

    def ask(self) -> None:
        """Send the request and start its clock."""
        self.start = time.perf_counter()
        self.transport.write(self.request)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        """Stop the clock once the answer is whole, and ask again."""
        self.buffer += data
        head, found, body = self.buffer.partition(b"\r\n\r\n")
        if not found:
            return
        if len(body) < int(head.partition(b"Content-Length: ")[2].split(b"\r\n", 1)[0]):
            return
        if not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(self.buffer.decode())
        self.buffer = b""
        self.latencies.append(time.perf_counter() - self.start)
        self.ask()


async def hammer(port: int, request: bytes, clients: int, seconds: float) -> list[float]:
    latencies: list[float] = []
    loop = asyncio.get_running_loop()
    made = [await loop.create_connection(lambda: Client(request, latencies), "127.0.0.1", port) for _ in range(clients)]
    await asyncio.sleep(seconds)
    for transport, _ in made:
        transport.abort()
    return latencies


def cpu(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def post(path: str, body: bytes) -> bytes:
    return b"POST %s HTTP/1.1\r\nHost: bench\r\nContent-Length: %d\r\n\r\n%s" % (path.encode(), len(body), body)


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 3.0
    with tempfile.TemporaryDirectory() as scratch, socket.socket() as free:
        folder, place = Path(scratch) / "package", Place(Path(scratch) / "environment")
        digest = package(folder)
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        desired = Desired(
            generation=1, environment="bench", model="bench", package=digest, folder=str(folder), port=port
        )
        place.desire(desired)
        place.supervise()
        try:
            while (seen := place.observed()) is None or seen.generation < 1:
                time.sleep(0.02)
            if seen.error:
                raise SystemExit(seen.error)
            row = msgspec.json.decode((folder / "input_example.json").read_bytes())["inputs"][:1]
            predict = post("/predict", msgspec.json.encode({"inputs": row}))
            live = b"GET /v2/health/live HTTP/1.1\r\nHost: bench\r\n\r\n"
            print(
                "CPU microseconds a request; the bar at 32 clients: " + ", ".join(f"{p} {us}" for p, us in BAR.items())
            )
            for path, request in (("/v2/health/live", live), ("/predict", predict)):
                for clients in (1, 32, 256):
                    before, start = cpu(seen.workers[0]), time.perf_counter()
                    taken = sorted(uvloop.run(hammer(port, request, clients, seconds)))
                    spent, count = cpu(seen.workers[0]) - before, len(taken)
                    rate = count / (time.perf_counter() - start)
                    print(
                        f"{path:16} {clients:4} clients {rate:8.0f} requests/s {spent / count * 1e6:6.1f} us CPU"
                        f"  p50 {taken[count // 2] * 1e3:.2f} ms  p99 {taken[count * 99 // 100] * 1e3:.2f} ms"
                    )
        finally:
            place.desire(msgspec.structs.replace(desired, generation=2, stopped=True))
            while place.supervised():
                time.sleep(0.05)


if __name__ == "__main__":
    main()
