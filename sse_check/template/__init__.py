"""One file's elements, branches, blocks and links."""
