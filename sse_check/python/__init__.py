"""Python source, read once a module, never imported or run: definitions, imports, calls, values."""
