"""The style sheet and the sign in the browser's tab."""

from fastapi import Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from pipeline.web.site import STATIC, Site, static_file

KEPT = {"Cache-Control": "public, max-age=31536000, immutable"}


def show(site: Site, request: Request) -> Response:
    """One of the files that pages refer to."""
    name = request.path_params["name"]
    if name not in STATIC:
        raise HTTPException(404)
    return Response(static_file(name), media_type=STATIC[name], headers=KEPT)
