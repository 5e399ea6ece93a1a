"""Owns the one process that keeps an environment's server as desired: it holds the listening socket and the workers.

Twenty times a second it compares what is desired with what runs. A new release takes connections only when all its
workers have answered a request; then the old one drains. Run as `python -m treadle.serving.supervisor FOLDER`.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import sys
import time
from pathlib import Path
from types import FrameType

from msgspec.structs import replace

from treadle.errors import DeployError
from treadle.serving.crew import GRACE, Crew
from treadle.serving.listener import PortInUse, listen
from treadle.serving.metrics import Metrics
from treadle.serving.state import Desired, Observed, Place

TICK = 0.05
LEFT = 40.0
"""Seconds the workers of a killed supervisor have to give the port back."""


class Supervisor:
    """What runs in one place: the live release, one on its way, those on their way out."""

    def __init__(self, place: Place) -> None:
        place.metrics.unlink(missing_ok=True)
        self.place = place
        self.metrics = Metrics(place.metrics, slot=0)
        self.desired: Desired | None = None
        self.live: Crew | None = None
        self.coming: Crew | None = None
        self.leaving: list[Crew] = []
        self.told_to_stop = False
        self._taken: set[int] = set()
        self._settled = Observed()
        self._written: Observed | None = None

    def run(self) -> None:
        """Reconcile until nothing runs and nothing is to run."""
        while self.tick():
            crews = [crew for crew in (self.live, self.coming, *self.leaving) if crew]
            lines = [hand.line for crew in crews for hand in crew.hands if hand.alive]
            select.select(lines, [], [], TICK)

    def tick(self) -> bool:
        """Make one step from what runs to what is desired; False when all is over."""
        desired = self.place.desired()
        if desired is not None and (self.desired is None or desired.generation > self.desired.generation):
            self.desired = desired
            self._begin(desired)
        if self.told_to_stop and (self.live or self.coming):
            self._stop()
        self._arrive()
        if self.live:
            self.live.mend()
        self.leaving = [crew for crew in self.leaving if not crew.leave()]
        self._publish()
        return bool(self.live or self.coming or self.leaving)

    def _begin(self, desired: Desired) -> None:
        """Start a release, if it is not just what is live; whatever was still on its way gives up."""
        self._abandon()
        if self.live and replace(self.live.desired, generation=desired.generation) == desired:
            self.live.desired = desired
            return
        if desired.stopped:
            self._stop()
            return
        try:
            listener = self._listener(desired)
        except DeployError as error:
            self._settle("failed", f"{error.met}; {error.next_move or error.expected}")
            return
        self.coming = Crew(desired, self.place, listener, self.metrics, self._taken)

    def _listener(self, desired: Desired) -> socket.socket:
        """Return the socket that is open already if the address stays, else a new one.

        A port still held by workers of a killed supervisor of this place is waited for.
        """
        now = self.live.desired if self.live else None
        if self.live and now and (now.host, now.port) == (desired.host, desired.port):
            return self.live.listener
        end = time.monotonic() + LEFT
        while True:
            try:
                return listen(desired.host, desired.port)
            except PortInUse as error:
                ours = str(self.place.folder) in error.command and "treadle.serving.worker" in error.command
                gone = error.process is None and time.monotonic() < end - LEFT + 0.5
                if time.monotonic() > end or not (ours or gone):
                    raise
            time.sleep(TICK)

    def _arrive(self) -> None:
        """Switch to the release on its way once it is ready, or give it up and keep the live one."""
        crew = self.coming
        if crew is None:
            return
        if crew.come():
            old, self.live, self.coming = self.live, crew, None
            crew.go()
            if old:
                self._send_away(old, GRACE)
        elif crew.fault:
            fault = crew.fault
            self._abandon()
            self._settle("failed", fault)

    def _abandon(self) -> None:
        crew, self.coming = self.coming, None
        if crew:
            crew.dismiss()
            if not self.live or crew.listener is not self.live.listener:
                crew.listener.close()

    def _stop(self) -> None:
        self._abandon()
        old, self.live = self.live, None
        if old:
            self._send_away(old, 0.0)
        for crew in self.leaving:
            crew.drain(0.0)

    def _send_away(self, crew: Crew, grace: float) -> None:
        crew.drain(grace)
        self.leaving.append(crew)
        if not self.live or crew.listener is not self.live.listener:
            crew.listener.close()

    def _settle(self, status: str, error: str = "") -> None:
        generation = self.desired.generation if self.desired else 0
        self._settled = Observed(generation=generation, status=status, error=error)

    def _publish(self) -> None:
        """Write what runs, if it changed; a switch is settled when the old workers take no more connections."""
        generation = self.desired.generation if self.desired else 0
        settled, live = self._settled, self.live
        if (
            live
            and self.coming is None
            and live.desired.generation == generation
            and all(c.quiet for c in self.leaving)
        ):
            self._settle("live", live.fault)
        elif not (live or self.coming or self.leaving) and settled.status != "failed":
            self._settle("stopped")
        serving = live.desired if live else Desired(generation=0, environment="")
        observed = replace(
            self._settled,
            package=serving.package,
            model=serving.model,
            version=serving.version,
            address=_address(serving) if live else "",
            host=serving.host if live else "",
            port=serving.port if live else 0,
            asked=serving.workers if live else 0,
            supervisor=os.getpid(),
            workers=live.workers if live else (),
        )
        if observed != self._written:
            self.place.observe(observed)
            self._written = observed


def _address(desired: Desired) -> str:
    host = f"[{desired.host}]" if ":" in desired.host else desired.host
    return f"http://{host}:{desired.port}"


def main(arguments: list[str]) -> int:
    """Supervise the folder given first; with `--detach` in a process of its own that writes to `server.log`."""
    place = Place(Path(arguments[0]).resolve())
    if "--detach" in arguments[1:]:
        log = os.open(place.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        if os.fork():
            return 0
        os.setsid()
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.close(log)
    if place.lock(patience=1.0) is None:
        return 0
    supervisor = Supervisor(place)

    def stop(_number: int, _frame: FrameType | None) -> None:
        supervisor.told_to_stop = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    supervisor.run()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
