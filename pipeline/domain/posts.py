"""Posts as people call them in a chat or on one line: ``Kabid``, not ``Kepala Bidang``."""

from pipeline.domain.authority import post_of

_CALLED = {
    "Kepala Subbagian": "Kasubag",
    "Kepala Sub Bagian": "Kasubag",
    "Kepala Bidang": "Kabid",
    "Kepala Seksi": "Kasi",
    "Kepala Dinas": "Kadis",
    "Kepala UPTD": "Ka. UPTD",
    "Kepala Balai": "Ka. Balai",
}


def short_post(title: str) -> str:
    """``Plt. Kepala Bidang Perikanan Tangkap`` as ``Plt. Kabid Perikanan Tangkap``.

    What a post is the head *of* stays whole: two sections often differ only at the end.
    """
    post = post_of(title)
    capacity = title.removesuffix(post)
    for whole, called in _CALLED.items():
        if post == whole or post.startswith(f"{whole} "):
            return f"{capacity}{called}{post.removeprefix(whole)}"
    return title
