"""All applications of a repository and their streams, read when they are first asked for."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from sse_check.apps.model import App, Emission, Render, Route, Stream, StreamRoute
from sse_check.project.project import Project
from sse_check.python.program import Program
from sse_check.source import Span
from sse_check.source.timing import timing
from sse_check.template.values import Pattern

if TYPE_CHECKING:
    import ast

    from sse_check.apps.apps import Repository
    from sse_check.apps.dependencies import Required
    from sse_check.apps.escaped import Escaped
    from sse_check.apps.no_text import NoText
    from sse_check.apps.own_scripts import OwnScripts
    from sse_check.apps.payload_templates import Unsplit
    from sse_check.apps.payloads import Payload
    from sse_check.apps.streams import Streams
    from sse_check.apps.waits import Wait
    from sse_check.python.values import Frame, Value


@dataclass(eq=False)
class Applications:
    """The server side of a project. Its files are parsed as far as a question needs them."""

    project: Project
    _streams: dict[tuple[int, int, int], Stream | None] = field(default_factory=dict)
    _own_scripts: dict[int, "OwnScripts | None"] = field(default_factory=dict)

    @cached_property
    def _repository(self) -> "Repository":
        from sse_check.apps.apps import Repository

        return Repository(self.project)

    @property
    def program(self) -> Program:
        return self._repository.program

    @property
    def apps(self) -> list[App]:
        """The applications in the order of their files, those that are made by tests too."""
        with timing.part("server"):
            return self._repository.apps

    @cached_property
    def _reader(self) -> "Streams":
        from sse_check.apps.streams import Streams

        return Streams(self._repository.evaluator, self.project.settings.server, self.apps)

    def stream(self, app: App, route: Route) -> Stream | None:
        """What a route sends; None when it answers without a stream."""
        view = route.view
        # A method that two classes inherit is one of each.
        own = (id(view.scope), id(view.owner)) if view is not None else (id(route), 0)
        key = (*own, id(app))
        if key not in self._streams:
            with timing.part("server"):
                self._streams[key] = self._reader.of_route(route, app)
        return self._streams[key]

    def other_types(self, app: App, route: Route) -> list[tuple[Span, str]]:
        """Where a route that does not stream says of which content type its answers are, and
        which; where one is made without any, that is empty."""
        with timing.part("server"):
            return self._reader.other_types(route, app)

    def own_scripts(self, app: App) -> "OwnScripts | None":
        """The htmx that the framework loads by itself into the pages of an app."""
        if id(app) not in self._own_scripts:
            from sse_check.apps.own_scripts import own_scripts

            self._own_scripts[id(app)] = own_scripts(self._repository.evaluator, app)
        return self._own_scripts[id(app)]

    def payload(self, emission: Emission) -> "Payload":
        """Of what kind the data of an event is."""
        from sse_check.apps.payloads import payload_of

        return payload_of(self._repository.evaluator, emission)

    def unsplit(self, app: App, stream: Stream) -> "Iterator[Unsplit]":
        """The renderings that a stream puts whole into one line of a frame."""
        from sse_check.apps.payload_templates import unsplit_in

        return unsplit_in(self._repository.evaluator, stream, app)

    def unsplit_elements(self, stream: Stream) -> "Iterator[tuple[Span, Span]]":
        """The elements that a stream puts whole into one line of a frame."""
        from sse_check.apps.payload_templates import unsplit_elements_in

        return unsplit_elements_in(self._repository.evaluator, stream)

    def escaped_in(self, emission: Emission) -> "Iterator[Escaped]":
        """The calls that escape what is HTML already, on its way into an event."""
        from sse_check.apps.escaped import escaped_in

        return escaped_in(self._repository.evaluator, emission)

    def pieces_of_models(self, stream: Stream) -> "Iterator[tuple[Span, str]]":
        """The frames by hand that have a piece of a model's answer in one line."""
        from sse_check.apps.model_text import pieces_of_models

        return pieces_of_models(self._repository.evaluator, stream)

    def no_text_in(self, emission: Emission) -> "Iterator[NoText]":
        """The parts of an event that are objects where their text was meant."""
        from sse_check.apps.no_text import no_text_in

        return no_text_in(self._repository.evaluator, emission)

    def waits_in(self, one: StreamRoute) -> "Iterator[Wait]":
        """Where a stream waits in a way that stops its server, or does not wait at all."""
        from sse_check.apps.waits import waits_in

        return waits_in(self._repository.evaluator, one)

    def rendered_in(self, emission: Emission, app: App) -> "Iterator[Render]":
        """The templates whose rendering is, or is a part of, what an event carries."""
        from sse_check.apps.payload_templates import rendered_in

        return rendered_in(self._repository.evaluator, emission, app)

    def carried_whole(self, emission: Emission, app: App) -> "Iterator[Render]":
        """The rendering that is all that an event carries."""
        from sse_check.apps.payload_templates import carried_whole

        return carried_whole(self._repository.evaluator, emission, app)

    def payload_texts(self, emission: Emission) -> tuple[Pattern, ...]:
        """The texts that the data of an event may be; empty where some are not known at all."""
        from sse_check.apps.payloads import texts_of

        return texts_of(self._repository.evaluator, emission)

    def asked_for(self, app: App, route: Route) -> "Iterator[Required]":
        """What a client has to give to a route."""
        from sse_check.apps.dependencies import asked_for

        return asked_for(self._repository.evaluator, app, route)

    def values(self, node: "ast.expr", frame: "Frame") -> "tuple[Value, ...]":
        """What an expression of the server may be."""
        return self._repository.evaluator.values(node, frame)

    def written_of(self, emission: Emission) -> tuple[str, ...]:
        """The source of what makes the data of an event."""
        from sse_check.apps.payloads import written_of

        return written_of(self._repository.evaluator, emission)
