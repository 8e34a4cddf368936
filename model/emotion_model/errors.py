"""The one exception that this package raises for bad input."""


class ModelError(ValueError):
    """Input that cannot be used.

    The message is one sentence for a person: it names the file or the field,
    the value found and what was expected. Command lines print it and exit
    with code 2.
    """
