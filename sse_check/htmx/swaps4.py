"""What htmx 4 does with a payload: out-of-band parts, partials, and the rest."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from sse_check.htmx import hcon
from sse_check.htmx.attributes4 import Attributes4
from sse_check.htmx.dom import Node, held, release
from sse_check.htmx.effects import Effect
from sse_check.htmx.morph import IntoItselfError, Morph
from sse_check.htmx.own_tags import as_templates
from sse_check.htmx.preserve import Pantry
from sse_check.htmx.reasons import GONE, INTO_ITSELF, NO_TARGET, NOT_VALID, UNKNOWN_STYLE
from sse_check.htmx.selectors import (
    InvalidSelectorError,
    Place,
    UnknownSelectorError,
    select,
    selected,
)
from sse_check.htmx.swaps import STYLES, Swapped, apply_swap
from sse_check.htmx.upsert import upsert

_ALIASES = {
    "before": "beforebegin",
    "after": "afterend",
    "prepend": "afterbegin",
    "append": "beforeend",
}
_MORPHS = ("innerMorph", "outerMorph")
# What ends the stream that brought a message.
BREAKING = (INTO_ITSELF, UNKNOWN_STYLE)
_UPSERT = ("key", "sort", "prepend")
_KNOWN = (*STYLES, "textContent", *_MORPHS)
_AT_A_SELECTOR = re.compile(r"(\S+):(.+)")
_WORDS = re.compile(r"\s*[,:]\s*")
_STYLE = re.compile(r"(\S+)\s*(.*)$", re.DOTALL)
_NO_STYLE = re.compile(r"\S*:")

Content = list[Node | str]


@dataclass(frozen=True, slots=True)
class Spec:
    """A style with its settings."""

    style: str
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def timing(self) -> tuple[str, ...]:
        words = ("swap", "settle", "transition")
        return tuple(f"{word}:{self.settings[word]}" for word in words if word in self.settings)


@dataclass(frozen=True, slots=True)
class Asked:
    """What htmx settles when an element asks: where answers go and what is taken of them."""

    target: Node | None
    swap: str
    chosen: str | None
    out_of_band: str | None


@dataclass(frozen=True, slots=True)
class Task:
    """A part of a payload that goes to a place of its own."""

    target: Node
    spec: Spec
    content: Content


class Swaps4(Attributes4):
    """The part of a page of htmx 4 that changes it."""

    def swap4(
        self, effect: Effect, element: Node, asked: Asked, data: str, *, stream: bool
    ) -> None:
        """Swap a message of a stream, or an answer; a stream's empty message changes nothing."""
        try:
            self._swap4(effect, element, asked, data, stream=stream)
        except InvalidSelectorError:
            effect.failure = NOT_VALID
        except UnknownSelectorError:
            effect.unknown = True

    def _swap4(
        self, effect: Effect, element: Node, asked: Asked, data: str, *, stream: bool
    ) -> None:
        content = self.parse(as_templates(data))
        self.ids.note(content)
        _drop_title(content)
        tasks: list[Task] = []
        if asked.out_of_band:
            self._choose_out_of_band(content, element, asked.out_of_band, tasks)
        self._take_out_of_band(content, element, tasks)
        tasks_only = bool(tasks) and not self.config.get("allowEmptySwapAfterOOB")
        partials = self._take_partials(content, element, tasks)
        spec = self.spec(asked.swap)
        if self.config.get("transitions"):
            spec.settings.setdefault("transition", "true")
        effect.style, effect.select, effect.timing = spec.style, asked.chosen or "", spec.timing
        fresh: list[Node] = []
        full = any(isinstance(c, Node) or c.strip() for c in content)
        if (
            spec.style == "delete"
            or full
            or self._swaps_empty(spec, stream, tasks_only or partials)
        ):
            if asked.chosen:
                content = selected(content, asked.chosen)
            named = spec.settings.get("target")
            # A target that was settled with the request and not found is the element itself.
            settled = asked.target or self.target4(element, None)
            target = self.first(element, named, "hx-target") if named else settled
            self._insert(effect, target, spec, content, fresh)
        for task in tasks:
            self._insert(Effect(element, "swap"), task.target, task.spec, task.content, fresh)
        effect.out_of_band = tuple((task.target, task.spec.style) for task in tasks)
        effect.taken = tuple(fresh)
        for node in fresh:
            if self.in_page(node):
                self.process(node)

    @staticmethod
    def _swaps_empty(spec: Spec, stream: bool, beside: bool) -> bool:
        said = spec.settings.get("swapEmpty")
        return said != "false" if said is not None else not (stream or beside)

    @property
    def _upserts(self) -> bool:
        return self.stack.upsert and self.approved("upsert")

    def spec(self, text: str, default: str = "") -> Spec:
        text, style = text.strip(), default or self.default_swap
        if text and not _NO_STYLE.match(text):
            match = _STYLE.match(text)
            style, text = (match[1], match[2]) if match else (style, "")
        return Spec(_ALIASES.get(style, style), hcon.pairs(text))

    def _insert(
        self, effect: Effect, target: Node | None, spec: Spec, content: Content, fresh: list[Node]
    ) -> None:
        upserts = spec.style == "upsert" and self._upserts
        if target is None or not (spec.style in _KNOWN or upserts):
            effect.failure = NO_TARGET if target is None else UNKNOWN_STYLE
            if target is not None and spec.style == "upsert" and self.approved("upsert"):
                # An extension of its own, which may be loaded.
                effect.unknown = True
            return
        if not self.in_page(target):
            effect.failure = GONE
        elif spec.style != "none":
            effect.lands = target
        if spec.settings.get("strip", "false") != "false":
            effect.strip = True
            content = _stripped(content)
        if spec.style in ("outerHTML", "outerMorph") and target.parent is None:
            return
        try:
            swapped = self._put_in(spec, target, content, upserts=upserts)
        except IntoItselfError:
            effect.failure, effect.lands = INTO_ITSELF, None
            return
        effect.removed = swapped.removed
        fresh.extend(swapped.inserted)

    def _put_in(self, spec: Spec, target: Node, content: Content, *, upserts: bool) -> Swapped:
        """Swap, and let what is preserved come back."""
        for part in content:
            if isinstance(part, Node):
                self.note(part)
        if spec.style in ("none", "delete"):
            return apply_swap(spec.style, target, content, self.clean_up)
        pantry = Pantry(self.root, content, self._preserving)
        if spec.style in _MORPHS:
            swapped = self._morph(spec.style, target, content)
        elif upserts:
            swapped = upsert(self.root, target, content, spec.settings)
        else:
            swapped = apply_swap(spec.style, target, content, self.clean_up, body_stays=False)
        for placeholder in pantry.give_back(by_selector=False):
            self.clean_up(placeholder)
        return swapped

    @property
    def _preserving(self) -> tuple[str, ...]:
        own = (f"{self.extra_prefix}preserve",) if self.extra_prefix else ()
        return ("hx-preserve", *own)

    def _morph(self, style: str, target: Node, content: Content) -> Swapped:
        said = self.config
        morph = Morph(
            target,
            self.clean_up,
            self.start_anew,
            self.process,
            lambda node: id(node) in self.processed,
            str(said.get("morphSkip", "[hx-morph-skip]") or ""),
            str(said.get("morphSkipChildren", "[hx-morph-skip-children]") or ""),
        )
        elements = tuple(one for one in content if isinstance(one, Node))
        if style == "outerMorph":
            morph.outer(content)
            return Swapped((*elements, target), tuple(morph.removed))
        morph.inner(content)
        return Swapped(tuple(target.elements), tuple(morph.removed))

    # Parts that go elsewhere

    def _choose_out_of_band(
        self, content: Content, element: Node, listed: str, tasks: list[Task]
    ) -> None:
        holder = held(content)
        for entry in listed.split(","):
            selector, _, how = entry.partition(":")
            for node in [n for n in select(holder, selector.strip()) if n is not holder]:
                self._plan(node, element, how or "true", tasks)
        release(holder, content)

    def _take_out_of_band(self, content: Content, element: Node, tasks: list[Task]) -> None:
        holder = held(content)
        for node in list(holder.descendants()):
            how = self.attribute(node, "hx-swap-oob")
            if how is not None:
                node.attributes.pop("hx-swap-oob", None)
                node.attributes.pop(f"{self.extra_prefix}swap-oob", None)
                self._plan(node, element, how, tasks)
        release(holder, content)

    def _plan(self, node: Node, element: Node, how: str, tasks: list[Task]) -> None:
        ident = node.attributes.get("id")
        selector = f"#{_escaped(ident)}" if ident else ""
        first = self.stack.first_4
        match = _AT_A_SELECTOR.match(how)
        if match and not (first and " " in how):
            how, selector = match[1], match[2]
        spec = self.spec("outerHTML" if how in ("true", "") else how)
        selector = spec.settings.get("target") or selector
        if not selector:
            # Without an id there is no place for it: it is content like any other.
            return
        spec.settings.setdefault("strip", str(not spec.style.startswith("outer")).lower())
        places: list[Place] = [*select(self.root, selector)] if first else []
        places += [] if first else self.find_all(element, selector)
        tasks.extend(Task(one, spec, [node.copy()]) for one in places if isinstance(one, Node))
        node.detach()

    def _take_partials(self, content: Content, element: Node, tasks: list[Task]) -> bool:
        """`<hx-partial>` parts go where they say themselves; whether there were any."""
        holder = held(content)
        found = False
        for node in [n for n in holder.descendants() if n.name == "template"]:
            if "hx" not in node.attributes:
                continue
            selector = self.attribute(node, "hx-target") or ""
            if node.attributes.get("type") == "upsert" and self._upserts:
                found = True
                settings = {n: v or "true" for n, v in node.attributes.items() if n in _UPSERT}
                places = select(self.root, selector)[:1]
                tasks.extend(Task(p, Spec("upsert", settings), _content_of(node)) for p in places)
            ident = node.attributes.get("id")
            selector = selector or (f"#{_escaped(ident)}" if ident else "")
            if node.attributes.get("type") == "partial" and selector:
                found = True
                spec = self.spec(self.attribute(node, "hx-swap") or self.default_swap)
                targets = self.find_all(element, selector)
                tasks.extend(
                    Task(one, spec, _content_of(node.copy()))
                    for one in targets
                    if isinstance(one, Node)
                )
            node.detach()
        release(holder, content)
        return found

    # Targets

    def target4(self, node: Node, selector: str | None) -> Node | None:
        """A target that is not found is as good as none: the element itself."""
        if selector is not None:
            return self.first(node, selector, "hx-target")
        if self.boosts(node):
            return next(one for one in self.root.subtree() if one.name == "body")
        return node

    def first(self, node: Node, selector: str, attribute: str) -> Node | None:
        if not selector:
            return None
        places: list[Place] = []
        for part in hcon.split(selector.removeprefix("global ")):
            if part.strip() == "this":
                said = self.sayings(node, attribute)
                places += [one for one, value in said if "this" in _WORDS.split(value)][:1]
        places += [] if places else self.find_all(node, selector)
        found = places[0] if places else None
        return found if isinstance(found, Node) else None

    boosts: Callable[[Node], bool]
    start_anew: Callable[[Node], None]


def _drop_title(content: Content) -> None:
    """The first title, at any depth, names the page and goes nowhere else."""
    holder = held(content)
    for node in holder.descendants():
        if node.name == "title" and not any(above.name == "svg" for above in node.ancestors()):
            node.detach()
            break
    release(holder, content)


def _stripped(content: Content) -> Content:
    """What stands in the first element; the others are left out."""
    first = next((c for c in content if isinstance(c, Node)), None)
    return _content_of(first) if first is not None else content


def _content_of(node: Node) -> Content:
    inner = list(node.children)
    for child in inner:
        if isinstance(child, Node):
            child.parent = None
    node.children = []
    return inner


def _escaped(ident: str) -> str:
    return re.sub(r"([^\w-]|^\d)", lambda match: f"\\{ord(match[1]):x} ", ident)
