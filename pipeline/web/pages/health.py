"""Sehat: what a monitor asks. 200 while nothing needs an administrator, else 503."""

from fastapi import Request
from fastapi.responses import JSONResponse, Response

from pipeline.tasks.health import health
from pipeline.web.site import Site


def show(site: Site, request: Request) -> Response:
    """``status`` in a word, then each thing that was looked at; see `pipeline.tasks.health`."""
    found = health(site.office, site.pulse)
    body = {
        "status": found.status,
        "database": found.database,
        "inbox": found.inbox,
        "full": list(found.full),
        "unjudged": found.unjudged,
        "failed": found.failed,
        "watcher": {
            "hangs": found.hangs,
            "restarts": found.restarts,
            "swept_s": None if found.swept_s is None else round(found.swept_s, 1),
        },
    }
    return JSONResponse(body, status_code=200 if found.status == "ok" else 503)
