"""What all frameworks share: a handler, and modules that every app has in the same words."""

import textwrap
from dataclasses import dataclass

HEADERS = 'HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}\n'


def indented(lines: list[str], by: int = 4) -> str:
    return textwrap.indent("\n".join(lines), " " * by)


@dataclass(frozen=True)
class Handler:
    """One route: its key in the plan, its function, what it does."""

    key: str
    function: str
    method: str = "GET"
    parameter: str = ""
    template: str = ""
    context: str = "{}"
    body: tuple[str, ...] = ()


HUB = textwrap.dedent("""\
    class Hub:
        def __init__(self):
            self.listeners = defaultdict(set)

        async def listen(self, channel):
            mine = asyncio.Queue()
            self.listeners[channel].add(mine)
            try:
                while True:
                    yield await mine.get()
            finally:
                self.listeners[channel].discard(mine)

        def publish(self, channel, event, data):
            for listener in self.listeners[channel]:
                listener.put_nowait((event, data))


    hub = Hub()
    """)


def announcers(live: str, news: str) -> str:
    """A hub for threads: one object a channel."""
    return textwrap.dedent(f"""\
        class Announcer:
            def __init__(self):
                self.listeners = []

            def listen(self):
                mine = queue.Queue(maxsize=20)
                self.listeners.append(mine)
                try:
                    while True:
                        yield mine.get()
                finally:
                    self.listeners.remove(mine)

            def announce(self, event, data):
                for listener in list(self.listeners):
                    listener.put_nowait((event, data))


        {live}_hub = Announcer()
        {news}_hub = Announcer()
        """)


def readings(step: str) -> str:
    """What is sent."""
    return textwrap.dedent(f"""\
        ANSWER = ["Wait", "for", "the", "next"]
        CANCELLED = set()


        def reading():
            return f"<b>{{random.randint(1, 9)}}</b>"


        def step(number):
            return f"<li>{step} {{number}}</li>"


        def stopped(job_id):
            return job_id in CANCELLED
        """)
