"""Everything that a verification can find, with its weight and its words in both languages."""

from enum import IntEnum
from typing import NamedTuple


class Weight(IntEnum):
    """How much a finding bears on the verdict."""

    NOTE = 0
    """Worth knowing; changes nothing."""
    PENDING = 1
    """A planned signature is still missing."""
    DOUBT = 2
    """It cannot be told whether the signature holds."""
    FAULT = 3
    """The signature, or the document under it, does not hold."""


class Wording(NamedTuple):
    """One kind of finding. ``{detail}`` stands for what it was found on."""

    weight: Weight
    id: str
    en: str


FINDINGS: dict[str, Wording] = {
    # The file as a whole
    "unreadable": Wording(
        Weight.FAULT,
        "Berkas tidak dapat dibaca sebagai PDF: rusak, terpotong, atau bukan PDF.",
        "The file cannot be read as a PDF: damaged, cut off, or no PDF at all.",
    ),
    "encrypted": Wording(
        Weight.DOUBT,
        "Berkas dikunci dengan kata sandi, sehingga isinya tidak dapat diperiksa.",
        "The file is locked with a password, so its content cannot be examined.",
    ),
    "too_many_revisions": Wording(
        Weight.DOUBT,
        "Berkas disimpan di atas dirinya {detail} kali; sebanyak itu tidak diperiksa.",
        "The file was saved on top of itself {detail} times; so many are not examined.",
    ),
    "lost_signature": Wording(
        Weight.FAULT,
        "Di dalam berkas ada tanda tangan yang tidak lagi tersambung ke kolomnya.",
        "The file holds a signature that is no longer attached to its field.",
    ),
    "trailing_bytes": Wording(
        Weight.FAULT,
        "Ada data tambahan di ujung berkas yang tidak dilindungi tanda tangan mana pun.",
        "There is extra data at the end of the file which no signature protects.",
    ),
    "metadata_changed": Wording(
        Weight.FAULT,
        "Keterangan dokumen (judul, penulis, tanggal) diubah sesudah ditandatangani.",
        "The document's metadata (title, author, dates) was changed after signing.",
    ),
    "metadata_changed_elsewhere": Wording(
        Weight.NOTE,
        "Keterangan dokumen (judul, penulis, tanggal) tidak dilindungi tanda tangan terakhir.",
        "The document's metadata (title, author, dates) is not protected by the last signature.",
    ),
    # The set of fields
    "unexpected_field": Wording(
        Weight.FAULT,
        "Ada kolom tanda tangan di luar rencana: {detail}.",
        "There is a signature field outside the plan: {detail}.",
    ),
    "missing_signature": Wording(
        Weight.FAULT,
        "Tanda tangan yang seharusnya ada tidak ditemukan: {detail}.",
        "A signature that should be there is missing: {detail}.",
    ),
    "pending_field": Wording(
        Weight.PENDING,
        "Kolom {detail} belum ditandatangani.",
        "The field {detail} has not been signed yet.",
    ),
    "invisible": Wording(
        Weight.NOTE,
        "Tanda tangan {detail} tidak tampak pada halaman.",
        "The signature {detail} is not visible on any page.",
    ),
    # One signature
    "unreadable_signature": Wording(
        Weight.FAULT,
        "Tanda tangan tidak dapat dibaca: strukturnya rusak.",
        "The signature cannot be read: its structure is damaged.",
    ),
    "not_intact": Wording(
        Weight.FAULT,
        "Isi dokumen berubah sesudah ditandatangani.",
        "The document's content has changed since it was signed.",
    ),
    "not_valid": Wording(
        Weight.FAULT,
        "Nilai tanda tangan tidak cocok dengan sertifikatnya.",
        "The signature value does not match its certificate.",
    ),
    "padding": Wording(
        Weight.FAULT,
        "Wadah tanda tangan berisi data lain di samping tanda tangannya.",
        "The signature's container holds other data beside the signature.",
    ),
    "altered_envelope": Wording(
        Weight.FAULT,
        "Sampul tanda tangan diubah: {detail}.",
        "The signature's envelope was altered: {detail}.",
    ),
    "changed_after": Wording(
        Weight.FAULT,
        "Dokumen diubah sesudah tanda tangan ini dengan cara yang tidak diizinkan.",
        "The document was changed after this signature in a way that it does not allow.",
    ),
    "followed": Wording(
        Weight.FAULT,
        "Sesudah tanda tangan terakhir masih ada perubahan selain stempel waktu.",
        "After the last signature there are changes other than timestamps.",
    ),
    "locked_too_early": Wording(
        Weight.FAULT,
        "Paraf ini mengunci naskah, sehingga tanda tangan tidak dapat dibubuhkan lagi. Ulangi "
        'tanpa pilihan "kunci dokumen sesudah ditandatangani".',
        "This initial locks the document, so that nobody can sign it any more. Repeat it without "
        'the option "lock document after signing".',
    ),
    "coverage": Wording(
        Weight.FAULT,
        "Tanda tangan tidak mencakup seluruh dokumen pada saat ditandatangani.",
        "The signature does not cover the whole document as it was when signed.",
    ),
    "not_pades": Wording(
        Weight.FAULT,
        "Bentuk tanda tangannya bukan PAdES ({detail}), sehingga tidak dapat dibuktikan berpuluh "
        'tahun. Setel program penanda tangan ke "CAdES" (ETSI.CAdES.detached), lalu tanda tangani '
        "lagi.",
        "The signature is no PAdES ({detail}) and cannot be kept provable for decades. Set the "
        'signing program to "CAdES" (ETSI.CAdES.detached) and sign again.',
    ),
    "not_pades_elsewhere": Wording(
        Weight.NOTE,
        "Bentuk tanda tangannya bukan PAdES ({detail}).",
        "The signature is no PAdES ({detail}).",
    ),
    "not_enrolled": Wording(
        Weight.FAULT,
        "Sertifikat penanda tangan tidak terdaftar bagi pejabat itu pada hari penandatanganan.",
        "The signer's certificate was not enrolled to that official on the day of signing.",
    ),
    "revoked": Wording(
        Weight.FAULT,
        "Sertifikat penanda tangan telah dicabut oleh penerbitnya.",
        "The signer's certificate has been revoked by its issuer.",
    ),
    "failed": Wording(
        Weight.FAULT,
        "Tanda tangan gagal diperiksa ({detail}).",
        "The signature failed validation ({detail}).",
    ),
    "practice": Wording(
        Weight.NOTE,
        "Sertifikatnya sertifikat LATIHAN; tidak berlaku sebagai tanda tangan elektronik resmi.",
        "Its certificate is for PRACTICE; it is no official electronic signature.",
    ),
    # Why it cannot be told
    "unknown_issuer": Wording(
        Weight.DOUBT,
        "Penerbit sertifikat penanda tangan tidak ada dalam folder kepercayaan.",
        "The issuer of the signer's certificate is not in the trust folder.",
    ),
    "expired": Wording(
        Weight.DOUBT,
        "Sertifikat sudah berakhir atau belum berlaku, dan tidak ada stempel waktu yang "
        "membuktikan bahwa penandatanganan terjadi dalam masa berlakunya.",
        "The certificate has expired or is not yet valid, and no timestamp proves that it was "
        "used within its validity.",
    ),
    "revocation_unknown": Wording(
        Weight.DOUBT,
        "Tidak dapat dipastikan bahwa sertifikat tidak dicabut: data pencabutan tidak tersedia "
        "atau sudah usang.",
        "It cannot be told whether the certificate was revoked: revocation data is missing or "
        "stale.",
    ),
    "chain_unsure": Wording(
        Weight.DOUBT,
        "Rantai sertifikat penanda tangan tidak dapat dipastikan: daftar pencabutannya tidak "
        "tersedia atau sudah usang, atau penerbitnya bukan yang ada dalam folder kepercayaan.",
        "The signer's chain of certificates cannot be determined: its revocation list is missing "
        "or stale, or its issuer is not the one in the trust folder.",
    ),
    "weak_algorithm": Wording(
        Weight.DOUBT,
        "Tanda tangan memakai algoritma yang sudah tidak aman.",
        "The signature uses an algorithm that is no longer safe.",
    ),
    "wrong_usage": Wording(
        Weight.DOUBT,
        "Sertifikat atau salah satu penerbitnya tidak diperuntukkan bagi tanda tangan ini.",
        "The certificate, or one of its issuers, is not meant for such a signature.",
    ),
    "undetermined": Wording(
        Weight.DOUBT,
        "Keabsahan tanda tangan tidak dapat dipastikan ({detail}).",
        "The signature's validity cannot be determined ({detail}).",
    ),
    "unsupported": Wording(
        Weight.DOUBT,
        "Jenis tanda tangan pada kolom {detail} tidak dikenal.",
        "The kind of signature in the field {detail} is unknown.",
    ),
    "timestamp_unsure": Wording(
        Weight.DOUBT,
        "Stempel waktu dokumen tidak dapat dipastikan ({detail}).",
        "The document timestamp cannot be determined ({detail}).",
    ),
}

# AdES sub-indications (ETSI EN 319 102-1 §5.1.3) that deserve words of their own.
ADES_FINDINGS: dict[str, str] = {
    "HASH_FAILURE": "not_intact",
    "SIG_CRYPTO_FAILURE": "not_valid",
    "REVOKED": "revoked",
    "REVOKED_NO_POE": "revoked",
    "REVOKED_CA_NO_POE": "revoked",
    "NO_CERTIFICATE_CHAIN_FOUND": "unknown_issuer",
    "CERTIFICATE_CHAIN_GENERAL_FAILURE": "chain_unsure",
    "OUT_OF_BOUNDS_NO_POE": "expired",
    "OUT_OF_BOUNDS_NOT_REVOKED": "expired",
    "EXPIRED": "expired",
    "NOT_YET_VALID": "expired",
    "TRY_LATER": "revocation_unknown",
    "REVOCATION_OUT_OF_BOUNDS_NO_POE": "revocation_unknown",
    "CRYPTO_CONSTRAINTS_FAILURE": "weak_algorithm",
    "CRYPTO_CONSTRAINTS_FAILURE_NO_POE": "weak_algorithm",
    "CHAIN_CONSTRAINTS_FAILURE": "wrong_usage",
}
