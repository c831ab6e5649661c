"""Both sides joined: connections with routes, listeners with emissions, and what was not understood."""
