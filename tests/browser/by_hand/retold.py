"""What the tests of htmx's own extensions hold, as pages of our own.

Those that need scripts, or headers, or a while, are in `test_retold.py`.
"""

from tests.browser.by_hand import BOTH_4, THIRD, Group

_IN = '<div id=c hx-ext="sse" sse-connect="/sse1">%s</div>'
_TWO = ("htmx2", "htmx2-ext210")
_ANSWERS = {"/d1": "one", "/d2": "two", "/d3": "three"}

GROUPS = (
    Group(
        "htmx-ext-sse",
        THIRD,
        (
            ("a name is heard once under two connections", '<div hx-ext=sse sse-connect=/sse1><div sse-connect=/sse1><p hx-trigger="sse:e1" hx-get=/d1>1</p></div></div>', "e1: x"),
            ("an ignored connection hears nothing", '<div hx-ext=sse sse-connect=/sse1><div hx-ext="ignore:sse" sse-connect=/sse2><p hx-trigger="sse:e1" hx-get=/d1>1</p></div></div>', "/sse2 e1: x"),
            ("two triggers, each by its name", _IN % '<p hx-trigger="sse:e1" hx-get=/d1>1</p><p hx-trigger="sse:e2" hx-get=/d2>2</p>', "e1: x", "e2: x"),
            ("names that nobody waits for", _IN % '<p hx-trigger="sse:e1" hx-get=/d1>1</p>', "foo: x", "e2: x", "e1: x"),
            ("not below the connection", '<div hx-ext=sse sse-connect=/sse1></div><p hx-trigger="sse:e1" hx-get=/d1>1</p>', "foo: x", "e1: x"),
            ("replaced by a request of its own, with a trigger in it", '<main><div id=c hx-get=/d1 hx-swap=outerHTML hx-ext=sse sse-connect=/sse1><p hx-trigger="sse:e1" hx-get=/d2>1</p></div></main>', "click #c", "e1: x"),
            ("swapped, each by its name", _IN % "<p sse-swap=e1></p><p sse-swap=e2></p>", "e1: Event 1", "e2: Event 2"),
            ("what was swapped in is swapped", _IN % "<p sse-swap=e1 hx-swap=outerHTML></p>", "e1: <div id=d2 sse-swap=e2></div>", "e2: Event 2"),
            ("below the extension", "<div hx-ext=sse><div sse-connect=/sse1 sse-swap=e1>1</div></div>", "e1: Event 1"),
            ("what is swapped in opens no stream", _IN % "<p sse-swap=e1></p>", "e1: <div id=d2 sse-swap=e2></div>"),
            ("a connection that an answer brings", "<div id=q hx-ext=sse hx-get=/new></div>", "click #q", "e2: x"),
        ),
        replies={**_ANSWERS, "/new": '<div><div sse-connect="/sse1"><div id="d2" hx-trigger="sse:e2" hx-get="/d2">div2</div></div></div>'},
    ),
    Group(
        "htmx-ext-sse 2",
        _TWO,
        (
            ("closed by the server", "<div hx-ext=sse sse-connect=/sse1 sse-close=close><p sse-swap=e1></p></div>", "close: x", "e1: y"),
            ("closed by the server, deeper", "<div hx-ext=sse><div sse-connect=/sse1 sse-close=close><p sse-swap=e1></p></div></div>", "close: x", "e1: y"),
            ("closed by the server, all on one", "<p hx-ext=sse sse-connect=/sse1 sse-close=close sse-swap=message></p>", ": 1", "close: <p></p>", ": 2"),
        ),
    ),
    Group(
        "htmx-ext-sse 2.2",
        ("htmx2",),
        (
            ("triggers in a list", _IN % '<p hx-trigger="click, whatever from:body, sse:e1" hx-get=/d1>1</p><p hx-trigger="keyup, sse:e2, someTrigger" hx-get=/d2>2</p><p hx-trigger="sse:e3, anotherTrigger" hx-get=/d3>3</p>', "e1: x", "e2: x", "e3: x"),
        ),
        replies=_ANSWERS,
    ),
    Group(
        "hx-sse",
        BOTH_4,
        (
            ("a stream that a button asks for", "<button id=q hx-get=/sse1 hx-swap=innerHTML>Stream</button>", "click #q", ": message 1", ": message 2"),
            ("an answer and a stream", "<button id=h hx-get=/d1>HTTP</button><button id=q hx-get=/sse1>SSE</button>", "click #h", "click #q", ": SSE response"),
            ("an event and then content", "<button id=q hx-get=/sse1>Connect</button>", "click #q", "status: processing", ": <div>Result</div>"),
            ("an event swaps nothing", "<button id=q hx-get=/sse1>Connect</button>", "click #q", "notify: data"),
            ("connects when it loads", "<div hx-sse:connect=/sse1 hx-swap=innerHTML>Waiting</div>", ": connected!"),
            ("connects at a click", "<button id=q hx-sse:connect=/sse1 hx-trigger=click>Click me</button>", "click #q", ": clicked!"),
            ("connects at one click", '<button id=q hx-sse:connect=/sse1 hx-trigger="click once">Click</button>', "click #q", "click #q", ": x"),
            ("with a target", '<div><button hx-sse:connect=/sse1 hx-target="#output">Go</button><span id=output>empty</span></div>', ": targeted!"),
            ("with a swap", "<div hx-sse:connect=/sse1 hx-swap=beforeend>start</div>", ": <span>1</span>", ": <span>2</span>"),
            ("a child does not hear its parent", "<div hx-sse:connect=/sse1><div hx-get=/d1 hx-trigger=update>Original</div></div>", "update: payload"),
            ("a child hears it from the body", '<div hx-sse:connect=/sse1><div hx-get=/d1 hx-trigger="update from:body">Original</div></div>', "update: payload"),
            ("the name that closes", "<div hx-sse:connect=/sse1 hx-sse:close=done>Waiting</div>", ": message 1", "done: goodbye", ": late"),
            ("a name that does not close", "<div hx-sse:connect=/sse1 hx-sse:close=done>Waiting</div>", "status: x", ": content"),
            ("out of band alone leaves the target", "<div hx-sse:connect=/sse1>Original</div><div id=oob>OOB</div>", ": <div id=oob hx-swap-oob=true>Updated</div>"),
            ("out of band alone empties it where that is said", '<div hx-sse:connect=/sse1 hx-swap="innerHTML swapEmpty:true">Original</div><div id=oob>OOB</div>', ": <div id=oob hx-swap-oob=true>Updated</div>"),
            ("out of band with content", "<div hx-sse:connect=/sse1>Original</div><div id=oob>OOB</div>", ": <div>New Content</div><div id=oob hx-swap-oob=true>Updated</div>"),
            ("the old attribute", "<div sse-connect=/sse1 hx-swap=innerHTML>Waiting</div>", ": legacy works"),
        ),
        replies=_ANSWERS,
    ),
)  # fmt: skip
