"""What a file imports, read from its text: a file that nobody asks about is never parsed."""

import re

_IMPORT = re.compile(
    rb"^[ \t]*(?:from[ \t]+(\.*)[ \t]*([\w.]*)[ \t]+import[ \t]+(\([^)]*\)|[^\n#;]+)"
    rb"|import[ \t]+([^\n#;]+))",
    re.MULTILINE,
)
_NAME = re.compile(rb"(?:^|,)\s*([\w.]+|\*)")
_COMMENT = re.compile(rb"#[^\n]*|\\\n")


def imports(path: str, data: bytes) -> tuple[str, ...]:
    """The dotted names that a file imports anywhere; relative ones as `/folder/of/package.name`."""
    found: dict[str, None] = {}
    folder = path.rpartition("/")[0]
    for dots, base, names, plain in _IMPORT.findall(data):
        if plain:
            found.update((name.decode(), None) for name in _NAME.findall(plain))
            continue
        home = _home(folder, len(dots), base.decode("utf-8", "replace"))
        found.setdefault(home)
        listed = _COMMENT.sub(b"", names).strip().strip(b"()")
        for name in _NAME.findall(listed):
            found.setdefault(f"{home}.{name.decode('utf-8', 'replace')}")
    return tuple(found)


def _home(folder: str, level: int, base: str) -> str:
    if not level:
        return base
    for _ in range(level - 1):
        folder = folder.rpartition("/")[0]
    return f"/{folder}" + (f".{base}" if base else "")
