"""Emoji: which characters they are, and what Unicode calls them."""

import unicodedata


def is_emoji(character: str) -> bool:
    """Whether a character is a pictograph, as the vocabulary counts them."""
    code = ord(character)
    return 0x1F000 <= code <= 0x1FAFF or 0x2600 <= code <= 0x27BF or code == 0x2B50


def name_words(piece: str) -> list[str]:
    """The words of the Unicode names of a piece's characters, in lower case."""
    text = piece.removeprefix("##")
    return [
        word
        for character in text
        for word in unicodedata.name(character, "").lower().replace("-", " ").split()
    ]
