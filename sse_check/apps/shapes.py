"""The calls that render templates: a row for each, and nothing else."""

from typing import NamedTuple


class Shape(NamedTuple):
    """Where a call has the name of the template, the block and the context.

    `names` are keywords of the name, `place` its place when the first argument is not it
    already. `context` is the place after the name of a dict with the context, or -1; `spread`
    says that keywords are the context. `block` is the place of the block after the name.
    """

    place: int = 0
    context: int = -1
    spread: bool = False
    block: int = -1
    packages: tuple[str, ...] = ()
    # Whether all keywords but this one are the context.
    keyword: str = ""
    # Keywords that name a block each, with what they are by default.
    blocks: tuple[tuple[str, str], ...] = ()


NAMES = ("template_name", "name", "template", "template_name_or_list", "template_name_list")
BLOCKS = ("block_name", "block", "block_names", "page_block_name")
CONTEXTS = ("context", "ctx", "data")
_OPTIONS = """request status_code headers media_type background status content_type using
    mimetype environment env app target swap retry_target""".split()
NOT_CONTEXT = frozenset((*NAMES, *BLOCKS, *CONTEXTS, *_OPTIONS))
# All that Bottle's are given is the context; the name of the template goes first.
_BOTTLE = Shape(0, 1, spread=True, packages=("bottle",), keyword="tpl")
SHAPES: dict[str, Shape] = {
    "TemplateResponse": Shape(1, 1),
    "template_response": Shape(1, 1),
    "render_template": Shape(0, 1, spread=True),
    "stream_template": Shape(0, 1, spread=True),
    "render_to_string": Shape(0, 1),
    "render_to_response": Shape(0, 1),
    "render_async": Shape(0, 1),
    "render": Shape(1, 1),
    "render_block": Shape(1, 2, spread=True, block=1),
    "render_blocks": Shape(1, 2, spread=True, block=1),
    "render_block_async": Shape(1, 2, spread=True, block=1),
    "render_block_to_string": Shape(0, 2, block=1),
    "render_fragment": Shape(0, 2, block=1),
    "HTMXTemplate": Shape(0, -1),
    "HTMXBlockTemplate": Shape(0, -1),
    "Template": Shape(0, -1, spread=True, packages=("chirp", "litestar")),
    "Fragment": Shape(0, -1, spread=True, block=1, packages=("chirp",)),
    "stream_to_fragments": Shape(1, -1, block=1, packages=("chirp",)),
    "stream_with_sources": Shape(
        1,
        packages=("chirp",),
        blocks=(("sources_block", ""), ("response_block", "response"), ("share_link_block", "")),
    ),
    "Page": Shape(0, -1, spread=True, block=1, packages=("chirp",)),
    "ValidationError": Shape(0, -1, spread=True, block=1, packages=("chirp",)),
    "FragmentContract": Shape(0, -1, block=1, packages=("chirp",)),
    "LayoutPage": Shape(0, -1, spread=True, block=1, packages=("chirp",)),
    "Stream": Shape(0, -1, spread=True, packages=("chirp",)),
    "TemplateStream": Shape(0, -1, spread=True, packages=("chirp",)),
    "Suspense": Shape(0, -1, spread=True, packages=("chirp",)),
    "LayoutSuspense": Shape(0, -1, spread=True, packages=("chirp",)),
    "template": _BOTTLE,
    "jinja2_template": _BOTTLE,
    "view": Shape(0, 1, packages=("blacksheep",)),
    "view_async": Shape(0, 1, packages=("blacksheep",)),
}
INLINE = frozenset(
    (
        "render_template_string",
        "stream_template_string",
        "InlineTemplate",
        "from_string",
        "render_string",
    )
)
FRAMEWORKS = ("django", "sanic_ext", "blacksheep", "tornado")
# Handlers of Tornado, whose templates are files.
OF_HANDLERS = Shape(0, -1, spread=True, keyword="template_name")
LOOKING_UP = ("get_template", "select_template", "get_or_select_template")
RENDERING = (*SHAPES, *INLINE)
