"""Which profile a finding is judged by: what was asked for, or what its application is."""

from dataclasses import dataclass, field
from functools import cached_property

from sse_check.apps.model import App
from sse_check.apps.other_frameworks import framework_not_read, frameworks_imported
from sse_check.findings.model import Finding
from sse_check.project.settings import Profile
from sse_check.wiring.other_servers import language_of_server
from sse_check.wiring.wiring import Wiring

_UNDER_CONTRACT = "chirp"


@dataclass
class Profiles:
    """The profile of each file. `auto` is the written contract where Chirp serves the page, or in
    a project of which nothing says what serves it; else what the browser does."""

    asked: Profile
    wiring: Wiring
    _by_path: dict[str, Profile] = field(default_factory=dict)
    # Why, for each profile that was used.
    reasons: dict[Profile, str] = field(default_factory=dict)
    # What was left out because only the contract asks for it.
    dropped: list[Finding] = field(default_factory=list)

    def of(self, path: str) -> Profile:
        """The profile for a file of the project."""
        if path not in self._by_path:
            self._by_path[path] = self._choose(path)
        return self._by_path[path]

    def _choose(self, path: str) -> Profile:
        if self.asked != "auto":
            self.reasons.setdefault(self.asked, "it was asked for")
            return self.asked
        apps = self._apps(path)
        if not apps:
            return self._without_app()
        if any(app.framework == _UNDER_CONTRACT for app in apps):
            self.reasons.setdefault("contract", "Chirp serves the pages")
            return "contract"
        self.reasons.setdefault("browser", f"{apps[0].framework} serves the pages")
        return "browser"

    def _without_app(self) -> Profile:
        """The profile for what no application of the project is known to serve."""
        apps = [app for app in self.wiring.apps if not app.is_test]
        language = language_of_server(self.wiring.project)
        if any(app.framework == _UNDER_CONTRACT for app in apps):
            self.reasons.setdefault("contract", "no server of it can be seen")
            return "contract"
        if apps:
            self.reasons.setdefault("browser", f"{apps[0].framework} is the server here")
            return "browser"
        if language:
            self.reasons.setdefault("browser", f"the server is in {language}")
            return "browser"
        server = self._other_server
        if server:
            self.reasons.setdefault("browser", server)
            return "browser"
        self.reasons.setdefault("contract", "no server can be seen")
        return "contract"

    @cached_property
    def _other_server(self) -> str:
        """What Python there is says of a server, where it makes no application that is read."""
        program = self.wiring.applications.program
        imported = frameworks_imported(program)
        if _UNDER_CONTRACT in imported:
            return ""
        if imported:
            return f"it is made for {min(imported)}"
        unread = framework_not_read(program)
        return f"{unread[0]} is the server here" if unread is not None else ""

    def _apps(self, path: str) -> tuple[App, ...]:
        if path.endswith(".py"):
            apps = [app for app in self.wiring.apps if path in app.modules]
            return tuple(app for app in apps if not app.is_test) or tuple(apps)
        return self.wiring.serving(path)
