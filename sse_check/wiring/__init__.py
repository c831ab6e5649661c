"""Both sides joined: connections with routes, listeners with emissions; what is not understood."""
