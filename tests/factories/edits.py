"""Owns the corpus of edits in edits.txt: small projects before and after, and whether the step `run` must run again.

An edit begins with `# what: runs (names)` or `# what: same`. Its files follow, each after `@ name`, every line marked:
`-` stands before, `+` after, a blank in both. The file steps.py begins with the import of `step`.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

HEAD = re.compile(r"# (?P<what>.+): (?P<outcome>runs|same)(?: \((?P<names>.+)\))?")


class Edit(NamedTuple):
    """An edit of a project: its files before and after; the changed parts must hold the words `names`."""

    what: str
    runs: bool
    before: dict[str, str]
    after: dict[str, str]
    names: tuple[str, ...] = ()


def _read(text: str) -> list[Edit]:
    edits: list[Edit] = []
    name = ""
    for line in text.splitlines():
        if head := HEAD.fullmatch(line):
            names = tuple(head["names"].split(", ")) if head["names"] else ()
            edits.append(Edit(head["what"], head["outcome"] == "runs", {}, {}, names))
        elif line.startswith("@ "):
            name = line[2:]
            edits[-1].before[name] = edits[-1].after[name] = "from treadle import step\n" if name == "steps.py" else ""
        elif line or (edits and name in edits[-1].before):
            for mark, files in (("-", edits[-1].before), ("+", edits[-1].after)):
                if line[:1] in (mark, " ", ""):
                    files[name] += f"{line[2:]}\n"
    return edits


CORPUS = _read(Path(__file__).with_suffix(".txt").read_text(encoding="utf-8"))
