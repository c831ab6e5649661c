"""The runtime harness: pages and streams as they are served, and whether both sides agree."""
