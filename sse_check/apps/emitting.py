"""Values that go through a stream, as events: what each is to the library that sends it."""

import ast
from collections.abc import Iterable, Iterator

from sse_check.apps.drafts import (
    UNKNOWN,
    Apart,
    Draft,
    Spot,
    Way,
    elsewhere,
    in_doubt,
    is_helper,
    is_named_here,
    unnamed_at,
)
from sse_check.apps.event_calls import (
    MESSAGE,
    Dialect,
    EventCall,
    Generator,
    event_named,
    plain,
)
from sse_check.apps.event_data import (
    data_of,
    has_stars,
    is_comment,
    is_element,
    is_nothing,
    is_raw,
    is_several,
    never_sent,
    object_in_place_of_text,
)
from sse_check.apps.frames import frames, is_whole
from sse_check.apps.model import Emission, Lost, Stream, Unread
from sse_check.apps.splitting import is_taken, origin_of, rounds
from sse_check.apps.wire import Piece, Sent, Wire, all_conditions, conditions
from sse_check.python.evaluate import Evaluator
from sse_check.python.texts import written
from sse_check.python.truth import reached
from sse_check.python.values import (
    ClassValue,
    Frame,
    InstanceValue,
    MappingValue,
    Text,
    Value,
)
from sse_check.template.values import Pattern


class Emitter:
    """Adds events to a stream."""

    def __init__(
        self,
        evaluator: Evaluator,
        stream: Stream,
        calls: tuple[EventCall, ...],
        untargeted: tuple[str, ...],
        wraps: bool = False,
    ) -> None:
        self.evaluator = evaluator
        self.stream = stream
        self.calls = calls
        # The names that a fragment of Chirp without a target may have.
        self.untargeted = untargeted
        # Whether one with a target is sent in an out-of-band element.
        self.wraps = wraps
        self._apart = Apart()

    # What is sent

    def send(self, node: ast.expr, frame: Frame, way: Way, wire: Wire) -> None:
        """Send one expression: each value that it may have."""
        drafts: list[Draft] = []
        pieces: list[Piece] = []
        found = rounds(self.evaluator, node, frame)
        for one in found:
            place = self.evaluator.places(frame.scope).of(node)
            if len(found) > 1 and not reached(self.evaluator, place, one.frame):
                continue
            origin = origin_of(one.origin) if len(found) > 1 else None
            values = self.evaluator.values(node, one.frame)
            sure = way.certain and one.certain and len(values) == 1
            if one.heard or is_taken(node):
                self.stream.shared = True
            for value in values:
                spot = Spot(node, one.frame, origin or elsewhere(value, values))
                if isinstance(value, Text) and self._is_wire(value, way.dialect):
                    pieces.append(self._piece(value, spot, way._replace(certain=sure)))
                    continue
                if way.dialect.text == "frames" and wire.begun and not self._is_event(value):
                    # A frame goes on with something that is not known.
                    text = Text(UNKNOWN, node, one.frame)
                    pieces.append(self._piece(text, spot, way._replace(certain=False)))
                    continue
                whole = way.dialect.text == "frames" and not way.sifted
                if whole and (what := object_in_place_of_text(value)):
                    self.stream.unsendable.append((node, one.frame, what))
                drafts.extend(self._drafts(value, spot, way._replace(certain=sure), pieces))
        if pieces:
            drafts.extend(self._put(pieces, wire))
        self.add(drafts, way.last, sure=way.certain)

    def _is_event(self, value: Value) -> bool:
        """Whether a value that is no text may be a whole event."""
        if not isinstance(value, InstanceValue):
            return isinstance(value, MappingValue)
        return isinstance(value.of, ClassValue) or bool(event_named(value.dotted, self.calls))

    @staticmethod
    def _is_wire(value: Text, dialect: Dialect) -> bool:
        frames = dialect.text == "frames" and value.kind != "none"  # `None` is no text.
        return frames or (dialect.raw_bytes and value.kind == "bytes")

    def finish(self, wire: Wire, unended: Iterable[Sent] = ()) -> None:
        """A generator has ended: what was begun is complete or never comes."""
        lost = (*unended, *wire.end())
        self.add([draft for sent in lost for draft in self._of_sent(sent)])

    def add(self, drafts: list[Draft], last: bool = False, sure: bool = False) -> None:
        """Events of one expression. Where they have one name, the expression is the place of it;
        where each has its own, the place is where that is written."""
        here = is_named_here(drafts)
        single = len({draft.name for draft in drafts}) == 1
        known: dict[tuple[Pattern, str, int], int] = {}
        for number, one in enumerate(self.stream.emissions):
            known[one.name, one.module.path, one.span.start] = number
        for draft in drafts:
            node, frame = draft.node, draft.frame
            # A frame without an end is at fault where it is sent, whatever its name is.
            if not here and draft.origin is not None and draft.lost not in ("end", "late", "glued"):
                node, frame = draft.origin
            emission = Emission(
                draft.name,
                frame.module.span(node),
                frame.module,
                draft.payload,
                draft.payload_frame,
                draft.encodes_json,
                last,
                draft.certain or (single and sure),
                draft.wrapped,
                draft.as_is,
                draft.lost,
            )
            if draft.name == UNKNOWN:
                self.open(node, frame, "the name of an event that is sent here cannot be told")
            key = (emission.name, emission.module.path, emission.span.start)
            if key not in known:
                known[key] = len(self.stream.emissions)
                self.stream.emissions.append(emission)
                self._apart.tell(self.stream.emissions, frame)
            elif draft.lost == "late":  # A comment ends it, on one of the ways through the code.
                self.stream.emissions[known[key]] = emission

    def open(self, node: ast.AST, frame: Frame, why: str) -> None:
        """Say that names may be sent that are not known."""
        self.stream.open = True
        span = frame.module.span(node)
        if not any(one.why == why and one.span.start == span.start for one in self.stream.unread):
            self.stream.unread.append(Unread(span, why))

    # Frames by hand

    def _piece(self, value: Text, spot: Spot, way: Way) -> Piece:
        node, frame = spot.origin or (spot.node, spot.frame)
        sure = way.certain
        held = conditions(way.guards)
        after = all_conditions(self.evaluator.places(spot.frame.scope).of(spot.node))
        origin = (node, frame)
        return Piece(
            value.pattern, spot.node, spot.frame, held, sure, origin, last=way.last, after=after
        )

    def _put(self, pieces: list[Piece], wire: Wire) -> Iterator[Draft]:
        """Send a text, or one of several."""
        for piece in pieces:
            self.stream.raw.append((piece.node, piece.frame, piece.pattern))
        unknown = [one for one in pieces if one.pattern == UNKNOWN]
        if unknown and not wire.begun:
            self.open(unknown[0].node, unknown[0].frame, "a text that is sent here cannot be told")
            pieces = [one for one in pieces if one.pattern != UNKNOWN]
        taken = wire.take(pieces) if pieces else ()
        yield from in_doubt([draft for sent in taken for draft in self._of_sent(sent)])
        if wire.cut and pieces:
            why = "a frame is put together in more ways than are looked at"
            self.open(pieces[0].node, pieces[0].frame, why)

    def _of_sent(self, sent: Sent) -> Iterator[Draft]:
        piece = sent.piece
        found = frames(sent.pattern)
        for frame in found:
            lost: Lost = "" if frame.data is not None or frame.more else "data"
            if sent.cut and frame is found[-1]:
                lost = sent.cut
            name = frame.name if frame.name is not None else Pattern.of(MESSAGE)
            at, data = (piece.node, piece.frame, piece.origin), sent.data
            yield Draft(name, *at, data.node, data.frame, False, sent.certain, lost=lost)

    # Values

    def _drafts(self, value: Value, spot: Spot, way: Way, pieces: list[Piece]) -> Iterator[Draft]:
        """The events of a value that is no text of the wire format."""
        dialect = way.dialect
        match value:
            case Text(kind="none"):
                return
            case Text():
                if value.kind == "text" and is_whole(value.pattern):
                    self.stream.framed.append((value, spot.node, spot.frame))
                yield unnamed_at(spot, way, dialect.encodes_json)
            case MappingValue() if dialect.mapping == "fields":
                yield from self._fields(value, spot, way)
            case MappingValue() if dialect.mapping == "json":
                yield unnamed_at(spot, way, dialect.encodes_json)
            case InstanceValue():
                yield from self._instance(value, spot, way, pieces)
            case _:
                self.open(spot.node, spot.frame, "what is sent here cannot be told")

    def _fields(self, value: MappingValue, spot: Spot, way: Way) -> Iterator[Draft]:
        """A dict with the fields of an event."""
        found: dict[str, ast.expr] = {}
        told = True
        for key, item in zip(value.keys, value.items, strict=True):
            field = self.evaluator.text(key, value.frame) if key is not None else None
            if field is None:
                told = False
                self.open(value.node, value.frame, "not all fields of this event can be told")
            else:
                found[field] = item
        event = found.get("event")
        data = found.get("data")
        if event is None and data is None and len(found) == len(value.keys):
            # A comment or a `retry:` alone, which no page hears of.
            return
        if event is None:
            draft = unnamed_at(spot, way)
            yield draft._replace(payload=data, payload_frame=value.frame)
            return
        for name, origin in self._names(event, value.frame, way.dialect.unnamed):
            draft = Draft(name, event, value.frame, origin, data, value.frame, False, way.certain)
            is_lost = way.dialect.needs_data and told and is_nothing(data)
            yield draft._replace(lost="data" if is_lost else "")

    def _names(
        self, node: ast.expr, frame: Frame, unnamed: Pattern
    ) -> Iterator[tuple[Pattern, tuple[ast.expr, Frame] | None]]:
        """The names that an expression gives, each with where it is written."""
        values = self.evaluator.values(node, frame)
        for value in values:
            if isinstance(value, Text) and (value.kind == "none" or not value.pattern.parts):
                yield unnamed, None
            else:
                far = isinstance(value, Text) and value.frame is not frame
                origin = origin_of(value) if far else elsewhere(value, values)
                yield self.evaluator.as_text(value), origin

    def _instance(
        self, value: InstanceValue, spot: Spot, way: Way, pieces: list[Piece]
    ) -> Iterator[Draft]:
        row = event_named(value.dotted, self.calls) if value.dotted else None
        if row is not None and value.call is not None:
            yield from self._called(value.call, value.frame, row, spot, way)
            return
        if isinstance(value.of, ClassValue):
            yield from self._of_project(value, value.of, spot, way, pieces)
            return
        if way.dialect.text == "data" and plain(value.dotted) in _DATA:
            yield unnamed_at(spot, way)
            return
        self.open(spot.node, spot.frame, "what is sent here cannot be told")

    def _of_project(
        self,
        value: InstanceValue,
        owner: ClassValue,
        spot: Spot,
        way: Way,
        pieces: list[Piece],
    ) -> Iterator[Draft]:
        """An event class of the project: what it derives from, or what it writes."""
        for base in self.evaluator.lineage(owner):
            if isinstance(base, ClassValue):
                continue
            row = event_named(base.dotted, self.calls)
            if row is not None and value.call is not None:
                yield from self._called(value.call, value.frame, row, spot, way)
                return
        if way.dialect.text == "frames":
            texts = written(self.evaluator, value, "encode", "__bytes__", "__str__")
            if texts:
                here = spot._replace(origin=spot.origin or origin_of(value))
                pieces.extend(self._piece(text, here, way) for text in texts)
                return
        self.open(spot.node, spot.frame, "what is sent here cannot be told")

    def _called(
        self, call: ast.Call, frame: Frame, row: EventCall, spot: Spot, way: Way
    ) -> Iterator[Draft]:
        """A call of a library that makes an event."""
        found = self.call(call, frame, row, way.certain, way.dialect.unnamed, spot.origin)
        if is_helper(self.evaluator, spot, frame):
            # What is sent is written where the helper is called, not in the helper.
            yield from (one._replace(node=spot.node, frame=spot.frame) for one in found)
        else:
            yield from found

    def call(
        self,
        call: ast.Call,
        frame: Frame,
        row: EventCall,
        sure: bool,
        unnamed: Pattern | None = None,
        origin: tuple[ast.expr, Frame] | None = None,
    ) -> Iterator[Draft]:
        """The events that a call makes or sends."""
        evaluator = self.evaluator
        unnamed = unnamed or Pattern.of(MESSAGE)
        alone = [Pattern.of(n) for n in self.untargeted] if row.name == "Fragment" else [unnamed]
        given = evaluator.argument(call, row.event, row.position) if row.event else None
        payload = data_of(evaluator, call, row)
        if row.of_elements and payload is not None and is_several(evaluator, payload, frame):
            payload = None
        json = row.encodes_json and not is_raw(call)
        spread = [k.value for k in call.keywords if k.arg is None]
        if given is None and row.event and (spread or has_stars(call)):
            yield from self._spread(call, spread, frame, row, sure, alone[0])
            return
        if given is None and payload is None and is_comment(call):
            return
        if given is None:
            for name in alone:
                once = sure and len(alone) == 1
                draft = Draft(name, call, frame, origin, payload, frame, json, once)
                yield draft._replace(as_is=row.as_is)
            return
        names = list(self._names(given, frame, alone[0]))
        lost = never_sent(call, row, payload)
        if row.of_elements and is_element(evaluator, given, frame):
            lost = "name"
        for name, where in names:
            certain_ = sure and len(names) == 1
            wrapped = self.wraps and row.name == "Fragment" and name not in alone
            source = where or origin
            draft = Draft(name, given, frame, source, payload, frame, json, certain_, wrapped)
            yield draft._replace(as_is=row.as_is, lost=lost)

    def fragments(self, call: ast.Call, frame: Frame, row: Generator) -> Iterator[Draft]:
        """The fragments of Chirp that a generator of its own yields."""
        for name in self.untargeted if not row.targets else ():
            yield Draft(Pattern.of(name), call, frame, None, call, frame, False, False)
        for keyword, default in row.targets:
            given = self.evaluator.argument(call, keyword)
            targets = [Pattern.of(default)]
            if given is not None:
                targets = [target for target, _ in self._names(given, frame, UNKNOWN)]
            for target in targets:
                if target.parts and target != UNKNOWN:
                    node = given if given is not None else call
                    draft = Draft(target, node, frame, None, call, frame, False, False)
                    yield draft._replace(wrapped=self.wraps)

    def _spread(
        self,
        call: ast.Call,
        spread: list[ast.expr],
        frame: Frame,
        row: EventCall,
        sure: bool,
        unnamed: Pattern,
    ) -> Iterator[Draft]:
        """`ServerSentEvent(**message)`."""
        for node in spread:
            for value in self.evaluator.values(node, frame):
                if not isinstance(value, MappingValue):
                    yield Draft(UNKNOWN, call, frame, None, None, frame, False, False)
                    continue
                keys = [self.evaluator.text(k, value.frame) if k else None for k in value.keys]
                given = dict(zip(keys, value.items, strict=True))
                event = given.get(row.event)
                data = given.get("data")
                if event is None:
                    alone = unnamed if None not in keys else UNKNOWN
                    yield Draft(alone, call, frame, None, data, value.frame, False, sure)
                    continue
                for name, where in self._names(event, value.frame, unnamed):
                    yield Draft(name, event, value.frame, where, data, value.frame, False, sure)
        if not spread:
            yield Draft(UNKNOWN, call, frame, None, None, frame, False, False)


_DATA = frozenset("render render_template render_to_string render_block to_xml Template".split())
