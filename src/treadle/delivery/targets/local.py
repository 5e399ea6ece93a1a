"""Owns the local target: server processes on this machine that survive the command which started them."""

from __future__ import annotations

import time
from pathlib import Path

from msgspec.structs import replace

from treadle.delivery.health import health
from treadle.delivery.targets import Say
from treadle.errors import DeployError
from treadle.records import ModelVersion
from treadle.serving.state import Desired, Observed, place
from treadle.settings import Environment

PATIENCE = 60.0
"""Seconds a release has until its workers answer."""
SETTLE = 60.0
"""Seconds beyond that for the supervisor: leftovers of a killed one may have to give the port back first."""
STARTS = 3
"""Times a supervisor that dies is started before that is a fault."""


class LocalTarget:
    """The server of one environment below a workspace's `.treadle` folder."""

    def __init__(self, home: Path, environment: str) -> None:
        self.place = place(home, environment)
        self.environment = environment

    def apply(self, version: ModelVersion, folder: Path, environment: Environment, say: Say) -> Observed:
        """Write the wish, wait until the supervisor settled it and the server itself confirms, return what runs.

        A wish that a killed command left, still being fulfilled, is gone on with. Raises DeployError with the server's
        own words if the release did not become ready; what ran before runs on.
        """
        before = self.place.desired()
        wish = Desired(
            generation=before.generation if before else 0,
            environment=self.environment,
            model=version.model,
            version=str(version.version),
            package=version.package,
            folder=str(folder.resolve()),
            host=environment.host,
            port=environment.port,
            workers=environment.workers,
            patience=PATIENCE,
        )
        if wish != before or not self._under_way(wish):
            wish = replace(wish, generation=wish.generation + 1)
            self.place.desire(wish)
        workers = "1 worker" if wish.workers == 1 else f"{wish.workers} workers"
        say(f"starting {workers} for {version.id} on port {wish.port}")
        seen = self._settled(wish.generation)
        if seen.status != "live":
            kept = ""
            if before and seen.package == before.package and not before.stopped:
                kept = f"; {seen.model}/{seen.version} still answers"
                self.place.desire(replace(before, generation=wish.generation + 1))
            raise DeployError(
                f"{version.id} did not become ready in {self.environment}: {seen.error}{kept}",
                next_move=f"the server's own log is {self.place.log}",
            )
        self._confirmed(seen, wish)
        return seen

    def status(self) -> Observed | None:
        """Return what the supervisor last saw, or None if no supervisor lives."""
        return self.place.observed() if self.place.supervised() else None

    def stop(self) -> None:
        """Ask the supervisor to drain and leave; wait until it has left."""
        wish = self.place.desired()
        if wish is None:
            return
        if not wish.stopped:
            self.place.desire(replace(wish, generation=wish.generation + 1, stopped=True))
        end = time.monotonic() + SETTLE
        while self.place.supervised():
            if time.monotonic() > end:
                raise DeployError(f"the server of {self.environment} did not stop", next_move=f"see {self.place.log}")
            time.sleep(0.05)

    def _under_way(self, wish: Desired) -> bool:
        """Return whether a living supervisor works on this very wish, or fulfilled it."""
        seen = self.status()
        return seen is not None and (seen.generation < wish.generation or seen.status == "live")

    def _settled(self, generation: int) -> Observed:
        """Wait until a supervisor (started if there is none) settled `generation`."""
        end, starts = time.monotonic() + PATIENCE + SETTLE, 0
        while time.monotonic() < end:
            lives = self.place.supervised()
            seen = self.place.observed()
            if seen is not None and seen.generation >= generation and (lives or seen.status == "failed"):
                return seen
            if not lives:
                if starts == STARTS:
                    raise DeployError(
                        f"the supervisor of {self.environment} died {STARTS} times: {_last_words(self.place.log)}",
                        next_move=f"see {self.place.log}",
                    )
                self.place.supervise()
                starts += 1
            time.sleep(0.02)
        raise DeployError(
            f"the server of {self.environment} did not say what it does within {PATIENCE + SETTLE:.0f} s",
            next_move=f"see {self.place.log}, then run the same command again",
        )

    def _confirmed(self, seen: Observed, wish: Desired) -> None:
        """Ask the server itself which package answers; it has five seconds to say the right one."""
        end = time.monotonic() + 5.0
        while (said := health(seen.address)) is None or said.get("package") != wish.package:
            if time.monotonic() > end:
                raise DeployError(
                    f"{seen.address}/healthz says package {str(said.get('package'))[:12] if said else 'nothing'}",
                    expected=f"package {wish.package[:12]}",
                    next_move=f"see {self.place.log}, then run the same command again",
                )
            time.sleep(0.05)


def _last_words(log: Path) -> str:
    """Return the last line of a log that says something."""
    if not log.exists():
        return "it left no word"
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it left no word"
