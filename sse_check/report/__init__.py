"""Findings to text and data, a module per format."""
