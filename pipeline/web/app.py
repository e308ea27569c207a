"""The pages of one office: which there are, and what is answered when one cannot be shown.

Until there is a log-in, only the verification of a code and the health check are open to the
network; Beranda answers people at the machine itself, and everyone else with 403.
"""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from traceback import format_exception
from uuid import uuid4

import structlog
from fastapi import FastAPI, Request
from fastapi.responses import Response
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from pipeline.errors import ConflictError, KinerjaError, LedgerError, NotFoundError
from pipeline.intake.pulse import Pulse
from pipeline.office import Office
from pipeline.web.headers import SecurityHeaders
from pipeline.web.pages import health, home, static, verify
from pipeline.web.site import Site

log = structlog.get_logger()

PAGES: dict[str, Callable[[Site, Request], Response]] = {
    "/": home.show,
    "/v": verify.ask,
    "/v/{code}": verify.show,
    "/sehat": health.show,
    "/static/{name}": static.show,
}

STATUSES: dict[type[KinerjaError], HTTPStatus] = {
    NotFoundError: HTTPStatus.NOT_FOUND,
    ConflictError: HTTPStatus.CONFLICT,
    LedgerError: HTTPStatus.SERVICE_UNAVAILABLE,
}

QUIET: TelemetryConfig = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "auto_configure": False,
}


def create_app(office: Office, pulse: Pulse | None = None) -> ASGIApp:
    """The office's pages as an ASGI application."""
    site = Site.of(office, pulse)
    app = FastAPI(
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        telemetry=QUIET,  # nothing is reported to anyone
        exception_handlers={
            HTTPException: partial(_on_refusal, site),
            Exception: partial(_on_failure, site),
        },
    )
    for path, show in PAGES.items():
        app.add_api_route(path, partial(show, site), methods=["GET", "HEAD"], response_model=None)
    return SecurityHeaders(app)


async def _on_refusal(site: Site, request: Request, refusal: HTTPException) -> Response:
    """What the router refuses: an address that is none, or another method than GET."""
    if refusal.status_code == HTTPStatus.NOT_FOUND:
        return site.page(request, "tidak-ada.html", status=HTTPStatus.NOT_FOUND)
    response = site.page(request, "tidak-dapat.html", status=refusal.status_code)
    response.headers.update(refusal.headers or {})
    return response


async def _on_failure(site: Site, request: Request, error: Exception) -> Response:
    """A fault of ours: the page stays calm, the log has it all under the number shown."""
    status = next(
        (status for kind, status in STATUSES.items() if isinstance(error, kind)),
        HTTPStatus.INTERNAL_SERVER_ERROR,
    )
    incident = uuid4().hex[:8].upper()
    log.error(
        "a page failed",
        incident=incident,
        path=request.url.path,
        status=int(status),
        # As text: a traceback with values would put personal data into the log (UU 27/2022).
        trace="".join(format_exception(error)),
    )
    return site.page(request, "gangguan.html", status=status, incident=incident)
