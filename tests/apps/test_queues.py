"""Who hears what: queues, hubs, brokers and channels, linked by object."""

import pytest

from sse_check.apps.model import Stream
from tests.apps.reading import names, stream_of

FASTAPI = """
import asyncio, json
from fastapi import FastAPI, APIRouter, Depends, Request
from fastapi.responses import StreamingResponse
from sse_starlette import EventSourceResponse, ServerSentEvent
app = FastAPI()
"""
HUB = """
class Hub:
    def __init__(self):
        self.queues = []

    def subscribe(self):
        queue = asyncio.Queue()
        self.queues.append(queue)
        return queue

    async def publish(self, event, data):
        for queue in list(self.queues):
            await queue.put({"event": event, "data": data})

    async def stream(self):
        queue = self.subscribe()
        try:
            while True:
                yield await queue.get()
        finally:
            self.queues.remove(queue)
"""
CHANNELS = """
class Hub:
    def __init__(self):
        self.channels = {}

    def subscribe(self, channel):
        queue = asyncio.Queue()
        self.channels.setdefault(channel, set()).add(queue)
        return queue

    def publish(self, channel, event, data):
        for queue in self.channels.get(channel, ()):
            queue.put_nowait(ServerSentEvent(data, event=event))
"""

# What is written, the files, the names that `events` sends.
CASES: list[tuple[str, dict[str, str], str]] = []


def case(title: str, expected: str, code: str, **more: str) -> None:
    CASES.append((title, {"app.py": code, **{f"{k}.py": v for k, v in more.items()}}, expected))


case(
    "an end of a stream in memory for each task that fills it",
    "a b",
    FASTAPI
    + """
import anyio
async def first():
    yield {"event": "a", "data": "1"}
async def second():
    yield {"event": "b", "data": "1"}
async def fill(source, end):
    async with end:
        async for one in source():
            await end.send(one)

@app.get("/x")
async def events():
    send, receive = anyio.create_memory_object_stream(10)
    async def stream():
        async with anyio.create_task_group() as tasks:
            async with send:
                tasks.start_soon(fill, first, send.clone())
                tasks.start_soon(fill, second, send.clone())
            async with receive:
                async for one in receive:
                    yield one
    return EventSourceResponse(stream())
""",
)
case(
    "a queue for each key that a `defaultdict` makes",
    "frame done",
    FASTAPI
    + """
from collections import defaultdict
class Tracker:
    def __init__(self):
        self.queues = defaultdict(asyncio.Queue)

    def report(self, job, event, data):
        self.queues[job].put_nowait((event, data))

    async def follow(self, job):
        queue = self.queues[job]
        while True:
            yield await queue.get()

tracker = Tracker()

def work(job):
    for n in range(3):
        tracker.report(job, "frame", n)
    tracker.report(job, "done", "")

@app.get("/jobs/{job}")
async def events(job: str):
    async def stream():
        async for event, data in tracker.follow(job):
            yield {"event": event, "data": data}
    return EventSourceResponse(stream())
""",
)
case(
    "a queue for each key that a function makes for a `defaultdict`",
    "a",
    FASTAPI
    + """
from collections import defaultdict
queues = defaultdict(lambda: asyncio.Queue(10))

@app.post("/x")
async def say(room: str):
    await queues[room].put(ServerSentEvent("x", event="a"))

@app.get("/x")
async def events(room: str):
    async def stream():
        while True:
            yield await queues[room].get()
    return EventSourceResponse(stream())
""",
)
case(
    "a queue of the module",
    "a b",
    FASTAPI
    + """
queue = asyncio.Queue()
@app.post("/do")
async def do():
    await queue.put({"event": "a", "data": "x"})
    queue.put_nowait({"event": "b", "data": "x"})
@app.get("/events")
async def events():
    async def stream():
        while True:
            yield await queue.get()
    return EventSourceResponse(stream())
""",
)
case(
    "a queue with a wait",
    "a",
    FASTAPI
    + """
queue = asyncio.Queue()
def do():
    queue.put_nowait(("a", "x"))
@app.get("/events")
async def events():
    async def stream():
        while True:
            try:
                event, data = await asyncio.wait_for(queue.get(), timeout=15)
            except asyncio.TimeoutError:
                yield ": ping\\n\\n"
                continue
            yield f"event: {event}\\ndata: {data}\\n\\n"
    return StreamingResponse(stream(), media_type="text/event-stream")
""",
)
case(
    "another queue is not heard",
    "a",
    FASTAPI
    + """
queue = asyncio.Queue()
other = asyncio.Queue()
def do():
    queue.put_nowait({"event": "a"})
    other.put_nowait({"event": "b"})
@app.get("/events")
async def events():
    async def stream():
        while True:
            yield await queue.get()
    return EventSourceResponse(stream())
""",
)
case(
    "a hub of one's own",
    "a b",
    FASTAPI
    + HUB
    + """
hub = Hub()
async def tell():
    await hub.publish("a", "x")
    await hub.publish("b", "x")
@app.get("/events")
async def events():
    return EventSourceResponse(hub.stream())
""",
)
case(
    "two hubs of one class",
    "a",
    FASTAPI
    + HUB
    + """
hub = Hub()
other = Hub()
async def tell():
    await hub.publish("a", "x")
    await other.publish("b", "x")
@app.get("/events")
async def events():
    return EventSourceResponse(hub.stream())
""",
)
case(
    "a hub that is injected",
    "a",
    FASTAPI
    + """
from hub import Hub, get_hub
@app.get("/events")
async def events(hub: Hub = Depends(get_hub)):
    queue = hub.subscribe()
    async def stream():
        while True:
            message = await queue.get()
            yield ServerSentEvent(message["data"], event=message["event"])
    return EventSourceResponse(stream())
@app.post("/do")
async def do(hub: Hub = Depends(get_hub)):
    await hub.publish("a", "x")
""",
    hub="import asyncio\n" + HUB + "\n_hub = Hub()\ndef get_hub():\n    return _hub\n",
)
case(
    "a hub on the app",
    "a",
    FASTAPI
    + HUB
    + """
app.state.hub = Hub()
@app.get("/events")
async def events(request: Request):
    return EventSourceResponse(request.app.state.hub.stream())
@app.post("/do")
async def do(request):
    await request.app.state.hub.publish("a", "x")
""",
)
case(
    "channels of a hub",
    "a",
    FASTAPI
    + CHANNELS
    + """
hub = Hub()
def tell():
    hub.publish("news", "a", "x")
    hub.publish("chat", "b", "x")
@app.get("/events")
async def events():
    queue = hub.subscribe("news")
    async def stream():
        while True:
            yield await queue.get()
    return EventSourceResponse(stream())
""",
)
case(
    "channels by an id",
    "a b",
    FASTAPI
    + CHANNELS
    + """
hub = Hub()
def tell(user):
    hub.publish(user.id, "a", "x")
    hub.publish(f"user-{user.id}", "b", "x")
    hub.publish("room", "c", "x")
@app.get("/events/{user_id}")
async def events(user_id: str):
    queue = hub.subscribe(f"user-{user_id}")
    async def stream():
        while True:
            yield await queue.get()
    return EventSourceResponse(stream())
""",
)
case(
    "queues in a dict",
    "a",
    FASTAPI
    + """
queues = {}
async def push(user_id, event, data):
    queue = queues.get(user_id)
    if queue:
        await queue.put(f"event: {event}\\ndata: {data}\\n\\n")
async def work(user_id):
    await push(user_id, "a", "x")
@app.get("/events/{user_id}")
async def events(user_id: str):
    queue = asyncio.Queue()
    queues[user_id] = queue
    async def stream():
        while True:
            yield await queue.get()
    return StreamingResponse(stream(), media_type="text/event-stream")
""",
)
case(
    "a queue handed to a task",
    "a done",
    FASTAPI
    + """
async def work(queue):
    await queue.put(("a", "x"))
    await queue.put(("done", ""))
@app.get("/events")
async def events():
    queue = asyncio.Queue()
    asyncio.create_task(work(queue))
    async def stream():
        while True:
            event, data = await queue.get()
            yield f"event: {event}\\ndata: {data}\\n\\n"
            if event == "done":
                break
    return StreamingResponse(stream(), media_type="text/event-stream")
""",
)
case(
    "a thread that puts",
    "a",
    FASTAPI
    + """
import threading
def work(queue, loop):
    loop.call_soon_threadsafe(queue.put_nowait, {"event": "a", "data": "x"})
@app.get("/events")
async def events():
    queue = asyncio.Queue()
    threading.Thread(target=work, args=(queue, None)).start()
    async def stream():
        while True:
            yield await queue.get()
    return EventSourceResponse(stream())
""",
)
case(
    "JSON on a queue",
    "a",
    FASTAPI
    + """
queue = asyncio.Queue()
def do():
    queue.put_nowait(json.dumps({"event": "a", "data": "x"}))
@app.get("/events")
async def events():
    async def stream():
        while True:
            message = json.loads(await queue.get())
            yield {"event": message["event"], "data": message["data"]}
    return EventSourceResponse(stream())
""",
)
case(
    "nobody puts anything",
    "?",
    FASTAPI
    + """
queue = asyncio.Queue()
@app.get("/events")
async def events():
    async def stream():
        while True:
            yield await queue.get()
    return EventSourceResponse(stream())
""",
)
case(
    "a queue from elsewhere",
    "?",
    FASTAPI
    + """
from somewhere import queue
@app.get("/events")
async def events():
    async def stream():
        while True:
            yield await queue.get()
    return EventSourceResponse(stream())
""",
)
case(
    "dataclasses on a queue",
    "a b",
    FASTAPI
    + """
from dataclasses import dataclass
@dataclass
class Message:
    event: str
    data: str
queue = asyncio.Queue()
async def do():
    await queue.put(Message("a", "x"))
    await queue.put(Message(event="b", data="x"))
@app.get("/events")
async def events():
    async def stream():
        while True:
            message = await queue.get()
            yield f"event: {message.event}\\ndata: {message.data}\\n\\n"
    return StreamingResponse(stream(), media_type="text/event-stream")
""",
)
case(
    "a hub that is a dataclass, made when the app starts",
    "a b",
    FASTAPI
    + """
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from fastapi import Depends, Request
@dataclass
class Hub:
    waiting: set[asyncio.Queue] = field(default_factory=set)
    async def publish(self, event: str, data: str) -> None:
        for queue in self.waiting:
            await queue.put({"event": event, "data": data})
    async def subscribe(self):
        queue = asyncio.Queue()
        self.waiting.add(queue)
        try:
            while True:
                yield await queue.get()
        finally:
            self.waiting.discard(queue)
async def ticker(hub: Hub):
    while True:
        await hub.publish("a", "x")
@asynccontextmanager
async def lifespan(app):
    app.state.hub = Hub()
    asyncio.create_task(ticker(app.state.hub))
    yield
def get_hub(request: Request) -> Hub:
    return request.app.state.hub
@app.post("/orders")
async def order(hub: Hub = Depends(get_hub)):
    await hub.publish("b", "x")
@app.get("/events")
async def events(hub: Hub = Depends(get_hub)):
    return EventSourceResponse(hub.subscribe())
""",
)
case(
    "a list that is drained",
    "a",
    FASTAPI
    + """
messages = []
def do():
    messages.append({"event": "a", "data": "x"})
@app.get("/events")
async def events():
    async def stream():
        while True:
            while messages:
                yield messages.pop(0)
            await asyncio.sleep(1)
    return EventSourceResponse(stream())
""",
)

for made, added, asked, taken in (
    ("defaultdict(list)", "[user]", "[user]", "pop(0)"),
    ("defaultdict(deque)", "[user]", "[user]", "popleft()"),
    ("{}", ".setdefault(user, [])", ".get(user)", "pop()"),
    ("{}", ".setdefault(user, deque())", ".get(user)", "popleft()"),
):
    case(
        f"what waits in lists, for each user: {made}, {added}, {taken}",
        "a b",
        f"""{FASTAPI}
from collections import defaultdict, deque
messages = {made}
def do(user, text):
    messages{added}.append({{"event": "a", "data": text}})
    messages{added}.append({{"event": "b", "data": text}})
@app.get("/events")
async def events(user):
    async def stream():
        while True:
            while messages{asked}:
                yield messages[user].{taken}
            await asyncio.sleep(1)
    return EventSourceResponse(stream())
""",
    )

case(
    "channels of redis",
    "a b",
    FASTAPI
    + """
import redis.asyncio as redis
client = redis.from_url("redis://localhost")
async def do(name):
    await client.publish("news", json.dumps({"event": "a", "data": "x"}))
    await client.publish("chat", json.dumps({"event": "no", "data": "x"}))
@app.get("/events")
async def events():
    async def stream():
        pubsub = client.pubsub()
        await pubsub.subscribe("news")
        async for message in pubsub.listen():
            if message["type"] != "message":
                continue
            event = json.loads(message["data"])
            yield f"event: {event['event']}\\ndata: {event['data']}\\n\\n"
    return StreamingResponse(stream(), media_type="text/event-stream")
""",
    worker='import json\nfrom redis import Redis\nredis = Redis()\ndef work():\n    redis.publish("news", json.dumps({"event": "b", "data": 1}))\n',
)
case(
    "channels of redis by a pattern",
    "a",
    FASTAPI
    + """
from redis import Redis
client = Redis()
def do(user):
    client.publish(f"user:{user}", "event: a\\ndata: x\\n\\n")
    client.publish("other", "event: b\\ndata: x\\n\\n")
@app.get("/events")
def events():
    def stream():
        pubsub = client.pubsub()
        pubsub.psubscribe("user:*")
        for message in pubsub.listen():
            if message["type"] == "message":
                yield message["data"].decode()
    return StreamingResponse(stream(), media_type="text/event-stream")
""",
)
case(
    "both ends of a stream of objects",
    "a b",
    FASTAPI
    + """
from functools import partial
import anyio
async def work(channel, name):
    await channel.send({"event": name, "data": "x"})
    await channel.send({"event": "b", "data": "x"})
@app.get("/events")
async def events():
    send, receive = anyio.create_memory_object_stream(10)
    return EventSourceResponse(receive, data_sender_callable=partial(work, send, "a"))
""",
)

BROKER = """
from collections import defaultdict
class Broker:
    _subscribers: dict[str, set[asyncio.Queue]]
    def __init__(self) -> None:
        self._subscribers = defaultdict(set)
        self._lock = asyncio.Lock()
    async def subscribe(self, key: str) -> asyncio.Queue:
        queue: asyncio.Queue = asyncio.Queue(maxsize=100)
        async with self._lock:
            self._subscribers[key].add(queue)
        return queue
    async def unsubscribe(self, key, queue):
        self._subscribers[key].discard(queue)
        if not self._subscribers[key]:
            self._subscribers.pop(key, None)
    async def publish(self, key: str, event: str, data: dict | None = None) -> None:
        message = {"event": event, "data": json.dumps(data or {})}
        async with self._lock:
            for queue in list(self._subscribers.get(key, set())):
                try:
                    queue.put_nowait(message)
                except asyncio.QueueFull:
                    await self.unsubscribe(key, queue)
broker = Broker()
"""
LISTS = """
class Broker:
    def __init__(self):
        self.subscribers: list[asyncio.Queue] = []
    async def listen(self):
        queue = asyncio.Queue()
        self.subscribers.append(queue)
        try:
            while True:
                message = await queue.get()
                if message is None:
                    break
                yield message
        finally:
            self.subscribers = [one for one in self.subscribers if one is not queue]
    async def send(self, event, data):
        await asyncio.gather(*[queue.put((event, data)) for queue in self.subscribers])
broker = Broker()
"""
case(
    "a broker with keys and a lock",
    "a",
    FASTAPI
    + BROKER
    + """
async def work():
    await broker.publish("orders", "a")
    await broker.publish("users", "b", {"x": 1})
@app.get("/events")
async def events():
    async def stream():
        queue = await broker.subscribe("orders")
        try:
            while True:
                yield await queue.get()
        finally:
            await broker.unsubscribe("orders", queue)
    return EventSourceResponse(stream())
""",
)
case(
    "a broker that is listened to, formatted on the way",
    "a b",
    FASTAPI
    + LISTS
    + """
async def work(task, background):
    await broker.send("a", "x")
    background.add_task(broker.send, "b", "x")
@app.get("/events")
async def events():
    async def stream():
        async for event, data in broker.listen():
            yield f"event: {event}\\ndata: {data}\\n\\n"
    return StreamingResponse(stream(), media_type="text/event-stream")
""",
)

TEMPEST = """
import asyncio
from fastapi import APIRouter, Depends
from tempest_fastapi_sdk import EventStream, SSEBroker, sse_response
router = APIRouter()
"""
case(
    "tempest: a stream for each request",
    "counter",
    TEMPEST
    + """
@router.get("/events")
async def events():
    stream = EventStream()
    async def producer():
        await stream.publish("x", event="counter")
        await stream.close()
    task = asyncio.create_task(producer())
    async def inner():
        try:
            async for chunk in stream.stream():
                yield chunk
        finally:
            task.cancel()
    return sse_response(inner())
@router.get("/other")
async def other():
    stream = EventStream()
    await stream.publish("x", event="notice")
    return stream.response()
""",
)
case(
    "tempest: a channel of a broker",
    "notice tick",
    TEMPEST
    + """
broker = SSEBroker()
@router.get("/events")
async def events():
    stream = broker.register("orders")
    async def inner():
        async for chunk in stream.stream():
            yield chunk
    return sse_response(inner())
async def work():
    await broker.publish("orders", "x", event="notice")
    await broker.publish("users", "x", event="joined")
    await broker.broadcast("x", event="tick")
""",
)
case(
    "tempest: a broker that is injected from elsewhere",
    "notice",
    TEMPEST
    + """
@router.get("/events")
async def events(user_id: str, broker: SSEBroker = Depends(get_broker)):
    stream = broker.register(user_id)
    async def inner():
        async for chunk in stream.stream():
            yield chunk
    return sse_response(inner())
""",
    jobs='from tempest_fastapi_sdk import SSEBroker\nbroker = SSEBroker()\nasync def go(user):\n    await broker.publish(user, "x", event="notice")\n',
)
case(
    "tempest: a broker's own answer",
    "notice",
    TEMPEST
    + """
broker = SSEBroker()
@router.get("/events")
async def events():
    return broker.response("orders")
async def work():
    await broker.publish("orders", "x", event="notice")
""",
)
case(
    "a loop that takes out until there is nothing",
    "done step",
    FASTAPI
    + """
queues = {}
async def work(job):
    queue = queues[job]
    await queue.put(("step", "x"))
    await queue.put(None)
@app.post("/run/{job}")
async def run(job: str):
    queues[job] = asyncio.Queue()
    asyncio.create_task(work(job))
@app.get("/events/{job}")
async def events(job: str):
    async def stream():
        queue = queues[job]
        while (item := await queue.get()) is not None:
            event, data = item
            yield ServerSentEvent(data, event=event)
        yield ServerSentEvent("-", event="done")
    return EventSourceResponse(stream())
""",
)
case(
    "one hub, made when it is first asked for",
    "a",
    FASTAPI
    + HUB
    + """
class One(Hub):
    _instance = None

    @classmethod
    def get(cls):
        if cls._instance is None:
            cls._instance = cls()
        return cls._instance
@app.get("/events")
async def events(hub: One = Depends(One.get)):
    return EventSourceResponse(hub.stream())
@app.post("/say")
async def say(hub: One = Depends(One.get)):
    await hub.publish("a", "x")
""",
)
KEPT = """
import queue
from flask import Flask, Response, current_app
from bus import Bus
def create_app():
    app = Flask(__name__)
    bus = Bus()
    app.%s["bus"] = bus
    app.config["RELAYS"] = False
    return app
def the_bus():
    return current_app.%s["bus"]
app = create_app()
@app.get("/events")
def events():
    q = the_bus().subscribe()
    def stream():
        while True:
            yield f"event: {q.get()}\\ndata: x\\n\\n"
            if current_app.config["RELAYS"]:
                yield "event: relay\\ndata: x\\n\\n"
    return Response(stream(), mimetype="text/event-stream")
@app.post("/say")
def say():
    the_bus().publish("changed")
    return ""
"""
BUS = """
import queue
class Bus:
    def __init__(self):
        self.queues = []
    def subscribe(self):
        q = queue.Queue()
        self.queues.append(q)
        return q
    def publish(self, name):
        for q in list(self.queues):
            q.put(name)
"""
for kept in ("extensions", "config"):
    case(
        f"a bus that an app of Flask keeps in its {kept}",
        # A setting may have any value in the end.
        "changed relay",
        KEPT % (kept, kept),
        bus=BUS,
    )
case(
    "a table that starts empty, which nobody is seen to fill",
    "gone row",
    FASTAPI
    + """
kept = {}
def failed(why):
    async def stream():
        yield ServerSentEvent(why, event="gone")
    return EventSourceResponse(stream())
@app.get("/events/{token}")
async def events(token: str):
    found = kept.pop(token, None)
    if not found:
        return failed("no such job")
    async def rows():
        for one in found:
            yield ServerSentEvent(one, event="row")
    return EventSourceResponse(rows())
""",
)
_OTHER_NAMES = (
    FASTAPI
    + """
clients = []
def announce(event, data):
    for client in clients:
        client.put_nowait(f"event: {event}\\ndata: {data}\\n\\n")
@app.get("/events")
async def events():
    async def stream():
        mine = asyncio.Queue()
        clients.append(mine)
        try:
            while True:
                yield await mine.get()
        finally:
            clients.remove(mine)
    return StreamingResponse(stream(), media_type="text/event-stream")
def tick():
    announce("clock", "1")
import others
"""
)
case(
    "a function that another file imports under another name",
    "clock mail",
    _OTHER_NAMES,
    others="""
def tell(kind, data):
    from app import announce as announce_to_all
    announce_to_all(kind, data)
def arrived(letter):
    tell("mail", letter)
""",
)
case(
    "a function that is kept under another name, and in an object",
    "clock mail parcel",
    _OTHER_NAMES,
    others="""
from app import announce
send_out = announce
class Post:
    def __init__(self):
        self._tell = announce
    def arrived(self, parcel):
        self._tell("parcel", parcel)
def arrived(letter):
    send_out("mail", letter)
""",
)
_ROOMS = (
    FASTAPI
    + """
from collections import defaultdict
from threading import Lock
lock = Lock()
rooms = {{}}
def enter(room):
    mine = asyncio.Queue(maxsize=9)
    {kept}.append(mine)
    return mine
def tell(room, name, data):
    with lock:
        listening = {taken}
    for one in listening:
        one.put_nowait(f"event: {{name}}\\ndata: {{data}}\\n\\n")
@app.get("/rooms/{{room}}/events")
async def events(room: str):
    async def stream():
        mine = enter(room)
        while True:
            message = await mine.get()
            if message is None:
                break
            yield message
    return StreamingResponse(stream(), media_type="text/event-stream")
def said(room, text):
    tell(room, "said", text)
"""
)
for _kept, _taken in (
    ("rooms.setdefault(room, [])", "list(rooms.get(room, []))"),
    ("rooms.setdefault(room, [])", "rooms.get(room, [])"),
    ("rooms.setdefault(room, [])", "rooms.get(room, []).copy()"),
    ("rooms.setdefault(room, [])", "tuple(rooms.get(room) or [])"),
    ("rooms[room]", "list(rooms[room])"),
):
    _made = _ROOMS.format(kept=_kept, taken=_taken)
    if _kept == "rooms[room]":
        _made = _made.replace("rooms = {}", "rooms = defaultdict(list)")
    case(f"a copy of the list under a key: {_taken}", "said", _made)
case(
    "a set under a key of an object, copied where it is gone through",
    "said",
    FASTAPI
    + """
class Rooms:
    def __init__(self):
        self.rooms: dict[str, set[asyncio.Queue]] = {}
    async def enter(self, room, mine):
        if room not in self.rooms:
            self.rooms[room] = set()
        self.rooms[room].add(mine)
    async def tell(self, room, name):
        if room not in self.rooms:
            return
        text = f"event: {name}\\ndata: x\\n\\n"
        for one in self.rooms[room].copy():
            await one.put(text)
rooms = Rooms()
async def said():
    await rooms.tell("hall", "said")
@app.get("/rooms/{room}/events")
async def events(room: str):
    async def stream():
        mine = asyncio.Queue()
        await rooms.enter(room, mine)
        while True:
            yield await asyncio.wait_for(mine.get(), timeout=30)
    return StreamingResponse(stream(), media_type="text/event-stream")
""",
)
_HANDED = (
    FASTAPI
    + """
rooms = {made}
async def enter(room, mine):
    {kept}
async def tell(name):
    text = f"event: {{name}}\\ndata: x\\n\\n"
    for {turn}:
        one.put_nowait(text)
@app.post("/say")
async def say():
    await tell("said")
@app.get("/rooms/{{room}}/events")
async def events(room: str):
    async def stream():
        mine = asyncio.Queue()
        await enter(room, mine)
        while True:
            yield await mine.get()
    return StreamingResponse(stream(), media_type="text/event-stream")
"""
)
for _made, _kept, _turn in (
    ("[]", "rooms.append(mine)", "one in rooms"),
    ("set()", "rooms.add(mine)", "one in tuple(rooms)"),
    ("set()", "rooms.add(mine)", "one in rooms.copy()"),
    ("[]", "rooms.append(mine)", "one in rooms[:]"),
    ("{}", "rooms[room] = mine", "one in rooms.values()"),
    ("{}", "rooms[room] = mine", "one in list(rooms.values())"),
    ("{}", "rooms[room] = mine", "room, one in rooms.items()"),
    (
        "{}",
        "rooms.setdefault(room, []).append(mine)",
        "each in rooms.values():\n      for one in each",
    ),
):
    _text = _HANDED.format(made=_made, kept=_kept, turn=_turn)
    case(f"a queue that is handed over: {_kept}, {_turn}", "said", _text)
for _waiting in (
    "await asyncio.get_running_loop().run_in_executor(None, mine.get)",
    "await asyncio.get_running_loop().run_in_executor(None, lambda: mine.get(timeout=3))",
    "await anyio.to_thread.run_sync(mine.get)",
    "await run_in_threadpool(mine.get)",
    "await asyncio.to_thread(mine.get, True, 3)",
    "getting.result()",
):
    _text = _HANDED.format(made="[]", kept="rooms.append(mine)", turn="one in rooms")
    _text = _text.replace("        while True:\n", "        while True:\n            GETTING\n")
    _text = _text.replace("await mine.get()", _waiting)
    _text = _text.replace("GETTING", "getting = asyncio.create_task(mine.get())")
    _text = _text.replace("import asyncio", "import anyio, asyncio", 1).replace(
        "from fastapi", "from starlette.concurrency import run_in_threadpool\nfrom fastapi", 1
    )
    case(f"what comes out in a thread or a task: {_waiting}", "said", _text)
_LOG = (
    FASTAPI
    + """
class Job:
    def __init__(self):
        self.log = []
    def add(self, kind, text):
        {add}
jobs = {{}}
async def work(job):
    job.add("step", "1")
    job.add("finished", "2")
@app.post("/start")
async def start():
    jobs["a"] = job = Job()
    asyncio.create_task(work(job))
@app.get("/e/{{id}}")
async def events(id: str):
    async def stream():
        job, seen = jobs[id], 0
        while True:
            {read}
            await asyncio.sleep(1)
    return EventSourceResponse(stream())
"""
)
for _add, _read in (
    (
        "self.log.append((kind, text))",
        "kind, text = job.log[seen]\n            yield {'event': kind, 'data': text}",
    ),
    (
        "self.log.append({'event': kind, 'data': text})",
        "for one in job.log[seen:]:\n                yield one",
    ),
    (
        "one = {'event': kind, 'data': text}\n        self.log.append(one)",
        "for one in job.log:\n                yield one",
    ),
):
    case(f"what happened is kept: {_add}", "step finished", _LOG.format(add=_add, read=_read))
_SPREAD = (
    FASTAPI
    + """
clients = []
def push(kind, {given}):
    for one in clients:
        one.put_nowait({{"type": kind, **more}})
def work():
    {calls}
@app.get("/e")
async def events():
    async def stream():
        mine = asyncio.Queue()
        clients.append(mine)
        while True:
            message = await mine.get()
            yield f"event: {{message['type']}}\\ndata: {{json.dumps(message)}}\\n\\n"
    return StreamingResponse(stream(), media_type="text/event-stream")
"""
)
for _given, _calls, _expected in (
    ("more", 'push("step", {"n": 1})', "step"),
    ("**more", 'push("step", n=1)\n    push("end")', "step end"),
    ("more", 'push("step", {"type": "leap"})', "step leap"),
    ("more", "push('step', json.loads('{}'))", "* ? step"),
    (
        "more",
        "given = {}\n    given['type'] = str(id(clients))\n    push('step', given)",
        "* ? step",
    ),
):
    case(
        f"a table that is spread into another: {_calls}",
        _expected,
        _SPREAD.format(given=_given, calls=_calls),
    )
_SEATS = (
    FASTAPI
    + """
class Seat:
    def __init__(self, name):
        self.name = name
        self.queue = asyncio.Queue()
class Hall:
    def __init__(self):
        self.seats = set()
    def join(self, seat):
        self.seats.add(seat)
    def call(self, event):
        for seat in self.seats:
            seat.queue.put_nowait({{"event": event, "data": "x"}})
hall = Hall()
def say():
    hall.call("said")
@app.get("/e")
async def events():
    async def stream():
        seat = Seat("a")
        {joined}
        while True:
            yield await seat.queue.get()
    return EventSourceResponse(stream())
"""
)
for _joined in ("hall.seats.add(seat)", "hall.join(seat)"):
    case(f"an object that makes its queue: {_joined}", "said", _SEATS.format(joined=_joined))


for title, first, kept, loop in (
    ("through its values", "{}", "clients[key] = queue", "for one in clients.values()"),
    (
        "through a copy of its values",
        "{}",
        "clients[key] = queue",
        "for one in [*clients.values()]",
    ),
    ("through a list of them", "{}", "clients[key] = queue", "for one in list(clients.values())"),
    ("through its items", "{}", "clients[key] = queue", "for key, one in clients.items()"),
    ("by its keys", "{}", "clients[key] = queue", "for one in (clients[key] for key in clients)"),
    (
        "and one in it for each key",
        "defaultdict(list)",
        "clients[key].append(queue)",
        "for one in [q for some in clients.values() for q in some]",
    ),
):
    case(
        f"a dict of queues that is gone {title}",
        "a",
        FASTAPI
        + f"""
from collections import defaultdict
clients = {first}
def publish(event, data):
    {loop}:
        one.put_nowait((event, data))
@app.post("/do")
def do():
    publish("a", "x")
@app.get("/events")
async def events(key: str):
    queue = asyncio.Queue()
    {kept}
    async def stream():
        while True:
            event, data = await queue.get()
            yield f"event: {{event}}\\ndata: {{data}}\\n\\n"
    return StreamingResponse(stream(), media_type="text/event-stream")
""",
    )
case(
    "both ends of a queue of janus, which a function makes",
    "a",
    FASTAPI
    + """
import janus
queue = None
async def start():
    global queue
    queue = janus.Queue()
def do():
    queue.sync_q.put({"event": "a", "data": "x"})
@app.get("/events")
async def events():
    async def stream():
        while True:
            yield await queue.async_q.get()
    return EventSourceResponse(stream())
""",
)


case(
    "what the conditions leave of it, and of the state of an object",
    "failed over step row:*",
    FASTAPI
    + """
import queue
OVER = ("over", "failed")
@app.get("/x")
async def events():
    run = find("x")
    line = run.listen()
    async def stream():
        while True:
            try:
                name, data = line.get_nowait()
            except queue.Empty:
                if run.state in OVER:
                    yield f"event: {run.state}\\ndata: -\\n\\n"
                    return
                continue
            if name in OVER:
                yield f"event: {name}\\ndata: -\\n\\n"
                return
            if name == "note":
                note = await run.notes.get()
                text = shown(data)
                if note["kind"].startswith("row:"):
                    yield f"event: {note['kind']}\\ndata: {text}\\n\\n"
            else:
                yield f"event: step\\ndata: {data}\\n\\n"
    return StreamingResponse(stream(), media_type="text/event-stream")
""",
)
case(
    "a state that other code may have changed since it was asked for",
    "* ? step",
    FASTAPI
    + """
OVER = ("over", "failed")
@app.get("/x")
async def events():
    run = find("x")
    async def stream():
        while True:
            if run.state in OVER:
                await run.close()
                yield f"event: {run.state}\\ndata: -\\n\\n"
            yield "event: step\\ndata: -\\n\\n"
    return StreamingResponse(stream(), media_type="text/event-stream")
""",
)


TABLE = """
clients = {}

@app.post("/tell")
async def tell():
    LOOP
        queue.put_nowait(ServerSentEvent("1", event="told"))

@app.get("/events")
async def events(room: str):
    async def stream():
        queue = asyncio.Queue()
        clients[queue] = room
        while True:
            yield await queue.get()
    return EventSourceResponse(stream())
"""
for way in ("queue in clients:", "queue in list(clients):", "queue in clients.keys():"):
    case(
        f"queues are the keys of a table: {way}",
        "told",
        FASTAPI + TABLE.replace("LOOP", f"for {way}"),
    )
case(
    "queues are the keys of a table, with what each is about",
    "told",
    FASTAPI + TABLE.replace("LOOP", "for queue, room in clients.items():"),
)
NAMED = """
last = {}

def read():
    for name in ("low", "high"):
        last[name] = 1

@app.get("/events")
async def events():
    async def stream():
        while True:
            LOOP
                yield ServerSentEvent("1", event=name)
    return EventSourceResponse(stream())
"""
for way in ("name in last:", "name in last.keys():", "name, value in last.items():"):
    case(
        f"names are the keys of a table that is filled later: {way}",
        "high low",
        FASTAPI + NAMED.replace("LOOP", f"for {way}"),
    )
case(
    "what is kept under a key that cannot be told",
    "* ?",
    FASTAPI + NAMED.replace("LOOP", "for name in last:").replace('("low", "high")', "source()"),
)


DESK = """
import queue
class Desk:
    def __init__(self):
        self.bells = queue.Queue()
    def ring(self, name):
        self.bells.put(f"event: {name}\\ndata: 1\\n\\n")
    def heard(self):
        while True:
            yield self.bells.get()
"""
case(
    "what a factory puts on the app itself",
    "rung",
    """
from flask import Blueprint, Flask, Response, current_app
from desk import Desk
pages = Blueprint("pages", __name__)

def create_app():
    app = Flask(__name__)
    app.desk = Desk()
    app.register_blueprint(pages)
    return app

@pages.post("/ring")
def ring():
    current_app.desk.ring("rung")
    return ""

@pages.get("/events")
def events():
    desk = current_app.desk
    return Response(desk.heard(), mimetype="text/event-stream")
""",
    desk=DESK,
)
case(
    "what a factory keeps among the extensions, which it sets anew",
    "rung",
    """
from flask import Blueprint, Flask, Response, current_app
from desk import Desk
pages = Blueprint("pages", __name__)

def create_app():
    app = Flask(__name__)
    if not hasattr(app, "extensions"):
        app.extensions = {}
    app.extensions["desk"] = Desk()
    app.register_blueprint(pages)
    return app

@pages.post("/ring")
def ring():
    current_app.extensions["desk"].ring("rung")
    return ""

@pages.get("/events")
def events():
    desk = current_app.extensions["desk"]
    return Response(desk.heard(), mimetype="text/event-stream")
""",
    desk=DESK,
)


@pytest.mark.parametrize(("title", "files", "expected"), CASES, ids=[c[0] for c in CASES])
def test_heard(title: str, files: dict[str, str], expected: str) -> None:
    stream = stream_of(files)
    assert stream is not None, title
    assert sorted(names(stream)) == sorted(expected.split())
    if stream.open:
        assert stream.unread


def test_the_place_is_where_it_is_published() -> None:
    files = next(files for title, files, _ in CASES if title == "a hub of one's own")
    stream = stream_of(files) or Stream()
    assert [one.span.text for one in stream.emissions] == ['"a"', '"b"']


def test_an_inner_function_that_is_handed_on_puts_into_the_queue_that_its_maker_got() -> None:
    files = {
        "app.py": FASTAPI
        + """
from telling import teller
from work import run
@app.get("/events")
async def events():
    async def stream():
        queue = asyncio.Queue()
        tell = teller(queue)
        async def all_of_it():
            await run(report=tell)
            await queue.put(ServerSentEvent("-", event="done"))
        task = asyncio.create_task(all_of_it())
        while True:
            yield await queue.get()
    return EventSourceResponse(stream())
""",
        "telling.py": """
from sse_starlette import ServerSentEvent
def teller(queue):
    async def tell_it(kind, text):
        await queue.put(ServerSentEvent(text, event=kind))
    return tell_it
""",
        "work.py": """
async def run(*, report):
    await report("step", "<p>1</p>")
""",
    }
    stream = stream_of(files)
    assert stream is not None
    assert "done" in names(stream)
    # By which names it is called nobody can tell: `step` may be one of them.
    assert stream.open
