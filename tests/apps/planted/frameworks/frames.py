"""How an event is spelled in Python: by hand, or with a library's class."""

import textwrap

from tests.apps.planted.plan import Plan, mark


class Frames:
    """What a framework's users write for one event. This one: frames by hand, as strings."""

    imports = ""

    def __init__(self, plan: Plan, lines_as: str = "lines") -> None:
        self.plan = plan
        self.lines_as = lines_as

    def expression(self, name: str, literal: str, data: str) -> str:
        """The value that is sent. `name` is an expression, "" for none; `literal` its value."""
        emit = self.plan.style.emit
        if emit == "inline":
            return self.inline(literal if name else "", data)
        if emit == "encode":
            return self.encoded(name, data)
        if emit == "lines":
            return self.built(name, data)
        return self.helped(name, data)

    @property
    def end(self) -> str:
        return "\\n" if self.plan.unfinished else "\\n\\n"

    def inline(self, literal: str, data: str) -> str:
        event = f"event: {literal}\\n" if literal else ""
        return f'f"{event}data: {{{data}}}{self.end}"'

    def helped(self, name: str, data: str) -> str:
        return f"sse({data}, {name})" if name else f"sse({data})"

    def encoded(self, name: str, data: str) -> str:
        return f"Message({name or None}, {data}).encode()"

    def built(self, name: str, data: str) -> str:
        if self.lines_as == "percent":
            return f'"event: %s\\ndata: %s{self.end}" % ({name}, {data})'
        if self.lines_as == "concat":
            return f'"event: " + {name} + "\\ndata: " + {data} + "{self.end}"'
        if self.lines_as == "format":
            return f'"event: {{}}\\ndata: {{}}{self.end}".format({name}, {data})'
        if self.lines_as == "bytes":
            return f'f"event: {self._hole(name)}\\ndata: {{{data}}}{self.end}".encode()'
        return f"frame({name}, {data})"

    def statements(self, name: str, literal: str, data: str, send: str) -> list[str]:
        """The statements that send one event; `send` has a place for the value."""
        if '"' in data and self._in_an_f_string():
            # No quotes in the holes of an f-string before Python 3.12: a local holds the value.
            held = self.statements(name, literal, "body", send)
            return [f"body = {data}", *held]
        if self._in_steps():
            last = [] if self.plan.unfinished else [send.format('"\\n"')]
            return [
                send.format(f'f"event: {self._hole(name)}\\n"'),
                send.format(f'f"data: {{{data}}}\\n"'),
                *last,
            ]
        return [send.format(self.expression(name, literal, data))]

    @staticmethod
    def _hole(name: str) -> str:
        """A name in an f-string: in braces, unless it is a literal."""
        return name[1:-1] if name.startswith('"') else f"{{{name}}}"

    def _in_steps(self) -> bool:
        return self.plan.style.emit == "lines" and self.lines_as == "steps"

    def _in_an_f_string(self) -> bool:
        emit = self.plan.style.emit
        return emit == "inline" or (emit == "lines" and self.lines_as in {"steps", "bytes"})

    def support(self) -> str:
        """Helpers that these frames need: a module, or the top of the only file."""
        emit = self.plan.style.emit
        end = f'"{self.end}"'
        if emit in {"helper", "broker"}:
            return textwrap.dedent(f'''\
                def sse(data, event=None):
                    """One event in the format of the wire."""
                    message = f"data: {{data}}{self.end}"{mark("frame")}
                    if event is not None:
                        message = f"event: {{event}}\\n{{message}}"
                    return message
                ''')
        if emit == "encode":
            return textwrap.dedent(f"""\
                @dataclass
                class Message:
                    event: str | None
                    data: str
                    id: int | None = None

                    def encode(self) -> str:
                        lines = []
                        if self.event:
                            lines.append(f"event: {{self.event}}")
                        for line in self.data.splitlines():
                            lines.append(f"data: {{line}}")
                        if self.id is not None:
                            lines.append(f"id: {{self.id}}")
                        return "\\n".join(lines) + {end}{mark("frame")}
                """)
        if emit == "lines" and self.lines_as == "lines":
            last = "[]" if self.plan.unfinished else '["", ""]'
            return textwrap.dedent(f"""\
                def frame(event, data):
                    lines = [f"event: {{event}}"]
                    lines += [f"data: {{line}}" for line in data.split("\\n")]
                    return "\\n".join(lines + {last}){mark("frame")}
                """)
        return ""

    def helper_name(self) -> str:
        """What the support code defines, to be imported; "" for nothing."""
        emit = self.plan.style.emit
        names = {"helper": "sse", "broker": "sse", "encode": "Message"}
        return names.get(emit) or ("frame" if emit == "lines" and self.lines_as == "lines" else "")

    def support_imports(self) -> str:
        return "from dataclasses import dataclass\n" if self.plan.style.emit == "encode" else ""


class LibraryFrames(Frames):
    """Frames made by a class of a library: `template` has places for a name and for data."""

    def __init__(
        self,
        plan: Plan,
        imports: str,
        template: str,
        unnamed: str,
        other: str = "",
        other_unnamed: str = "",
    ) -> None:
        super().__init__(plan)
        self.imports = imports
        self.template = template
        self.unnamed_template = unnamed
        self.other = other or template
        self.other_unnamed = other_unnamed or unnamed

    def _made(self, name: str, data: str) -> str:
        return (self.template if name else self.unnamed_template).format(name=name, data=data)

    def _in_steps(self) -> bool:
        return False

    def _in_an_f_string(self) -> bool:
        return False

    def inline(self, literal: str, data: str) -> str:
        return self._made(f'"{literal}"' if literal else "", data)

    def encoded(self, name: str, data: str) -> str:
        return self._made(name, data)

    def built(self, name: str, data: str) -> str:
        return (self.other if name else self.other_unnamed).format(name=name, data=data)

    def support(self) -> str:
        if self.plan.style.emit not in {"helper", "broker"}:
            return ""
        named = self._made("event", "data")
        plain = self._made("", "data")
        return textwrap.dedent(f"""\
            def sse(data, event=None):
                if event is None:
                    return {plain}
                return {named}
            """)

    def helper_name(self) -> str:
        return "sse" if self.plan.style.emit in {"helper", "broker"} else ""

    def support_imports(self) -> str:
        return self.imports if self.helper_name() else ""
