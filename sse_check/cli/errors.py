"""Wrong use of the command line: a message, and exit status 2."""


class UseError(Exception):
    """The user asked for something that cannot be done as it was said."""
