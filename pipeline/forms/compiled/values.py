"""What a template is filled in with, made ready for one document."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.domain.plain_text import plain_text


@dataclass(frozen=True)
class Picture:
    """A PNG in a context, ``width`` in millimetres."""

    png: bytes
    width: float


@dataclass(frozen=True)
class SubDocument:
    """A whole .docx in a context, whose content goes where ``{{p …}}`` stands."""

    docx: bytes


class Prepared:
    """A context made ready: texts without control characters, pictures as ``picture`` makes them.

    ``markup`` says that something in it writes its own XML (docxtpl's RichText, Listing …), and
    ``documents`` that there are sub-documents, which ``document`` has made.
    """

    def __init__(
        self,
        context: Mapping[str, Any],
        picture: Callable[[Picture], Any],
        document: Callable[[SubDocument], Any] | None = None,
    ) -> None:
        self.markup = self.documents = False
        self._picture, self._document = picture, document
        self.values = {key: self._ready(value) for key, value in context.items()}

    def _ready(self, value: Any) -> Any:
        kind = type(value)
        if kind is str:
            return plain_text(value)
        if kind is dict:
            return {key: self._ready(inner) for key, inner in value.items()}
        if kind is list or kind is tuple:
            return [self._ready(inner) for inner in value]
        return self._ready_object(value)

    def _ready_object(self, value: Any) -> Any:
        match value:
            case Picture():
                return self._picture(value)
            case SubDocument():
                self.documents = True
                return self._document(value) if self._document else None
            case str():
                return plain_text(str.__str__(value))  # Markup too is only a text here
            case Mapping():
                return {key: self._ready(inner) for key, inner in value.items()}
            case list() | tuple():
                return [self._ready(inner) for inner in value]
        self.markup = self.markup or hasattr(value, "__html__")
        return value
