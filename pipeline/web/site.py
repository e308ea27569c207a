"""What every page is handed: the office, the templates, the limits."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from pipeline.domain.calendar import long_date, long_time, short_time
from pipeline.intake.pulse import Pulse
from pipeline.office import Office
from pipeline.web.access import at_this_machine
from pipeline.web.codes import spaced
from pipeline.web.limits import RateLimiter

STATIC: dict[str, str] = {"style.css": "text/css", "tanda.svg": "image/svg+xml"}
"""The files that pages refer to, with their media types."""


@dataclass(frozen=True)
class Site:
    """One office's pages; ``pulse`` is that of the watcher beside them, where there is one."""

    office: Office
    environment: Environment
    limiter: RateLimiter
    pulse: Pulse | None = None

    @classmethod
    def of(cls, office: Office, pulse: Pulse | None = None) -> "Site":
        """The pages of ``office``."""
        return cls(office, _environment(), RateLimiter(), pulse)

    def now(self) -> datetime:
        """The moment, as the office's clocks show it."""
        return self.office.now().astimezone(self.office.settings.office.zone)

    def is_at_hand(self, request: Request) -> bool:
        """Whether the client may see the office's work."""
        return at_this_machine(request, self.office.settings.web.host)

    def page(
        self, request: Request, template: str, *, status: int = 200, **context: Any
    ) -> HTMLResponse:
        """A page as an answer; what all pages show is added to ``context``."""
        html = self.environment.get_template(template).render(
            office=self.office.settings.office,
            at_hand=self.is_at_hand(request),
            path=request.url.path,
            **context,
        )
        return HTMLResponse(html, status_code=status)


@lru_cache(maxsize=len(STATIC))
def static_file(name: str) -> bytes:
    """A file of ``static/``, from wherever the package is installed."""
    return (files("pipeline.web") / "static" / name).read_bytes()


def static_url(name: str) -> str:
    """Its address, which changes with its content: it may be kept for ever."""
    return f"/static/{name}?v={hashlib.sha256(static_file(name)).hexdigest()[:12]}"


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("pipeline.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["static_url"] = static_url
    environment.filters.update(
        long_date=long_date, long_time=long_time, short_time=short_time, spaced=spaced
    )
    return environment
