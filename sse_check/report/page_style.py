"""What the self-contained HTML pages share: colours for light and dark, type, cards."""

BASE = """
:root { color-scheme: light dark; --bg: #f6f7f9; --card: #fff; --ink: #1d2330; --dim: #667085;
  --line: #cfd5e1; --ok: #14804a; --bad: #c4262e; --warn: #a15c00; --okbg: #e8f6ee;
  --badbg: #fdecec; --warnbg: #fdf3e1; --accent: #3151c9; }
@media (prefers-color-scheme: dark) { :root { --bg: #12151c; --card: #1a1f2a; --ink: #e6e9f0;
  --dim: #97a1b5; --line: #38415a; --ok: #5fd39a; --bad: #ff8a8a; --warn: #f0b45a;
  --okbg: #16302a; --badbg: #3a1d22; --warnbg: #35291a; --accent: #8fa8ff; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 2rem clamp(1rem, 4vw, 4rem); background: var(--bg); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.4rem; margin: 0 0 .2rem; } h2 { font-size: 1.1rem; margin: 0; }
p.lead { color: var(--dim); margin: 0 0 1.5rem; }
code, .mono { font-family: ui-monospace, monospace; font-size: .88em; }
.page { background: var(--card); border: 1px solid var(--line); border-radius: 12px;
  padding: 1.2rem 1.4rem; margin-bottom: 1.4rem; overflow-x: auto; }
.dim { color: var(--dim); font-size: .85em; }
pre { margin: .3rem 0; padding: .5rem .7rem; background: var(--bg); border: 1px solid var(--line);
  border-radius: 7px; overflow-x: auto; max-width: 44rem; position: relative; z-index: 1;
  font-size: .82em; }
pre mark { background: var(--warnbg); color: inherit; outline: 1px solid var(--warn); }
"""


def page(title: str, style: str, body: str) -> str:
    """A whole document."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{title}</title><style>{BASE}{style}</style></head><body>{body}</body></html>\n"
    )
