"""What expressions may be: texts, names across files, objects and what is stored on them."""

import ast

import pytest

from sse_check.python.truth import truth
from sse_check.python.values import External, FunctionValue, InstanceValue, Unknown
from tests.python.helpers import at, program, texts, values

EXPRESSIONS = [
    ('"a" + "b"', ["ab"]),
    ('f"a{1}b"', ["a1b"]),
    ('f"a{unknown}b"', ["a*b"]),
    ('"a-%s-%d" % ("x", unknown)', ["a-x-*"]),
    ('"%(a)s!" % {"a": "x"}', ["x!"]),
    ('"100%%"', ["100%%"]),
    ('"a-{}-{n}".format("x", n="y")', ["a-x-y"]),
    ('"{0}{{}}".format("x")', ["x{}"]),
    ('"\\n".join(["a", "b"]) + "\\n" * 2', ["a\nb\n\n"]),
    ('",".join([*unknown, "b"])', ["*,b"]),
    ('",".join(unknown)', ["*"]),
    ('b"data".decode()', ["data"]),
    ('"a" if unknown else "b"', ["a", "b"]),
    ('unknown or "b"', ["*", "b"]),
    ('" a ".strip()', ["a"]),
    ('"A".lower()', ["a"]),
    ('{"k": "v"}["k"]', ["v"]),
    ('["a", "b"][1]', ["b"]),
    ("str(5)", ["5"]),
    ('f"{unknown:>5}"', ["*"]),
    ('(x := "a")', ["a"]),
    ('[e for e in ("a", "b")]', ["*"]),
    ('random.choice(["a", "b"])', ["a", "b"]),
    ("choice(NAMES)", ["a", "b"]),
    ("random.choice(unknown)", ["*"]),
    ("unknown.choice(NAMES)", ["*"]),
]


def test_a_method_that_is_called_join_puts_no_text_together() -> None:
    source = """
        class Room:
            def join(self, name="all"):
                return "room-" + name

        room = Room()
        alone = room.join()
        named = room.join("b")
    """
    assert texts(program(main=source), "alone") == ["room-all"]
    assert texts(program(main=source), "named") == ["room-b"]


def test_a_text_that_is_encoded_is_bytes_and_text_once_decoded() -> None:
    source = 'sent = f"data: {unknown}".encode()\nread = sent.decode()\n'
    assert [getattr(one, "kind", "") for one in values(program(main=source), "sent")] == ["bytes"]
    assert [getattr(one, "kind", "") for one in values(program(main=source), "read")] == ["text"]


@pytest.mark.parametrize(("written", "meant"), EXPRESSIONS, ids=[w for w, _ in EXPRESSIONS])
def test_texts(written: str, meant: list[str]) -> None:
    head = 'import random\nfrom random import choice\nNAMES = ("a", "b")\n'
    source = f"{head}def f(unknown):\n    v = {written}\n"
    assert texts(program(main=source), "v", inside="f") == meant


def test_names_are_followed_through_packages() -> None:
    evaluator = program(
        main="from app import NAME\nfrom app.sub.deep import other as again\nv = again\n",
        app__init="from .sub import NAME\n",
        app__sub__init="from ..names import *\n",
        app__names='NAME = "news"\n',
        app__sub__deep="from ..names import NAME as other\n",
    )
    assert texts(evaluator, "NAME") == ["news"]
    assert texts(evaluator, "v") == ["news"]


def test_a_source_folder_is_looked_into() -> None:
    evaluator = program(main="from pkg.names import NAME\n", src__pkg__names='NAME = "x"\n')
    assert texts(evaluator, "NAME") == ["x"]


def test_the_nearest_module_of_a_name_is_meant() -> None:
    files = {"one__names": 'A = "one"', "two__names": 'A = "two"'}
    evaluator = program(
        main="", one__app="from names import A", two__app="from names import A", **files
    )
    for path, wanted in (("one/app.py", "one"), ("two/app.py", "two")):
        module = evaluator.program.module(path)
        assert module is not None
        found = evaluator.name("A", evaluator.frame(module.scope))
        assert [str(evaluator.as_text(value)) for value in found] == [wanted]


def test_later_statements_replace_what_was_bound() -> None:
    evaluator = program(
        main="""
        def f(flag):
            name = "a"
            if flag:
                name = "b"
            seen = name
            name = "c"
            last = name
        """
    )
    assert texts(evaluator, "seen", inside="f") == ["a", "b"]
    assert texts(evaluator, "last", inside="f") == ["c"]


def test_a_loop_sees_what_its_end_bound() -> None:
    evaluator = program(
        main="""
        def f(items):
            name = "first"
            for item in items:
                seen = name
                name = "next"
        """
    )
    assert texts(evaluator, "seen", inside="f") == ["first", "next"]


def test_a_table_of_constants_is_gone_through() -> None:
    evaluator = program(
        main="""
        TABLE = [("/a", "one"), ("/b", "two")]
        NAMED = {"x": 1, "y": 2}
        def f():
            for path, name in TABLE:
                p, n = path, name
            for number, (path, name) in enumerate(TABLE):
                q = path
            for key, value in NAMED.items():
                k = key
        """
    )
    assert texts(evaluator, "p", inside="f") == ["/a", "/b"]
    assert texts(evaluator, "q", inside="f") == ["/a", "/b"]
    assert texts(evaluator, "k", inside="f") == ["x", "y"]


def test_functions_take_their_arguments_and_defaults() -> None:
    evaluator = program(
        main="""
        def frame(event, data="none", *, end="\\n\\n"):
            return f"event: {event}\\ndata: {data}" + end
        a = frame("x")
        b = frame(event="y", data="z", end="!")
        c = frame(*rest)
        d = (lambda name: name + "!")("q")
        """
    )
    assert texts(evaluator, "a") == ["event: x\ndata: none\n\n"]
    assert texts(evaluator, "b") == ["event: y\ndata: z!"]
    assert texts(evaluator, "c") == ["event: *\ndata: none*"] or "*" in texts(evaluator, "c")[0]
    assert texts(evaluator, "d") == ["q!"]


def test_objects_know_what_they_were_made_with() -> None:
    evaluator = program(
        main="""
        from base import Base
        class Hub(Base):
            kind = "hub"
            def __init__(self, channel, size=3):
                super().__init__()
                self.channel = channel
            @property
            def event(self):
                return self.channel + "-event"
            def frame(self, data):
                return f"event: {self.channel}\\ndata: {data}"
        one = Hub("news")
        two = Hub(channel="chat")
        a, b, c = one.channel, two.event, one.kind
        d = two.frame("x")
        e = one.inherited
        """,
        base='class Base:\n    inherited = "yes"\n',
    )
    assert texts(evaluator, "a") == ["news"]
    assert texts(evaluator, "b") == ["chat-event"]
    assert texts(evaluator, "c") == ["hub"]
    assert texts(evaluator, "d") == ["event: chat\ndata: x"]
    assert texts(evaluator, "e") == ["yes"]


def test_enums_are_texts() -> None:
    evaluator = program(
        main="""
        from enum import StrEnum, auto
        class Event(StrEnum):
            DONE = "done"
            MORE = auto()
        a = Event.DONE
        b = Event.DONE.value
        c = Event.MORE
        d = Event["DONE"]
        """
    )
    assert [texts(evaluator, name) for name in "abcd"] == [["done"], ["done"], ["more"], ["done"]]


STORED = """
from fastapi import Depends, FastAPI, Request
class Hub: ...
app = FastAPI()
app.state.hub = Hub()
table = {}
app["hub"] = Hub()
def get_hub(): return app.state.hub
def view(request: Request, hub: Hub = Depends(get_hub)):
    a = request.app.state.hub
    b = hub
    c = app["hub"]
"""


def test_the_same_object_by_its_many_names() -> None:
    evaluator = program(main=STORED)
    (by_state,) = values(evaluator, "a", inside="view")
    (injected,) = values(evaluator, "b", inside="view")
    (by_key,) = values(evaluator, "c", inside="view")
    assert isinstance(by_state, InstanceValue)
    assert by_state is injected
    assert isinstance(by_key, InstanceValue)
    assert by_key is not by_state


def test_methods_of_what_is_not_in_the_project_keep_their_owner() -> None:
    evaluator = program(
        main="from fastapi import APIRouter\nrouter = APIRouter()\nget = router.get\n"
    )
    (made,) = values(evaluator, "router")
    (method,) = values(evaluator, "get")
    assert isinstance(method, External)
    assert method.dotted == "fastapi.APIRouter().get"
    assert method.owner is made


def test_circles_end_and_are_not_remembered_as_unknown() -> None:
    evaluator = program(
        main="""
        def a(n): return b(n) if n else "end"
        def b(n): return a(n)
        first = a(number)
        second = b(number)
        """
    )
    assert "end" in texts(evaluator, "first")
    assert "end" in texts(evaluator, "second")


def test_what_is_not_there_is_unknown() -> None:
    evaluator = program(
        main="from nowhere import thing\nimport os\nv = thing.attribute\nw = os.environ['X']\n"
    )
    assert isinstance(values(evaluator, "v")[0], External)
    assert texts(evaluator, "w") == ["*"]
    broken = program(main="from .other import thing\n", other="def (\n")
    assert isinstance(values(broken, "thing")[0], Unknown)
    assert [(one.path, one.line) for one in broken.program.unreadable] == [("other.py", 1)]


def test_functions_close_over_the_frame_they_are_made_in() -> None:
    evaluator = program(
        main="""
        def maker(name):
            def inner():
                return "made " + name
            return inner
        made = maker("x")
        v = made()
        """
    )
    assert isinstance(values(evaluator, "made")[0], FunctionValue)
    assert texts(evaluator, "v") == ["made x"]


def test_only_scopes_with_a_word_are_walked() -> None:
    evaluator = program(
        main="""
        def other():
            nothing()
        class Views:
            def wanted(self):
                return find_me(1)
        """
    )
    module = evaluator.program.module("main.py")
    assert module is not None
    found = module.calls_named("find_me")
    assert [scope.name for scope, _ in found] == ["wanted"]
    walked = {scope.name for scope in module.scope.children.values() if "contents" in vars(scope)}
    assert walked == {"Views"}


def test_aliases_of_annotations_are_followed_to_what_they_inject() -> None:
    evaluator = program(
        main="""
        from deps import HubDep
        def view(hub: HubDep, other: "Hub | None" = None):
            a = hub
        """,
        deps="""
        from typing import Annotated
        from fastapi import Depends
        class Hub: ...
        hub = Hub()
        def get_hub(): return hub
        HubDep = Annotated[Hub, Depends(get_hub)]
        """,
    )
    (injected,) = values(evaluator, "a", inside="view")
    module = evaluator.program.module("deps.py")
    assert module is not None
    assert evaluator.name("hub", evaluator.frame(module.scope)) == (injected,)


def test_a_text_that_may_be_another_stays_open_when_it_is_changed() -> None:
    evaluator = program(
        main="""
        def view(request):
            asked = (request.args.get("q") or "").strip()
            named = (request.args.get("q") or "Tick").lower()
        """
    )
    assert texts(evaluator, "asked", inside="view") == ["", "*"]
    assert texts(evaluator, "named", inside="view") == ["tick", "*"]


def test_a_text_that_is_marked_as_safe_is_the_same_text() -> None:
    evaluator = program(
        main="""
        from django.utils import safestring
        from markupsafe import Markup

        one = Markup("<b>1</b>")
        other = safestring.mark_safe(f"data: {one}")
        """
    )
    assert texts(evaluator, "one") == ["<b>1</b>"]
    assert texts(evaluator, "other") == ["data: <b>1</b>"]


def test_a_method_may_be_one_of_a_class_that_is_derived() -> None:
    evaluator = program(
        main="""
        class Sender:
            kind = "message"

            def send(self):
                kind = self.kind
        """,
        others="""
        from main import Sender

        class Named(Sender):
            kind = "named"

        class Other:
            kind = "other"
        """,
    )
    assert texts(evaluator, "kind", inside="Sender.send") == ["message", "named"]


def test_a_list_that_other_code_is_given_may_be_filled() -> None:
    evaluator = program(
        main="""
        def view():
            own, given, caught = [], [], []
            fill(given)
            run(lambda one: caught.append(one))
            len(own)
        """
    )
    frame = at(evaluator, "view")

    def holds(name: str) -> bool | None:
        return truth(evaluator, ast.Name(name, lineno=99, col_offset=0), frame)

    assert [holds(name) for name in ("own", "given", "caught")] == [False, None, None]


@pytest.mark.parametrize(("parts", "holds"), [(20, False), (80, None)])
def test_a_condition_that_takes_many_steps_is_not_told(parts: int, holds: bool | None) -> None:
    names = "".join(f"{{P{number}}}" for number in range(parts))
    constants = "\n".join(f'P{number} = "x"' for number in range(parts))
    evaluator = program(main=f'{constants}\nA = "y"\ndef view():\n    return f"{names}" == A\n')
    frame = at(evaluator, "view")
    (returned,) = frame.scope.returns
    assert returned.value is not None
    assert truth(evaluator, returned.value, frame) is holds
    # By itself such a text is worked out.
    assert isinstance(returned.value, ast.Compare)
    assert evaluator.text(returned.value.left, frame) == "x" * parts


def test_loops_that_put_a_text_together_are_gone_through_turn_by_turn() -> None:
    evaluator = program(
        main="""
        def added(**fields):
            out = ""
            for key, value in fields.items():
                out += f"{key}: {value}\\n"
            return out + "\\n"

        def listed(event, data):
            table = {"event": event, "data": data}
            lines = []
            for key in ("event", "data"):
                line = key + ": " + table[key]
                lines.append(line)
            lines.append("")
            return "\\n".join(lines)

        def joined(**fields):
            rows = (f"{k}: {line}\\n" for k, v in fields.items() for line in v.splitlines())
            return "".join(rows) + "\\n"

        def paired(event, data):
            rows = [f"{name}: {value}" for name, value in (("event", event), ("data", data))]
            return "\\n".join(rows)

        def kept(event, data, note=None):
            table = {"event": event, "note": note, "data": data}
            return "|".join(f"{k}={v}" for k, v in table.items() if v is not None)

        def several(event, *parts):
            rows = [f"event: {event}"]
            for part in parts:
                rows.extend("data: " + row for row in part.split("|"))
            return "\\n".join(rows)

        a = added(event="x", data="1")
        f = several("x", "1", read())
        b = listed("x", "1")
        c = joined(event="x", data="1")
        d = paired("x", "1")
        e = kept("x", "1")
        """
    )
    assert texts(evaluator, "a") == ["event: x\ndata: 1\n\n"]
    assert texts(evaluator, "b") == ["event: x\ndata: 1\n"]
    assert texts(evaluator, "c") == ["event: x\ndata: 1\n\n"]
    assert texts(evaluator, "d") == ["event: x\ndata: 1"]
    assert texts(evaluator, "e") == ["event=x|data=1"]
    assert texts(evaluator, "f") == ["event: x\ndata: *\ndata: *"]


def test_a_loop_that_may_be_left_early_is_not_gone_through_to_its_end() -> None:
    evaluator = program(
        main="""
        def found():
            out = ""
            for name in ("a", "b"):
                out += name + ";"
                if stop():
                    break
            return out

        a = found()
        """
    )
    assert "a;b;" not in texts(evaluator, "a")


def test_keys_and_values_that_are_not_known_are_not_mixed() -> None:
    evaluator = program(
        main="""
        def added(fields):
            out = "id: 1\\n"
            for key, value in fields.items():
                out += f"{key}: {value}\\n"
            return out

        def listed(fields):
            lines = ["id: 1"]
            for key, value in fields.items():
                lines.append(f"{key}: {value}")
            return "|".join(lines)

        def joined(fields):
            rows = [f"{key}: {value}" for key, value in fields.items()]
            return "|".join(rows)

        a = added(read())
        b = listed(read())
        c = joined(read())
        """
    )
    assert texts(evaluator, "a") == ["id: 1\n*"]
    assert texts(evaluator, "b") == ["id: 1*"]
    assert texts(evaluator, "c") == ["*"]


def test_what_methods_add_to_an_object_is_not_forgotten() -> None:
    evaluator = program(
        main="""
        class Wire:
            head = "> "

            def __init__(self):
                self.lines = []
                self.text = ""
                self.rest = ["a", "b"]

            def put(self, line):
                self.lines.append(line)
                self.text += line
                return self

            def end(self):
                return "|".join(self.lines) + "!"

            def said(self):
                return self.head + self.text

            def fixed(self):
                return self.head + "|".join(self.rest)

        a = Wire().put("x").end()
        b = Wire().put("x").said()
        c = Wire().fixed()
        """
    )
    assert texts(evaluator, "a") == ["*!"]
    assert texts(evaluator, "b") == ["> *"]
    assert texts(evaluator, "c") == ["> a|b"]


def test_files_are_found_by_a_word_and_by_several_words_in_a_row() -> None:
    found = program(main="import htpy as h\n", other="htpy = 1  # important\n").program
    assert found.containing(None, b"import htpy") == ["main.py"]
    assert found.containing(None, b"htpy") == ["main.py", "other.py"]
    assert found.containing(None, b"import") == ["main.py", "other.py"]
    assert found.containing(None, b"h.div") == []


STATE = """
    class Job:
        def __init__(self):
            self.state = "running"

    job = Job()
    last = job.state
"""
SAMPLE = """
    def test_it(job):
        job.state = "sample"
"""


def test_what_tests_put_into_an_object_is_a_sample() -> None:
    evaluator = program(main=STATE, worker=SAMPLE, test_job=SAMPLE.replace("sample", "tried"))
    assert texts(evaluator, "last") == ["running", "sample"]
    # Nor is their file parsed for it; when it is for something else, that changes nothing.
    assert "test_job.py" not in evaluator.program.parsed
    evaluator = program(main=STATE, worker=SAMPLE, test_job=SAMPLE.replace("sample", "tried"))
    assert evaluator.program.module("test_job.py") is not None
    assert texts(evaluator, "last") == ["running", "sample"]


def test_in_a_test_it_is_what_it_is() -> None:
    evaluator = program(test_main=STATE, test_job=SAMPLE)
    (value,) = {
        evaluator.as_text(one)
        for one in evaluator.name("last", at(evaluator, "", "test_main.py"))[1:]
    }
    assert str(value) == "sample"
