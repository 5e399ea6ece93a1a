"""Writes the pages of docs/ that are made from the code: the treadle.toml reference.

`python docs/generate.py` writes them; `python docs/generate.py --check` fails if they are not current.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import msgspec

from treadle.settings import Settings

HERE = Path(__file__).parent
HEAD = """# treadle.toml

Every section and key, made from `src/treadle/settings.py` by `python docs/generate.py`. An unknown key, a wrong type or
a value outside its range is refused with the file, the line and the nearest right name.

"""


def reference() -> str:
    """Return the Markdown of the settings reference."""
    pages = [HEAD]
    seen: set[type] = set()

    def section(title: str, struct: type) -> None:
        if struct in seen:
            return
        seen.add(struct)
        doc = (struct.__doc__ or "").strip().partition(": ")[2] or (struct.__doc__ or "")
        pages.append(
            f"## {title}\n\n{doc[0].upper()}{doc[1:]}\n\n| key | type | default | meaning |\n|---|---|---|---|\n"
        )
        nested: list[tuple[str, type]] = []
        for field in msgspec.inspect.type_info(struct).fields:  # type: ignore[attr-defined]
            kind, text, inner = describe(field.type)
            default = "required" if field.required else shown(field)
            pages.append(f"| `{field.encode_name}` | {kind} | {default} | {text} |\n")
            nested += [(f"{title.strip('[]')}.{field.encode_name}", struct) for struct in inner]
        pages.append("\n")
        for name, inner_struct in nested:
            plural = inner_struct.__name__ in {"Column"}
            if inner_struct.__name__ == "Gate":
                section(f"[[{name}]]", inner_struct)
            else:
                section(f"[{name}.{'COLUMN' if plural else 'NAME'}]", inner_struct)

    for field in msgspec.inspect.type_info(Settings).fields:  # type: ignore[attr-defined]
        kind = field.type
        if isinstance(kind, msgspec.inspect.DictType):
            section(f"[{field.encode_name}.NAME]", kind.value_type.cls)  # type: ignore[attr-defined]
        else:
            section(f"[{field.encode_name}]", kind.cls)
    return "".join(pages).rstrip() + "\n"


def shown(field: Any) -> str:
    """Return a field's default as TOML would write it."""
    value = field.default_factory() if field.default is msgspec.NODEFAULT else field.default
    if value is None:
        return "absent"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, tuple):
        value = list(value)
    return f"`{msgspec.json.encode(value).decode()}`"


def describe(kind: Any) -> tuple[str, str, list[type]]:
    """Return type in words, description, and the structs inside."""
    text = ""
    if isinstance(kind, msgspec.inspect.Metadata):
        text = (kind.extra_json_schema or {}).get("description", "")
        kind = kind.type
    if isinstance(kind, msgspec.inspect.UnionType):
        words, inner = [], []
        for member in kind.types:
            if isinstance(member, msgspec.inspect.NoneType):
                continue
            word, _, more = describe(member)
            words.append(word)
            inner += more
        return " or ".join(words), text, inner
    if isinstance(kind, msgspec.inspect.StructType):
        return "table", text, [kind.cls]
    if isinstance(kind, msgspec.inspect.DictType):
        word, _, inner = describe(kind.value_type)
        return f"table of {word}" if inner else "table", text, inner
    if isinstance(kind, msgspec.inspect.VarTupleType):
        word, _, inner = describe(kind.item_type)
        return f"list of {word}s" if not word.startswith("one") else f"list of {word}", text, inner
    if isinstance(kind, msgspec.inspect.LiteralType):
        return "one of " + ", ".join(f"`{value}`" for value in kind.values), text, []
    names = {"StrType": "text", "IntType": "integer", "FloatType": "number", "BoolType": "boolean", "AnyType": "value"}
    return names[type(kind).__name__], text, []


def main() -> None:
    """Write the generated pages, or with --check exit with 1 if one is not current."""
    page = HERE / "settings.md"
    if "--check" in sys.argv:
        if page.read_text() != reference():
            sys.exit("docs/settings.md is not current: run `make docs`")
        return
    page.write_text(reference())


if __name__ == "__main__":
    main()
