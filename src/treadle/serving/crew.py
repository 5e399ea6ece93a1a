"""Owns the workers of one release as their supervisor sees them: started, ready, answering, draining, gone."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time

import msgspec

from treadle.serving.metrics import RESTARTS, SLOTS, Metrics
from treadle.serving.state import Desired, Place

READY = b"ready\n"
FAILED = b"failed "
DRAINING = b"draining\n"
GO = b"go\n"
DRAIN = b"drain "
GRACE = 5.0
"""Seconds an idle connection of a replaced release is kept, so that its next answer can say `Connection: close`."""
DRAIN_LIMIT = 30.0
"""Seconds a draining worker has to answer what it was asked."""
BACKOFF = (0.1, 5.0)
"""Seconds before a dead worker is started again: the first time, and at most."""
HEALTHY = 10.0
"""Seconds a worker must have lived for its death to count as the first."""


class Assignment(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker is told: what to serve, in which place (its folder), where to count, and its two descriptors."""

    desired: Desired
    folder: str
    slot: int
    listener: int
    line: int


class Hand:
    """One worker process and the line to it.

    The worker says `ready` or `failed` and why, is told `go`, later `drain`, and says `draining` when it takes no more
    connections. The end of the line tells it that its supervisor died.
    """

    def __init__(self, desired: Desired, place: Place, listener: socket.socket, slot: int) -> None:
        self.slot = slot
        self.started = time.monotonic()
        self.said = b""
        self.line, theirs = socket.socketpair()
        self.line.setblocking(False)
        inherited = (listener.fileno(), theirs.fileno())
        given = Assignment(
            desired=desired, folder=str(place.folder), slot=slot, listener=inherited[0], line=inherited[1]
        )
        threads = str(max(1, (os.cpu_count() or 1) // desired.workers))
        try:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-P",
                    "-m",
                    "treadle.serving.worker",
                    msgspec.json.encode(given, enc_hook=str).decode(),
                ],
                pass_fds=inherited,
                stdin=subprocess.DEVNULL,
                cwd=place.folder,
                env={"OMP_NUM_THREADS": threads, "POLARS_MAX_THREADS": threads, **os.environ},
            )
        finally:
            theirs.close()

    def listen(self) -> None:
        """Take in what the worker said since; a broken line says nothing."""
        try:
            while said := self.line.recv(65536):
                self.said += said
        except OSError:
            return

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self.process.poll() is None

    @property
    def ready(self) -> bool:
        """Whether it answered its own first request."""
        return self.said.startswith(READY)

    @property
    def quiet(self) -> bool:
        """Whether it takes no more connections."""
        return not self.alive or self.said.endswith(DRAINING)

    @property
    def fault(self) -> str:
        """Why it will not become ready, or nothing."""
        if self.said.startswith(FAILED) and self.said.endswith(b"\n"):
            return str(msgspec.json.decode(self.said.removeprefix(FAILED)))
        if not self.alive and not self.ready:
            return f"the worker ended with {_ending(self.process.returncode)} before it was ready"
        return ""

    def tell(self, words: bytes) -> None:
        """Say something to the worker; the dead do not hear."""
        try:
            self.line.sendall(words)
        except OSError:
            return

    def bury(self, metrics: Metrics) -> None:
        """End the process if it still runs, and keep what it counted."""
        if self.alive:
            self.process.kill()
        self.process.wait()
        self.line.close()
        metrics.fold(self.slot)


class Crew:
    """The workers of one release, all on one listening socket."""

    def __init__(
        self, desired: Desired, place: Place, listener: socket.socket, metrics: Metrics, taken: set[int]
    ) -> None:
        self.desired = desired
        self.listener = listener
        self.hands: list[Hand] = []
        self.fault = ""
        self._place = place
        self._metrics = metrics
        self._taken = taken
        self._deaths = 0
        self._again = 0.0
        self._until = time.monotonic() + desired.patience
        self._fill()

    @property
    def ready(self) -> bool:
        """Whether every worker answered its own first request."""
        return len(self.hands) == self.desired.workers and all(hand.ready for hand in self.hands)

    @property
    def quiet(self) -> bool:
        """Whether no worker takes connections any more."""
        return all(hand.quiet for hand in self.hands)

    @property
    def workers(self) -> tuple[int, ...]:
        """The processes that live and are ready."""
        return tuple(hand.process.pid for hand in self.hands if hand.alive and hand.ready)

    def come(self) -> bool:
        """Listen to the workers on their way; True once all are ready, `fault` says why they never will be."""
        for hand in self.hands:
            hand.listen()
            self.fault = self.fault or hand.fault
        if not self.fault and not self.ready and time.monotonic() > self._until:
            self.fault = f"the release was not ready within {self.desired.patience:g} s"
        return self.ready and not self.fault

    def go(self) -> None:
        """Let the workers take connections."""
        for hand in self.hands:
            hand.tell(GO)

    def mend(self) -> None:
        """Start a worker for each that died or was not ready in time, later and later if they keep dying."""
        moment = time.monotonic()
        for hand in list(self.hands):
            was_ready = hand.ready
            hand.listen()
            if hand.ready and not was_ready:
                hand.tell(GO)
            if hand.alive and (hand.ready or moment - hand.started < self.desired.patience):
                continue
            self.fault = hand.fault or f"a worker ended with {_ending(hand.process.poll())}"
            self._deaths = 0 if moment - hand.started > HEALTHY else self._deaths + 1
            self._again = moment + min(BACKOFF[0] * 2**self._deaths, BACKOFF[1])
            self._bury(hand)
            self._metrics.add(RESTARTS)
        if len(self.hands) < self.desired.workers and moment >= self._again:
            self._fill()
        elif self.ready:
            self.fault = ""

    def drain(self, grace: float) -> None:
        """Let the workers answer what they have, keep idle connections for `grace` s, then end; may be repeated."""
        self._until = time.monotonic() + grace + DRAIN_LIMIT
        for hand in self.hands:
            hand.tell(DRAIN + b"%.3f\n" % grace)

    def leave(self) -> bool:
        """Listen to the workers on their way out; True once all are gone."""
        for hand in list(self.hands):
            hand.listen()
            if not hand.alive or time.monotonic() > self._until:
                self._bury(hand)
        return not self.hands

    def dismiss(self) -> None:
        """End every worker at once."""
        for hand in list(self.hands):
            self._bury(hand)

    def _fill(self) -> None:
        while len(self.hands) < self.desired.workers:
            slot = next(each for each in range(1, SLOTS) if each not in self._taken)
            self.hands.append(Hand(self.desired, self._place, self.listener, slot))
            self._taken.add(slot)

    def _bury(self, hand: Hand) -> None:
        hand.bury(self._metrics)
        self._taken.discard(hand.slot)
        self.hands.remove(hand)


def _ending(code: int | None) -> str:
    return f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"
