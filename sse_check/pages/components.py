"""A template that is used as a tag (`<c-card>`, `<Card>`): what it is given, and its content."""

from sse_check.pages.handed import tag_of
from sse_check.pages.library import body_of
from sse_check.pages.scene import Body, Frame, Scene
from sse_check.project.project import Project
from sse_check.source.lazy import lazy
from sse_check.template.expressions import parameters
from sse_check.template.model import Site, Template
from sse_check.template.tag import Attribute
from sse_check.template.values import Hole

_NAME = lazy(r"[\w-]+\Z")
_DECLARED = lazy(r"\s*\{#-?\s*def\s+((?:[^#]|#(?!\}))*?)-?#\}")
# An expression that stands for nothing that is known.
_UNKNOWN = "_()"


def component_scene(project: Project, scene: Scene, site: Site) -> Scene | None:
    """The template of such a tag as it is used here; None where it cannot be read."""
    template = project.template(site.name)
    if template is None or any(frame.path == site.name for frame in scene.frames):
        return None
    bindings = {**_defaults(template), **_bindings(scene.template, site)}
    frame = Frame(site.name, template, bindings, True, site, "include")
    body = Body(body_of(scene.template, site), scene)
    return Scene(site.name, template, (frame, *scene.frames), body=body)


def _defaults(template: Template) -> dict[str, str]:
    """What is given where nothing is: `<c-vars kind="x" />`, `{#def kind="x" #}`."""
    found: dict[str, str] = {}
    for site in template.sites:
        if site.kind == "defaults":
            found |= _bindings(template, site)
    declared = _DECLARED.match(template.text)
    for one in parameters(declared[1]) if declared is not None else ():
        if one.default is not None:
            found[one.name] = one.default
    return found


def _bindings(template: Template, site: Site) -> dict[str, str]:
    """Names and expressions, from the attributes of the tag."""
    return dict(filter(None, map(_binding, tag_of(template, site).attributes)))


def _binding(attribute: Attribute) -> tuple[str, str] | None:
    name = attribute.name.removeprefix(":")
    if not _NAME.match(name):
        return None
    return name.replace("-", "_"), _expression(attribute)


def _expression(attribute: Attribute) -> str:
    if attribute.value is None:
        return "True"
    texts = [part for part in attribute.value if isinstance(part, str)]
    if len(texts) == len(attribute.value):
        text = "".join(texts)
        if attribute.name[0] == ":":
            return text.strip()
        return f"'{text}'" if '"' in text else f'"{text}"'
    first = attribute.value[0]
    if len(attribute.value) == 1 and isinstance(first, Hole):
        # A statement too: `{% url "events" %}` names a route.
        return first.text
    return _UNKNOWN
