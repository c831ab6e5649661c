"""Calls that make elements: FastHTML, htpy, air, dominate."""
