"""The renderings of a project's pages as its applications serve them."""

from collections.abc import Callable, Iterator
from itertools import islice

from sse_check.apps.model import App
from sse_check.htmx.copying import Copies
from sse_check.htmx.detect import Detector
from sse_check.htmx.dom import Node
from sse_check.htmx.hcon import config_of
from sse_check.htmx.loaded import Loaded, Script
from sse_check.htmx.view import PageView
from sse_check.pages.engine import Cut, Engine, LivePage
from sse_check.pages.marks import mark_of
from sse_check.pages.renderings import Place
from sse_check.wiring.fetches import Fetches, Host

# So many pages are asked which htmx the fragments between them are for.
_MOST_LOADING = 40
Fail = Callable[[str, str, Exception], None]
"""Hears of an exception: in which part, on which file."""


class Views:
    """Makes views, and knows which application serves each and what it was made for."""

    def __init__(
        self,
        engine: Engine,
        detector: Detector,
        serving: Callable[[str], tuple[App, ...]],
        make_fetches: Callable[["Views"], Fetches],
        added: Callable[[App | None, Node], tuple[tuple[Script, ...], dict[str, object]]],
        tell: Callable[[str], None] | None,
        fail: Fail,
    ) -> None:
        self.engine = engine
        self.detector = detector
        self._serving = serving
        self._make_fetches = make_fetches
        # What a framework loads by itself, and its settings of htmx.
        self._added = added
        self._fetches: Fetches | None = None
        self._tell = tell
        self._fail = fail
        self._shown: dict[tuple[str, ...], list[PageView]] = {}
        self._app_of: dict[PageView, App | None] = {}
        self._loaded_by: dict[int, Loaded | None] = {}
        # The fragment that a view was made for: nothing else on it is judged again.
        self._fragment_of: dict[PageView, frozenset[Place]] = {}

    def showing(self, paths: tuple[str, ...]) -> list[PageView]:
        """Every rendering of every page on which elements of these files stand."""
        if paths not in self._shown:
            self._shown[paths] = self._made(paths)
        return self._shown[paths]

    def known(self, paths: tuple[str, ...]) -> list[PageView]:
        """The views of these files, if somebody asked for them."""
        return self._shown.get(paths, [])

    def app_of(self, view: PageView) -> App | None:
        """The application that serves a page in this view."""
        return self._app_of.get(view)

    def concerns(self, view: PageView, node: Node) -> bool:
        """Whether an element is what a view was made for; others are judged on views of theirs."""
        return self.is_of(view, mark_of(node).place)

    def is_of(self, view: PageView, place: Place) -> bool:
        """Whether a view was made for the element that is written at a place: all are, or those
        of a fragment and of what it brings in."""
        fragment = self._fragment_of.get(view)
        return fragment is None or place in fragment

    def _made(self, paths: tuple[str, ...]) -> list[PageView]:
        found: list[PageView] = []
        last = ""
        try:
            for page in self.engine.pages_showing(paths):
                last = page.path
                if self._tell is not None:
                    self._tell(page.path)
                found += self._placed(page) or self._of(page)
        except Exception as error:  # noqa: BLE001 - rules judge the pages that there are
            self._fail("the page engine", last and f"the page after {last}", error)
        return found

    def _of(self, page: LivePage) -> list[PageView]:
        """A page once for each application that serves it, once where none does."""
        apps = self._serving(page.path) or (None,)
        return [view for app in apps for view in self.served(page, app)]

    def served(self, page: LivePage, app: App | None) -> Iterator[PageView]:
        """The renderings of a page as one application serves it."""
        copies = Copies()
        for variant in page.variants:
            own, settings = self._added(app, variant.root)
            loaded = self.detector.loaded(variant.root, own)
            if app is not None and not page.closed and loaded.source == "assumed":
                loaded = self._usual(app) or loaded
            config = config_of(variant.root, loaded.stack.generation) or settings
            view = PageView(page, variant, loaded, config, copies)
            self._app_of[view] = app
            yield view

    def _usual(self, app: App) -> Loaded | None:
        """What the pages of an application load that have htmx, where they all load the same: a
        fragment of it is put into one of them."""
        key = id(app)
        if key not in self._loaded_by:
            found = {one.stack.name: one for one in reversed(list(self._loaded_in(app)))}
            one = next(iter(found.values())) if len(found) == 1 else None
            self._loaded_by[key] = one and Loaded(one.stack, one.source, one.known)
        return self._loaded_by[key]

    def _loaded_in(self, app: App) -> Iterator[Loaded]:
        files = self.engine.project.files
        every = (*files.found.templates, *(files.inner or ()))
        paths = (path for path in every if self._may_load(path) and app in self._serving(path))
        for path in islice(paths, _MOST_LOADING):
            for variant in self.engine.page(path).variants[:1]:
                loaded = self.detector.loaded(variant.root)
                if loaded.script("core") is not None and loaded.known:
                    yield loaded

    def _may_load(self, path: str) -> bool:
        data = self.engine.project.files.data(path)
        return b"htmx" in data and b"<script" in data and self.engine.is_whole(path)

    def _placed(self, page: LivePage) -> list[PageView]:
        """A fragment on the pages that fetch it, in the applications that serve it."""
        if page.closed or page.path not in self.engine.project.graph.speaking:
            return []
        if self.engine.is_whole(page.path):
            # A part that is rendered by itself, of a file that is a page: nobody fetches that.
            return []
        found: list[PageView] = []
        for app in self._serving(page.path):
            views = self.fetches.placed(page.path, app)
            for view in views:
                self._fragment_of[view] = page.places
            found += views
        return found

    @property
    def cuts(self) -> list[Cut]:
        """The fragments that were not put where they are fetched."""
        return self._fetches.cuts if self._fetches is not None else []

    @property
    def fetches(self) -> Fetches:
        """What the pages of the project fetch, and where they put it."""
        if self._fetches is None:
            self._fetches = self._make_fetches(self)
            for page in self.engine.pages_showing(tuple(self.engine.project.graph.relevant)):
                for app in self._serving(page.path) if page.closed else ():
                    hosts = [Host(view) for view in self.served(page, app)]
                    self._fetches.hosts.setdefault(id(app), []).extend(hosts)
        return self._fetches
