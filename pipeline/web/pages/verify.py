"""Verifikasi: what the code on a paper stands for. Open to whoever holds the paper.

It reveals nothing that the paper does not: of a form only its kind, its period and how far it has
come; of a print-out what is printed on it, and whether the signed file holds at this moment.
"""

import math
from dataclasses import dataclass, replace
from http import HTTPStatus

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from pipeline.domain.document import Kind, State
from pipeline.errors import NotFoundError
from pipeline.tasks.lookup import FoundPrintout, FoundSheet, find_by_code
from pipeline.web.codes import read_code
from pipeline.web.site import Site
from pipeline.web.words import IN_WORK, KINDS, RETURNED, SHEET_STATES

TONES = {"valid": "ok", "invalid": "bad"}
"""The tone of each verdict; the others leave a doubt."""
DOUBT = "wait"
ENDS = {State.FILED: " dan diarsipkan", State.SIGNED: "; sedang diarsipkan"}


@dataclass(frozen=True)
class Banner:
    """The answer in one look: a word, a sentence, and the reasons."""

    tone: str
    word: str
    sentence: str
    reasons: tuple[str, ...] = ()


def ask(site: Site, request: Request) -> Response:
    """The form where a code is typed; a code that can be read leads on to its page."""
    typed = request.query_params.get("kode")
    if typed is None:
        return site.page(request, "kode.html", typed="", fault="")
    read = read_code(typed)
    if read.code:
        return RedirectResponse(f"/v/{read.code}", HTTPStatus.SEE_OTHER)
    return site.page(
        request, "kode.html", status=HTTPStatus.BAD_REQUEST, typed=typed[:60], fault=read.fault
    )


def show(site: Site, request: Request) -> Response:
    """What the code in the address stands for."""
    wait = site.limiter.wait_s(request.client.host if request.client else "")
    if wait:
        return _later(site, request, math.ceil(wait))
    typed = request.path_params["code"]
    read = read_code(typed)
    if read.fault:
        return site.page(
            request, "kode.html", status=HTTPStatus.NOT_FOUND, typed=typed[:60], fault=read.fault
        )
    if read.code != typed:
        return RedirectResponse(f"/v/{read.code}", HTTPStatus.SEE_OTHER)
    try:
        found = find_by_code(site.office, read.code)
    except NotFoundError:
        return site.page(
            request, "kode-tak-dikenal.html", status=HTTPStatus.NOT_FOUND, code=read.code
        )
    if isinstance(found, FoundPrintout):
        return _printout(site, request, found)
    return _sheet(site, request, found)


def banner_of(found: FoundPrintout) -> Banner:
    """The verdict of a print-out; one that was replaced stays what it is, and is called so too."""
    banner = _verdict(found)
    if not found.replaced:
        return banner
    return replace(
        banner,
        tone=banner.tone if banner.tone == "bad" else DOUBT,
        word=f"{banner.word}; SUDAH DIGANTIKAN",
        sentence=f"{banner.sentence} Naskah ini {found.replaced}.",
    )


def _verdict(found: FoundPrintout) -> Banner:
    """The verdict as such; with a practice certificate it never reads as plainly valid."""
    judged = found.judgement
    if found.number_cancelled:
        sentence = "Nomor naskah ini sudah dibatalkan; naskah ini tidak berlaku."
        return Banner("bad", "NOMOR DIBATALKAN", sentence)
    if found.paper:
        sentence = (
            "Naskah ini ditandatangani di atas kertas, bukan secara elektronik; yang disimpan"
            f" adalah {found.paper}."
        )
        return Banner(DOUBT, "SALINAN", sentence)
    if judged is None and not found.obstacle:
        sentence = "Naskah ini belum ditandatangani, jadi belum berlaku sebagai dokumen resmi."
        return Banner(DOUBT, "BELUM DITANDATANGANI", sentence)
    if judged is None:
        return Banner(
            DOUBT,
            "TIDAK DAPAT DIPASTIKAN",
            f"Tanda tangannya tidak dapat diperiksa saat ini: {found.obstacle}",
            ("Coba lagi nanti, atau hubungi instansi penerbit dan sebutkan kodenya.",),
        )
    if judged.verdict == "valid" and judged.practice:
        sentence = (
            "Tanda tangan berlaku dan dokumen tidak berubah, tetapi sertifikatnya sertifikat"
            " latihan. Dokumen ini bukan dokumen resmi."
        )
        return Banner(DOUBT, "SAH SEBAGAI LATIHAN", sentence)
    word, _, sentence = judged.text.partition(": ")
    tone = TONES.get(judged.verdict, DOUBT)
    return Banner(tone, word, f"{sentence[:1].upper()}{sentence[1:]}", judged.reasons)


def status_of(found: FoundPrintout) -> str:
    """How far a print-out has come."""
    if found.state in ENDS:
        signed = "Ditandatangani di atas kertas" if found.paper else "Sudah ditandatangani"
        return signed + ENDS[found.state]
    if found.state is State.WITHDRAWN:
        return "Pengumpulannya ditarik; cetakan ini tidak berlaku"
    if found.state is not State.WAITING:
        return "Dikembalikan untuk diperbaiki; cetakan yang sudah ada tidak berlaku"
    return f"{'Sudah diparaf; m' if found.initialled else 'M'}enunggu {found.awaits}"


def _printout(site: Site, request: Request, found: FoundPrintout) -> Response:
    return site.page(
        request,
        "cetak.html",
        found=found,
        banner=banner_of(found),
        status_text=status_of(found),
        now=site.now(),
    )


def _sheet(site: Site, request: Request, found: FoundSheet) -> Response:
    with_staff = found.kind is not Kind.FORM and found.state is State.WAITING
    plain = IN_WORK if with_staff else SHEET_STATES.get(found.state, IN_WORK)
    return site.page(
        request,
        "lembar.html",
        found=found,
        kind=KINDS[found.kind],
        institution=site.office.settings.office.name,
        state=RETURNED if found.returned else plain,
        now=site.now(),
    )


def _later(site: Site, request: Request, wait_s: int) -> Response:
    response = site.page(
        request, "terlalu-sering.html", status=HTTPStatus.TOO_MANY_REQUESTS, wait_s=wait_s
    )
    response.headers["Retry-After"] = str(wait_s)
    return response
