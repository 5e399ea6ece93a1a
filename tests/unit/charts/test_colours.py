"""Owns the tests of the palette: readable on its paper, and told apart by people who see fewer colours."""

from __future__ import annotations

import re
from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from treadle.charts.figures.heatmap import DEEP, DEEPEST, shade
from treadle.charts.page import page

SCHEMES = dict(zip(("light", "dark"), re.findall(r":root \{(.*?)\}", page("t", "", []), flags=re.DOTALL), strict=True))
SERIES = [f"c{index}" for index in range(1, 7)]

SIGHT = {
    "all colours": np.eye(3),
    "no red": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "no green": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
}
"""What an eye without one kind of cone sees of linear red, green, blue (Machado, Oliveira, Fernandes, 2009)."""


def pairs(scheme: str) -> list[tuple[str, str]]:
    """Return the named colours of a scheme in hex."""
    return re.findall(r"--([a-z0-9-]+): #([0-9a-f]{6})", SCHEMES[scheme])


def linear(coded: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return red, green, blue of 0 to 1 as amounts of light (sRGB)."""
    return np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4)


def colours(scheme: str) -> dict[str, NDArray[np.float64]]:
    """Return the named colours of a scheme as linear red, green, blue."""
    return {name: linear(np.array(list(bytes.fromhex(code))) / 255) for name, code in pairs(scheme)}


def mixed(scheme: str, name: str, share: float) -> NDArray[np.float64]:
    """Return, linear, a colour laid over the paper as opaque as a cell with this share."""
    codes = {one: np.array(list(bytes.fromhex(code))) / 255 for one, code in pairs(scheme)}
    return linear(shade(share) * codes[name] + (1 - shade(share)) * codes["paper"])


def contrast(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Return the contrast of two colours as WCAG 2 defines it, 1 to 21."""
    low, high = sorted(float(colour @ [0.2126, 0.7152, 0.0722]) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def lab(light: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a colour in OKLab (Ottosson, 2020), where distances are those of the eye."""
    to_cones = np.array(
        [
            [0.4122214708, 0.5363325363, 0.0514459929],
            [0.2119034982, 0.6806995451, 0.1073969566],
            [0.0883024619, 0.2817188376, 0.6299787005],
        ]
    )
    to_lab = np.array(
        [
            [0.2104542553, 0.7936177850, -0.0040720468],
            [1.9779984951, -2.4285922050, 0.4505937099],
            [0.0259040371, 0.7827717662, -0.8086757660],
        ]
    )
    seen: NDArray[np.float64] = to_lab @ np.cbrt(to_cones @ np.clip(light, 0, 1))
    return seen


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", ["ink", "soft", "faint", "good", "bad", "warn", "brand"])
def test_words_can_be_read_on_paper_and_ground(scheme: str, name: str) -> None:
    named = colours(scheme)
    assert contrast(named[name], named["paper"]) >= 4.5
    assert contrast(named[name], named["ground"]) >= 4.2


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("tone", ["good", "bad", "warn"])
def test_words_can_be_read_on_their_own_tone(scheme: str, tone: str) -> None:
    assert contrast(colours(scheme)[tone], colours(scheme)[f"{tone}-back"]) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", SERIES)
def test_lines_stand_out_from_the_paper(scheme: str, name: str) -> None:
    assert contrast(colours(scheme)[name], colours(scheme)["paper"]) >= 3


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("sight", SIGHT)
def test_any_two_series_differ_for_every_eye(scheme: str, sight: str) -> None:
    seen = {name: lab(SIGHT[sight] @ colours(scheme)[name]) for name in SERIES}
    for one, other in combinations(SERIES, 2):
        needed = 0.1 if {one, other} <= set(SERIES[:2]) else 0.04
        assert np.linalg.norm(seen[one] - seen[other]) >= needed, f"{one} and {other}"


@pytest.mark.parametrize(("scheme", "turn"), [("light", DEEPEST), ("dark", DEEP)])
def test_the_number_in_a_cell_can_be_read_whatever_its_shade(scheme: str, turn: float) -> None:
    for share in np.linspace(0, 1, 101):
        words = colours(scheme)["paper" if share > turn else "ink"]
        assert contrast(words, mixed(scheme, "c1", share)) >= 3.6
