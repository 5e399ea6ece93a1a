from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import msgspec
import pytest

from treadle.settings import Environment, Section, Settings, seconds

SMALLEST: dict[str, Any] = {"project": {"name": "flights"}, "data": {"source": "rows.csv", "target": "late"}}


def settings(**sections: Any) -> Settings:
    return msgspec.convert(SMALLEST | sections, Settings)


def sections() -> Iterator[type[Section]]:
    waiting: list[type[Section]] = [Section]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind not in (Section, Settings):
            yield kind


def test_two_sections_are_enough() -> None:
    found = settings()
    assert (found.split.test, found.train.search, found.package.onnx) == (0.2, "none", True)
    assert found.environments == {"development": Environment()}


def test_settings_are_their_json() -> None:
    found = settings(test={"gates": [{"metric": "mae", "max": 5.0}]})
    assert msgspec.json.decode(msgspec.json.encode(found), type=Settings) == found


def test_two_settings_share_no_default() -> None:
    settings().environments["production"] = Environment()
    assert "production" not in settings().environments


@pytest.mark.parametrize("section", list(sections()), ids=lambda kind: kind.__name__)
def test_every_setting_has_its_sentence(section: type[Section]) -> None:
    for name, hint in get_type_hints(section, include_extras=True).items():
        described = [meta.description for meta in get_args(hint)[1:]] if get_origin(hint) is Annotated else []
        assert any(described), f"{section.__name__}.{name}"


@pytest.mark.parametrize("section", list(sections()), ids=lambda kind: kind.__name__)
def test_an_unknown_key_is_refused(section: type[Section]) -> None:
    required = {"name": "x", "source": "x", "target": "x", "type": "int", "metric": "mae"}
    known = {name: value for name, value in required.items() if name in section.__struct_fields__}
    msgspec.convert({**known, "name": "flights"} if section.__name__ == "Project" else known, section)
    with pytest.raises(msgspec.ValidationError, match="unknown field `surprise`"):
        msgspec.convert({**known, "surprise": 1}, section)


@pytest.mark.parametrize(
    ("section", "wrong"),
    [
        ("project", {"name": "Flights"}),
        ("project", {"name": "../up"}),
        ("split", {"test": 0.0}),
        ("split", {"validation": 1.0}),
        ("split", {"by": "chance"}),
        ("train", {"trials": 0}),
        ("train", {"search": "guess"}),
        ("environments", {"production": {"port": 70000}}),
        ("environments", {"production": {"workers": 0}}),
        ("monitor", {"window": "1 day"}),
        ("monitor", {"raise_after": 4}),
        ("retrain", {"cool_down": "soon"}),
        ("retrain", {"on": ["moonlight"]}),
        ("data", {"source": "x", "target": "y", "max_refused": 1.5}),
    ],
    ids=str,
)
def test_a_value_out_of_bounds_is_refused(section: str, wrong: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        settings(**{section: wrong})


@pytest.mark.parametrize(
    ("text", "length"), [("90s", 90), ("5m", 300), ("1h", 3600), ("7d", 604_800), ("4w", 2_419_200)]
)
def test_a_length_of_time_is_seconds(text: str, length: int) -> None:
    assert seconds(text) == length
