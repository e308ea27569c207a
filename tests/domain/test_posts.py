import pytest

from pipeline.domain.posts import short_post


@pytest.mark.parametrize(
    ("post", "called"),
    [
        ("Kepala Bidang Perikanan Tangkap", "Kabid Perikanan Tangkap"),
        ("Plt. Kepala Bidang Perikanan Tangkap", "Plt. Kabid Perikanan Tangkap"),
        ("Plh. Kepala Dinas", "Plh. Kadis"),
        ("Kepala UPTD Balai Benih Ikan", "Ka. UPTD Balai Benih Ikan"),
        ("Kepala Subbagian Umum", "Kasubag Umum"),
        ("Kepala Bidangan Lain", "Kepala Bidangan Lain"),
        ("Sekretaris", "Sekretaris"),
    ],
)
def test_a_post_as_people_call_it(post: str, called: str) -> None:
    assert short_post(post) == called
