"""Python source -> which events each route emits. Nothing is imported or run."""
