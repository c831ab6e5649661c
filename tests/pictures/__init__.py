"""The pictures of the documentation, made from what the commands print today."""
