"""Coloured output of a terminal as SVG, in the colours of light and dark readers."""

import re
from html import escape

_CODE = re.compile(r"\x1b\[([\d;]*)m")
_CLASSES = {"1": "bold", "2": "dim", "31": "red", "32": "green", "33": "yellow", "36": "blue"}
_WIDE, _HIGH, _EDGE, _TITLE = 8.43, 19, 18, 34
_STYLE = """
text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; white-space: pre;
  fill: #1f2430; }
.frame { fill: #fbfbfd; stroke: #d5d9e2; } .button { fill: #d5d9e2; }
.bold { font-weight: 700; } .dim { fill: #6b7280; } .red { fill: #c4262e; }
.green { fill: #14804a; } .yellow { fill: #935200; } .blue { fill: #0b6d8a; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6e9f0; } .frame { fill: #151a23; stroke: #2d3548; } .button { fill: #38415a; }
  .dim { fill: #8b95aa; } .red { fill: #ff8a8a; } .green { fill: #5fd39a; }
  .yellow { fill: #f0b45a; } .blue { fill: #6fd0ec; }
}
"""


def svg(command: str, output: str) -> str:
    """A window with a command and what it prints."""
    lines = [f"\x1b[2m$\x1b[0m \x1b[1m{command}\x1b[0m", "", *output.rstrip("\n").split("\n")]
    columns = max(len(_CODE.sub("", line)) for line in lines)
    width = round(columns * _WIDE + 2 * _EDGE)
    height = _TITLE + len(lines) * _HIGH + _EDGE
    rows = "\n".join(
        f'<text x="{_EDGE}" y="{_TITLE + 14 + number * _HIGH}">{_spans(line)}</text>'
        for number, line in enumerate(lines)
        if line
    )
    buttons = "".join(
        f'<circle class="button" cx="{_EDGE + 4 + 18 * number}" cy="18" r="5"/>'
        for number in range(3)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'role="img" aria-label="What {escape(command)} prints">\n<style>{_STYLE}</style>\n'
        f'<rect class="frame" x=".5" y=".5" width="{width - 1}" height="{height - 1}" rx="9"/>\n'
        f"{buttons}\n{rows}\n</svg>\n"
    )


def _spans(line: str) -> str:
    made, classes = "", ""
    parts = _CODE.split(line)
    for number, part in enumerate(parts):
        if number % 2:
            codes = [_CLASSES[code] for code in part.split(";") if code in _CLASSES]
            classes = " ".join(codes)
        elif part:
            text = escape(part, quote=False)
            made += f'<tspan class="{classes}">{text}</tspan>' if classes else text
    return made
