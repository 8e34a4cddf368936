"""What is reported to the person at the command line."""


class CapacityError(Exception):
    """A sentence that says what is wrong and what was expected."""
