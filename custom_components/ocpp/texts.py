"""Foreign texts, made fit to be shown where Home Assistant takes texts for Markdown."""

import re

from .csms.texts import plain

MOST_SHOWN = 255

# Look-alikes, because a backslash would be shown wherever a text is no Markdown.
_LOOK_ALIKES = str.maketrans("[]<>`*\\|~#@", "()()'∗∖¦∼＃＠")
_LINK = re.compile(r"(?<=:)/(?=/)|(?<=www)\.", re.IGNORECASE)
_EMPHASIS = re.compile(r"(?<![^\W_])_+|_+(?![^\W_])")


def neutral(text: str, most: int = MOST_SHOWN) -> str:
    """Return a text that is shown as it is: no link, picture, emphasis or HTML, in one line."""
    shown = plain(text, most).translate(_LOOK_ALIKES)
    return _EMPHASIS.sub("ˍ", _LINK.sub(lambda match: f" {match[0]}", shown))
