import shutil
from pathlib import Path

import pytest

from pipeline.domain.check_rules import CheckRules, EvidenceRules
from pipeline.domain.procedure import Procedure
from pipeline.errors import ConfigurationError
from pipeline.procedures import load_procedure

SOP = Path(__file__).resolve().parents[1] / "templates" / "data-kinerja" / "sop.toml"
# The table of the SOP: actor, activity, required input, time, output
STEPS = (
    (
        "Staf",
        "Membuat Draft Format Data Kinerja yang akan dikoreksi oleh Kasubag",
        "Daftar Pernyataan",
        "2 Hari",
        "Draft Format Data Kinerja",
    ),
    (
        "Kasubag",
        "Mengoreksi Format Data Kinerja; bila benar digunakan, bila salah dikembalikan ke Staf"
        " untuk diperbaiki",
        "Draft Format Data Kinerja",
        "10 Menit",
        "Format Data Kinerja",
    ),
    (
        "Staf",
        "Menggandakan Draft Format Data Kinerja dan menyerahkan ke Pejabat Terkait",
        "Format Data Kinerja",
        "1 Hari",
        "Format Data Kinerja Pejabat Terkait",
    ),
    (
        "Pejabat Terkait",
        "Menerima dan mengisi Format Data Kinerja dan mengembalikan ke Kasubag untuk diverifikasi",
        "Format Data Kinerja Pejabat Terkait",
        "3 Hari",
        "Format Data Kinerja yang sudah diisi",
    ),
    (
        "Kasubag",
        "Menerima Format Data, melakukan verifikasi, dan mengembalikan ke Staf untuk di-entry",
        "Format Data Kinerja yang sudah diisi",
        "1 Hari",
        "Format Data Kinerja yang sudah diisi dan diverifikasi",
    ),
    (
        "Staf",
        "Melakukan entry Data Kinerja dan menyerahkan ke Kasubag",
        "Format Data Kinerja yang sudah diisi dan diverifikasi",
        "2 Hari",
        "Print Out Data Kinerja",
    ),
    (
        "Kasubag",
        "Melakukan validasi dan paraf Data Kinerja",
        "Print Out Data Kinerja",
        "20 Menit",
        "Print Out Data Kinerja yang sudah divalidasi dan diparaf",
    ),
    (
        "Kasubag",
        "Melakukan penandatanganan Data Kinerja",
        "Print Out yang sudah divalidasi dan diparaf",
        "10 Menit",
        "Print Out yang sudah ditandatangani → arsip",
    ),
)
LEGAL_BASIS = (
    "Permenpan RB No. 35 Tahun 2012 tentang Pedoman Penyusunan Standar Operasional Prosedur"
    " Administrasi Pemerintahan",
    "Permenpan RB No. 19 Tahun 2018 tentang Penyusunan Peta Proses Bisnis Instansi Pemerintah",
    "Permendagri No. 90 Tahun 2019 tentang Klasifikasi, Kodefikasi, dan Nomenklatur Perencanaan"
    " Pembangunan dan Keuangan Daerah",
    "Undang-Undang Nomor 17 Tahun 2003 tentang Keuangan Negara",
    "Undang-Undang Nomor 25 Tahun 2004 tentang Sistem Perencanaan Pembangunan Nasional",
    "Undang-Undang Nomor 33 Tahun 2004 tentang Perimbangan Keuangan antara Pemerintah Pusat dan"
    " Daerah",
    "Peraturan Menteri Dalam Negeri Nomor 13 Tahun 2006 tentang Pedoman Pengelolaan Keuangan"
    " Daerah",
    "Peraturan Menteri Dalam Negeri Nomor 54 Tahun 2010 tentang Pelaksanaan Peraturan Pemerintah"
    " Nomor 8 Tahun 2008 tentang Tahapan, Tata Cara Penyusunan, Pengendalian dan Evaluasi"
    " Pelaksanaan Rencana Pembangunan Daerah",
    "Peraturan Gubernur Nomor 51 Tahun 2016 tentang Kedudukan, Susunan Organisasi, Tugas dan"
    " Fungsi, serta Tata Kerja Dinas Kelautan dan Perikanan Provinsi Jambi",
)


@pytest.fixture(scope="module")
def procedure() -> Procedure:
    return load_procedure(SOP)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copy(SOP, tmp_path / "sop.toml"))


def edit(path: Path, old: str, new: str) -> str:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigurationError) as refused:
        load_procedure(path)
    assert str(path) in str(refused.value)
    return str(refused.value)


@pytest.mark.parametrize("number", range(1, 9))
def test_a_step_is_as_the_sop_says(procedure: Procedure, number: int) -> None:
    step = procedure.steps[number - 1]
    actor = procedure.actor(step.actor).name
    says = ("Kasubag" if actor.startswith("Kasubag") else actor, step.activity)
    standard = step.standard
    assert step.number == number
    assert (*says, standard.required_input, standard.time, standard.output) == STEPS[number - 1]


def test_there_are_eight_steps_and_the_returns_of_the_flowchart(procedure: Procedure) -> None:
    assert len(procedure.steps) == len(STEPS)
    returns = {s.number: s.returns_to for s in procedure.steps if s.returns_to}
    assert returns == {2: 1, 5: 4, 7: 6, 8: 6}


def test_legal_basis_and_boxes(procedure: Procedure) -> None:
    assert procedure.legal_basis == LEGAL_BASIS
    assert procedure.identity.name == "Prosedur Mekanisme Pengumpulan Data Kinerja"
    assert procedure.qualifications == ("S1", "Memahami Mekanisme Pengumpulan Data Kinerja")
    assert procedure.equipment == ("Perangkat Komputer", "Alat Dokumentasi")
    assert procedure.related == (
        *("SOP Surat Masuk", "SOP Surat Keluar", "SOP Penerbitan SPM-UP/GU/TU"),
        *("SOP Penerbitan SPP-UP/GU/TU", "SOP Pengarsipan"),
    )
    assert procedure.warning == (
        "Jika tidak dilaksanakan sesuai SOP, maka tidak dapat terlaksana dengan maksimal"
    )
    assert procedure.recording == "Hasil akan disimpan sebagai Data"


def test_default_predicates_and_filing(procedure: Procedure) -> None:
    ratings = [(str(r.lower), r.name) for r in procedure.achievement.ratings[:-1]]
    assert ratings == [
        ("91", "Sangat Tinggi"),
        ("76", "Tinggi"),
        ("66", "Sedang"),
        ("51", "Rendah"),
    ]
    assert procedure.achievement.ratings[-1].name == "Sangat Rendah"
    assert procedure.filing.classification == "000.8.6.3"
    assert procedure.filing.retention.text.startswith("aktif 2 tahun, inaktif 3 tahun")
    assert procedure.filing.retention.final_action == "musnah"
    assert procedure.filing.number_template == "{kode}/{urut}/{unit}/{tahun}"


def test_the_checks_that_the_file_shows_are_the_defaults(procedure: Procedure) -> None:
    assert procedure.checks == CheckRules()
    assert procedure.evidence == EvidenceRules()


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('jump_factor = "3"', 'jump_factor = "0.5"', "checks.jump_factor"),
        ("longest_text = 10000", 'only_warn = ["rentan"]', "checks.only_warn.0"),
        ("longest_text = 10000", "lompatan = 3", "checks.lompatan"),
        ("required = false", "wajib = true", "evidence.wajib"),
    ],
)
def test_a_wrong_rule_for_checks_is_named(copy: Path, old: str, new: str, named: str) -> None:
    assert f"{named}: " in edit(copy, old, new)


def test_inboxes_as_people_find_them(procedure: Procedure) -> None:
    assert [s.folder for s in procedure.steps] == [
        *("1-draft", "2-koreksi", "3-penggandaan", "4-pengisian"),
        *("5-verifikasi", "6-entri", "7-paraf", "8-tanda-tangan"),
    ]


def test_a_missing_file_says_what_to_copy(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="Salin folder templat"):
        load_procedure(tmp_path / "sop.toml")


def test_broken_toml_names_the_line(copy: Path) -> None:
    assert "line 4" in edit(copy, 'key = "data-kinerja"', "key = data-kinerja")


def test_what_is_no_utf8_is_no_toml(copy: Path) -> None:
    copy.write_bytes(copy.read_bytes().replace("→".encode(), b"\xff"))
    with pytest.raises(ConfigurationError, match="bukan TOML yang sah"):
        load_procedure(copy)


def test_an_unknown_key_is_named(copy: Path) -> None:
    message = edit(copy, "warning =", "peringatan =")
    assert "peringatan: " in message
    assert "hapus kunci ini atau betulkan ejaannya" in message
    assert "warning: " in message
    assert "tambahkan kunci ini" in message


def test_a_key_inside_a_step_is_named_with_its_place(copy: Path) -> None:
    assert "steps.0.standard.days: " in edit(copy, "days = 2", 'days = "dua"')


def test_a_rule_between_keys_says_the_mend(copy: Path) -> None:
    assert "pilih salah satu dari" in edit(copy, 'actor = "pejabat"', 'actor = "bupati"')
