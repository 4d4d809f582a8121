"""The values that are built from the tokens of a text whose marks may be wrong, as far as they leave no doubt."""

from collections.abc import Sequence

from .framing import Json

_MAX_DEPTH = 100
"""The depth beyond which nothing that is nested is read; no message has as many levels."""

_LEVELS_OF_A_CALL = 2
"""The levels of a call that consist of parts which mean something by themselves: the frame, and its payload."""

_MISSING = object()
_CLOSERS = {"[": "]", "{": "}"}


class DoubtError(Exception):
    """A text that could be meant in more than one way, or in none."""


class _Open:
    """A list or an object whose end has not come; `key` is that of the value that comes next in an object."""

    __slots__ = ("closer", "has_colon", "items", "key", "members")

    def __init__(self, closer: str) -> None:
        self.closer = closer
        self.items: list[Json] = []
        self.members: dict[str, Json] = {}
        self.key: object = _MISSING
        self.has_colon = False

    def add(self, value: Json) -> None:
        if self.closer == "]":
            self.items.append(value)
        elif self.key is _MISSING:
            self.key = _key(value)
        elif self.has_colon:
            self.members[str(self.key)] = value
            self.forget_name()
        else:
            raise DoubtError("a name without a value")

    def colon(self) -> None:
        if self.key is _MISSING:
            raise DoubtError("a value without a name")
        self.has_colon = True

    def comma(self) -> None:
        """Go on to the next value; one that was left out is null."""
        if self.key is not _MISSING:
            if not self.has_colon:
                raise DoubtError("a name without a value")
            self.add(None)

    def forget_name(self) -> None:
        """Forget the name of a value that does not come."""
        self.key, self.has_colon = _MISSING, False

    def closed(self) -> Json:
        self.comma()
        return self.items if self.closer == "]" else self.members


def _key(value: Json) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int | float):
        return str(value)
    raise DoubtError("a name that is none")


class Building:
    """The values of a text, one behind the other, of which the last ones may be open."""

    def __init__(self) -> None:
        """Initialize with none."""
        self.values: list[Json] = []
        """Those that are whole."""
        self._open: list[_Open] = []
        self._at_end = False

    @property
    def is_open(self) -> bool:
        """True within a list or an object."""
        return bool(self._open)

    def add(self, value: Json) -> None:
        """Add a text, a number or a word; the comma before it may be missing."""
        self._at_end = False
        self._put(value)

    def mark(self, mark: str) -> None:
        """Take in a bracket, a brace, a comma or a colon."""
        self._at_end = mark in "]}"
        if mark in _CLOSERS:
            self._begin(_CLOSERS[mark])
        elif self._at_end:
            self._close(mark)
        elif not self._open:
            return
        elif mark == ",":
            self._open[-1].comma()
        else:
            self._open[-1].colon()

    def end(self) -> None:
        """Take in the end of the text; brackets may be missing there, but nothing that has begun may be cut off."""
        if not self._open:
            return
        if not self._at_end:
            raise DoubtError("it is cut off")
        while self._open:
            self._put(self._open.pop().closed())

    def cut_off(self) -> None:
        """Close the frame and its payload, without the value that was to come next, or that is open within them."""
        # Half a list or object is another one: a sample without its measurand is one of another measurand.
        if any(_is_frame(each.items) for each in self._open[1:]):
            raise DoubtError("a frame within another one")
        del self._open[_LEVELS_OF_A_CALL:]
        while self._open:
            last = self._open.pop()
            last.forget_name()
            self._put(last.closed())

    def _begin(self, closer: str) -> None:
        if len(self._open) >= _MAX_DEPTH:
            raise DoubtError("it is nested too deeply")
        self._open.append(_Open(closer))

    def _close(self, closer: str) -> None:
        """Close what a bracket or brace closes, and all in it that was left open; one too many is of no account."""
        if not _is_among(closer, self._open):
            return
        is_last = False
        while not is_last:
            last = self._open.pop()
            is_last = last.closer == closer
            value = last.closed()
            if len(self._open) > 1 and _is_frame(value):
                raise DoubtError("a frame that another one has cut off")
            self._put(value)

    def _put(self, value: Json) -> None:
        (self._open[-1].add if self._open else self.values.append)(value)


def _is_among(closer: str, containers: Sequence[_Open]) -> bool:
    return any(container.closer == closer for container in reversed(containers))


def _is_frame(value: Json) -> bool:
    match value:
        case [2 | 3 | 4, str(), *_]:
            return True
        case _:
            return False
