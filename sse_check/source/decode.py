"""Turn a file's bytes into text, or say plainly why that is not possible."""

import codecs
import re


class DecodingError(ValueError):
    """The bytes are not text in an encoding that a template can have."""


# A mark, the codec of what follows it, and the name by which `encode` writes both back.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16-be"),
)


def decode(data: bytes) -> tuple[str, str]:
    """Return the text without its byte-order mark, and the name to `encode` it with.

    UTF-16 is recognised by its mark only: guessing an encoding from content
    would make every position after a wrong guess a lie.
    """
    for mark, codec, written_as in _MARKS:
        if data.startswith(mark):
            return _strictly(data[len(mark) :], codec), written_as
    return _strictly(data, "utf-8"), "utf-8"


# What Python takes for the name of a file's encoding, in the first two lines.
_CODING = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_NO_CODE = re.compile(rb"^[ \t\f]*(?:#.*)?$")


def decode_python(data: bytes) -> tuple[str, str]:
    """The same of a Python file, which may say in its first lines how it is encoded."""
    name = "" if data.startswith(codecs.BOM_UTF8) else _coding(data)
    if not name or data.isascii():
        return decode(data)
    try:
        codec = codecs.lookup(name).name
        if codec == "utf-8":
            return decode(data)
        text = data.decode(codec)
        same = text.encode(codec) == data
    except DecodingError:
        raise
    except (LookupError, UnicodeError, ValueError) as error:
        raise DecodingError(
            f"its first lines say that it is `{name}`, and it cannot be read as that: {error}"
        ) from error
    if not same:
        # Nothing that is written back may change the rest.
        raise DecodingError(f"its first lines say that it is `{name}`, which is not read")
    return text, codec


def _coding(data: bytes) -> str:
    for line in data.split(b"\n", 2)[:2]:
        found = _CODING.match(line)
        if found is not None:
            return found[1].decode("ascii", "replace")
        if _NO_CODE.match(line.rstrip(b"\r")) is None:
            break
    return ""


def _strictly(data: bytes, codec: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        raise DecodingError(
            f"not valid {codec.upper()} (byte {error.start}: {error.reason}); "
            "save the file as UTF-8, or exclude it"
        ) from error


def encode(text: str, encoding: str) -> bytes:
    """The bytes of a text as its file had them, the byte-order mark included."""
    for mark, codec, written_as in _MARKS:
        if encoding == written_as:
            return mark + text.encode(codec)
    return text.encode(encoding)
