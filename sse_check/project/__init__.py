"""Files to a linked project: discovery, settings, the graph between templates, ways."""
