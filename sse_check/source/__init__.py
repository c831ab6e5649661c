"""Bytes to text with exact positions."""

from sse_check.source.decode import DecodingError, decode, encode
from sse_check.source.text import Position, Source, Span

__all__ = ["DecodingError", "Position", "Source", "Span", "decode", "encode"]
