"""Findings: what rules state about a project, and how rules are loaded and run."""
