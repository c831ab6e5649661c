"""Why nothing comes of an event, as effects say it."""

GONE = "the target is gone"
NO_TARGET = "no target"
NO_REQUEST = "no request"
NO_CONNECTION = "no connection is free"
NOT_VALID = "a selector is not valid"
# The extension is made for another htmx.
MISMATCH = "the extension fails with this htmx"
INTO_ITSELF = "an element cannot go into itself"
UNKNOWN_STYLE = "unknown swap style"
# All its parts name places of their own, and the page has none of them.
NO_PLACE = "no part has a place"
