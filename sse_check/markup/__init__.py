"""Markup that is written in Python, as templates: strings and calls that make elements."""
