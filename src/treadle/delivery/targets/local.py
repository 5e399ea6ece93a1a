"""Owns the local target: server processes on this machine that survive the command which started them."""

from __future__ import annotations

import time
from pathlib import Path

from msgspec.structs import replace

from treadle.delivery.targets import Say
from treadle.errors import DeployError
from treadle.records import ModelVersion
from treadle.serving.state import Desired, Observed, place
from treadle.settings import Environment

PATIENCE = 60.0
"""Seconds a release has until its workers answer."""


class LocalTarget:
    """The server of one environment below a workspace's `.treadle` folder."""

    def __init__(self, home: Path, environment: str) -> None:
        self.place = place(home, environment)
        self.environment = environment

    def apply(self, version: ModelVersion, folder: Path, environment: Environment, say: Say) -> Observed:
        """Write the wish, wait until the supervisor settled it, and return what runs.

        Raises DeployError with the server's own words if the release did not become ready; what ran before runs on.
        """
        before = self.place.desired()
        wish = Desired(
            generation=before.generation + 1 if before else 1,
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
        self.place.desire(wish)
        say(f"starting {environment.workers} worker(s) for {version.id} on port {environment.port}")
        seen = self._settled(wish.generation)
        if seen.status != "live":
            raise DeployError(
                f"{version.id} did not become ready in {self.environment}: {seen.error}",
                expected="workers that answer the package's own example",
                next_move=f"see {self.place.log}; what was live before still is",
            )
        return seen

    def _settled(self, generation: int) -> Observed:
        """Wait until the supervisor (started if there is none) settled `generation`."""
        end = time.monotonic() + PATIENCE + 30
        while time.monotonic() < end:
            if not self.place.supervised():
                self.place.supervise()
            seen = self.place.observed()
            if seen is not None and seen.generation >= generation:
                return seen
            time.sleep(0.05)
        raise DeployError(
            f"the server of {self.environment} did not say what it does within {PATIENCE + 30:.0f} s",
            next_move=f"see {self.place.log}, then run the same command again",
        )

    def status(self) -> Observed | None:
        """Return what the supervisor last saw, or None if no supervisor lives."""
        return self.place.observed() if self.place.supervised() else None

    def stop(self) -> None:
        """Ask the supervisor to drain and leave; wait until it has left."""
        wish = self.place.desired()
        if wish is None or not self.place.supervised():
            return
        self.place.desire(replace(wish, generation=wish.generation + 1, stopped=True))
        end = time.monotonic() + PATIENCE
        while self.place.supervised():
            if time.monotonic() > end:
                raise DeployError(f"the server of {self.environment} did not stop", next_move=f"see {self.place.log}")
            time.sleep(0.05)
