"""Sehat: what a monitor asks. 200 while nothing needs an administrator, else 503."""

from fastapi import Request
from fastapi.responses import JSONResponse, Response

from pipeline.tasks.lookup import health
from pipeline.web.site import Site


def show(site: Site, request: Request) -> Response:
    """``status`` is ``ok``, ``failing`` (chains gave up) or ``unreachable`` (the database)."""
    found = health(site.office)
    status = "ok" if found.well else "failing" if found.database else "unreachable"
    body = {
        "status": status,
        "database": found.database,
        "untaken": found.untaken,
        "failed": found.failed,
    }
    return JSONResponse(body, status_code=200 if found.well else 503)
