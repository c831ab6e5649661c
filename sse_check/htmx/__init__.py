"""Elements to what a browser will do with every event."""
