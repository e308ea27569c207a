"""Beranda: the collections under way at a glance, and what lies in the archive.

There is no log-in yet, so it answers only people at the machine itself: the server listens on
127.0.0.1 unless ``[web] host`` says otherwise, and where it does, Beranda answers 403. It names
posts, never persons.
"""

from http import HTTPStatus

from fastapi import Request
from fastapi.responses import Response

from pipeline.web.overview import overview
from pipeline.web.site import Site

FILED_SHOWN = 12
WITHDRAWN_SHOWN = 4


def show(site: Site, request: Request) -> Response:
    """The office's work, or why it is not shown here."""
    if not site.is_at_hand(request):
        return site.page(request, "tertutup.html", status=HTTPStatus.FORBIDDEN)
    now = site.now()
    found = overview(site.office, now)
    return site.page(
        request,
        "beranda.html",
        now=now,
        running=found.running,
        filed=found.filed[:FILED_SHOWN],
        older=max(0, len(found.filed) - FILED_SHOWN),
        withdrawn=found.withdrawn[:WITHDRAWN_SHOWN],
        master=found.master,
        failures=found.failures,
        unjudged=found.unjudged,
        start_folder=found.start_folder,
    )
