"""The words of a verification statement, in both languages; findings have theirs in `findings`."""

from pipeline.signing.report import Language

WORDS: dict[str, dict[Language, str]] = {
    "heading": {
        "id": "LAPORAN VERIFIKASI TANDA TANGAN ELEKTRONIK",
        "en": "REPORT ON ELECTRONIC SIGNATURES",
    },
    "judged": {"id": "Diperiksa per {at}", "en": "Judged as of {at}"},
    "title": {"id": "Tanda tangan pada kolom {name}", "en": "Signature in the field {name}"},
    "title_timestamp": {"id": "Stempel waktu dokumen {name}", "en": "Document timestamp {name}"},
    # Labels
    "signer": {"id": "Penanda tangan", "en": "Signer"},
    "authority": {"id": "Penyedia", "en": "Authority"},
    "result": {"id": "Hasil", "en": "Result"},
    "time": {"id": "Waktu", "en": "Time"},
    "certificate": {"id": "Sertifikat", "en": "Certificates"},
    "serial": {"id": "Nomor seri", "en": "Serial number"},
    "revocation": {"id": "Pencabutan", "en": "Revocation"},
    "certified": {"id": "Tersertifikasi", "en": "Certified"},
    "after": {"id": "Sesudahnya", "en": "After it"},
    # What was found
    "sound": {"id": "berlaku", "en": "holds"},
    "doubt": {"id": "tidak dapat dipastikan ({why})", "en": "cannot be determined ({why})"},
    "fault": {"id": "tidak dapat diterima ({why})", "en": "not acceptable ({why})"},
    "proven_by": {
        "id": "{at}, dibuktikan stempel waktu {who}",
        "en": "{at}, proven by a timestamp of {who}",
    },
    "proven": {"id": "{at}, dibuktikan stempel waktu", "en": "{at}, proven by a timestamp"},
    "claimed": {
        "id": "{at} menurut penanda tangan (tanpa stempel waktu)",
        "en": "{at} by the signer's own word (no timestamp)",
    },
    "untold": {"id": "tidak disebutkan", "en": "not told"},
    "link": {"id": "{who}, sampai {ends}", "en": "{who}, until {ends}"},
    "anchor": {
        "id": "{who}, sampai {ends}; akar tepercaya",
        "en": "{who}, until {ends}; a trusted root",
    },
    "no_anchor": {
        "id": "Rantai ini tidak terbukti sampai ke folder kepercayaan.",
        "en": "This chain was not shown to lead to the trust folder.",
    },
    "unread": {"id": "tidak terbaca", "en": "unreadable"},
    "unrevoked": {
        "id": "tidak dicabut per {at} ({source})",
        "en": "not revoked as of {at} ({source})",
    },
    "revoked": {"id": "DICABUT sejak {at} ({source})", "en": "REVOKED since {at} ({source})"},
    "unrevocable": {
        "id": "tidak perlu ditanyakan (dikecualikan penerbitnya)",
        "en": "need not be asked (exempted by its issuer)",
    },
    "unanswered": {
        "id": "tidak ada jawaban yang dapat dipercaya",
        "en": "no answer that can be trusted",
    },
    "kept_document": {"id": "{what} dalam berkas", "en": "{what} in the file"},
    "kept_trust": {"id": "{what} dari folder kepercayaan", "en": "{what} of the trust folder"},
    "kept_network": {"id": "{what} yang baru ditanyakan", "en": "{what} asked for just now"},
    "certification_psre": {
        "id": "sertifikatnya dari PSrE Indonesia ({who}); apakah perangkatnya juga tersertifikasi"
        " tidak terlihat dari berkas (PP 71/2019 Pasal 60 ayat (3))",
        "en": "its certificate is of an Indonesian PSrE ({who}); whether the device is certified"
        " too cannot be seen from a file (PP 71/2019 Art. 60(3))",
    },
    "certification_other": {
        "id": "tidak: sertifikatnya bukan dari PSrE Indonesia (PP 71/2019 Pasal 60 ayat (3))",
        "en": "no: its certificate is not of an Indonesian PSrE (PP 71/2019 Art. 60(3))",
    },
    "certification_practice": {
        "id": "tidak: sertifikat LATIHAN, bukan tanda tangan elektronik resmi",
        "en": "no: a certificate for PRACTICE, no official electronic signature",
    },
    "certification_unknown": {
        "id": "tidak dapat dipastikan: rantai sertifikatnya tidak terbukti",
        "en": "cannot be told: its chain of certificates was not proven",
    },
    "after_signature": {"id": "tanda tangan {name}", "en": "signature {name}"},
    "after_timestamp": {"id": "stempel waktu {name}", "en": "timestamp {name}"},
    "after_revisions": {
        "id": "{name} penyimpanan lain (misalnya data verifikasi)",
        "en": "{name} other revision(s), such as validation data",
    },
    "after_nothing": {"id": "tidak ada", "en": "nothing"},
}
