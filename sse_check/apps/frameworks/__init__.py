"""How each framework builds its table of routes: a module per family."""
