"""The applications of a repository: what creates them, their routes, streams and templates."""
