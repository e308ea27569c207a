"""The part of an examination that is about the service at work: itself, its hours, its web."""

import socket

from pipeline.office import Office
from pipeline.tasks.doctor.report import Outcome
from pipeline.tasks.running import is_running

ZONES = ("Asia/Jakarta", "Asia/Pontianak", "Asia/Makassar", "Asia/Jayapura")
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def check_service(office: Office) -> Outcome:
    """For information: an office whose service stands still is not ill."""
    if office.state.is_dir() and is_running(office):
        return Outcome(True, "sedang berjalan")
    return Outcome(True, "tidak berjalan; hidupkan dengan `kinerja run`")


def check_time_zone(office: Office) -> Outcome:
    """A zone of Indonesia."""
    name, now = office.settings.office.timezone, office.now()
    told = f"{name}, sekarang {now:%d-%m-%Y %H.%M}"
    if name in ZONES:
        return Outcome(True, told)
    return Outcome(True, told, f"Isi [office] timezone dengan salah satu dari {', '.join(ZONES)}.")


def check_web(office: Office) -> Outcome:
    """The web's address can be had, and does not put the pages on the network in the clear."""
    web = office.settings.web
    told = f"halaman web di {web.host}, port {web.port}"
    if not (office.state.is_dir() and is_running(office)) and (why := _in_use(web.host, web.port)):
        return Outcome(
            False,
            f"{told} tidak dapat dipakai ({why})",
            "Isi [web] host dan port dengan alamat mesin ini dan port yang tidak dipakai program"
            " lain.",
        )
    if web.host not in LOOPBACK and not web.public_url.startswith("https://"):
        return Outcome(
            True,
            f"{told} terbuka di jaringan tanpa HTTPS",
            "Pasang proksi HTTPS (nginx, Caddy) di depannya, dan isi [web] public_url dengan"
            " alamat https-nya.",
        )
    return Outcome(True, told)


def _in_use(host: str, port: int) -> str:
    """Why the address cannot be had now; empty where it can."""
    if port == 0:
        return ""
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.create_server(address[:2], family=family):
            return ""
    except OSError as refused:
        return str(refused.strerror or refused)
