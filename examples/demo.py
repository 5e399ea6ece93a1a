"""Runs the whole loop on real data: two projects, their commands shown as you would type them.

`make demo` runs it. The projects are copied to demo/, so that they can be played with afterwards.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import Request, urlopen

ROOT = Path(__file__).resolve().parents[1]
DEMO = ROOT / "demo"
BIN = Path(sys.executable).parent
BOLD, DIM, OFF = ("\033[1m", "\033[2m", "\033[0m") if sys.stdout.isatty() else ("", "", "")


def say(text: str) -> None:
    """Print a heading."""
    print(f"\n{BOLD}{text}{OFF}", flush=True)


def run(command: str, folder: Path) -> None:
    """Show a command and run it in `folder`; the demo ends where one fails."""
    print(f"{DIM}{folder.name}{OFF} $ {command}", flush=True)
    environment = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}", "PYTHONPATH": str(folder)}
    subprocess.run(command, shell=True, cwd=folder, env=environment, check=True)


def fresh(name: str) -> Path:
    """Copy an example to demo/, without what an earlier demo left."""
    folder = DEMO / name
    if (folder / ".treadle").is_dir():
        subprocess.run([BIN / "treadle", "stop", "--all"], cwd=folder, check=False, capture_output=True)
    shutil.rmtree(folder, ignore_errors=True)
    ignored = shutil.ignore_patterns(".treadle", "reports", "__pycache__", "history", "labels")
    shutil.copytree(ROOT / "examples" / name, folder, ignore=ignored)
    return folder


def free(port: int) -> int:
    """Return `port` if nothing listens there, else a free one."""
    for wanted in (port, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", wanted))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise SystemExit("no free port on 127.0.0.1")


def ask(address: str, example: Path) -> str:
    """Send the package's own example to the server, print the answer, return the first prediction's id."""
    body = json.dumps({"inputs": json.loads(example.read_bytes())["inputs"][:1]}).encode()
    request = Request(f"{address}/predict", data=body, headers={"Content-Type": "application/json"})
    with urlopen(request, timeout=30) as answer:
        said = json.load(answer)
    print(f"POST {address}/predict\n  {body.decode()[:300]}\n  -> {json.dumps(said['predictions'][0])}", flush=True)
    return str(said["predictions"][0]["id"])


def main() -> None:
    """Quickstart first, then the flights of 2013 through Build, Deploy, Monitor and back."""
    began = time.monotonic()
    say("Quickstart: breast cancer data, from a CSV file to a registered model")
    folder = fresh("quickstart")
    run("treadle build", folder)
    say("The same again: nothing changed, so nothing runs")
    run("treadle build", folder)
    print(f"\nfirst success after {time.monotonic() - began:.0f} s")

    folder = fresh("flights")
    settings = folder / "treadle.toml"
    port = free(8088)
    settings.write_text(settings.read_text().replace("port = 8088", f"port = {port}"))
    address = f"http://127.0.0.1:{port}"
    say("Flights of 2013: January to June are the history (336,776 flights in all, with the weather)")
    run(f"{sys.executable} -m flights.data --months 1-6 --to data/history", folder)
    say("Build: ingest, train, test, package, register")
    run("treadle build", folder)
    say("Deploy: server processes that survive this command")
    run("treadle deploy development", folder)
    run("treadle models download flights@champion --to package", folder)
    prediction = ask(address, folder / "package" / "input_example.json")
    say("July arrives: flights are predicted one by one, their truth comes later")
    run(
        f"{sys.executable} -m flights.replay --month 7 --url {address} --rows 8000 --out data/labels/2013-07.csv",
        folder,
    )
    run("treadle labels add data/labels/2013-07.csv", folder)
    say("Monitor: drift and performance per week")
    run("treadle monitor development", folder)
    say("The truth of July joins the history; the monitor's request makes a challenger")
    run(f"{sys.executable} -m flights.data --months 7 --to data/history", folder)
    run("treadle plan", folder)
    run("treadle retrain", folder)
    run("treadle deploy development", folder)
    run("treadle status", folder)
    say("From one answer back to everything that made it")
    run(f"treadle trace {prediction}", folder)
    run("treadle audit verify", folder)
    print(f"\n{BOLD}The loop went round in {time.monotonic() - began:.0f} s.{OFF} Where to look:")
    for what, where in {
        "test report": folder / "reports" / "flights-1.html",
        "monitor report": folder / "reports" / "monitor-development.html",
        "model server": f"{address} (try {address}/healthz and {address}/metrics)",
        "the project": f"{folder} (treadle.toml, flights/model.py; try `treadle runs list`, `treadle models list`)",
        "to end the server": f"cd {folder} && {BIN / 'treadle'} stop --all",
    }.items():
        print(f"  {what:<18} {where}")
    if "--stop" in sys.argv:
        run("treadle stop --all", folder)


if __name__ == "__main__":
    main()
