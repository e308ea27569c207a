"""What is wrong with a file of settings, in the words of whoever mends it."""

from pathlib import Path

from pydantic import ValidationError

MENDS = {
    "missing": "tambahkan kunci ini",
    "extra_forbidden": "hapus kunci ini atau betulkan ejaannya",
    "enum": "pakai salah satu nilai yang disebut",
}
FAULTS = {
    "missing": "kunci ini tidak ada",
    "extra_forbidden": "kunci ini tidak dikenal",
    "string_type": "harus berupa teks dalam tanda kutip",
    "string_too_short": "tidak boleh kosong",
    "string_pattern_mismatch": "bentuknya tidak sesuai dengan {pattern}",
    "int_type": "harus bilangan bulat",
    "int_parsing": "harus bilangan bulat",
    "int_from_float": "harus bilangan bulat",
    "float_type": "harus bilangan",
    "float_parsing": "harus bilangan",
    "bool_type": "harus true atau false",
    "bool_parsing": "harus true atau false",
    "greater_than": "harus lebih dari {gt}",
    "greater_than_equal": "paling sedikit {ge}",
    "less_than": "harus kurang dari {lt}",
    "less_than_equal": "paling banyak {le}",
    "literal_error": "harus salah satu dari {expected}",
    "enum": "harus salah satu dari {expected}",
    "date_type": "harus tanggal, misalnya 2026-12-31",
    "date_parsing": "harus tanggal, misalnya 2026-12-31",
    "date_from_datetime_parsing": "harus tanggal, misalnya 2026-12-31",
    "tuple_type": "harus daftar dalam kurung siku",
    "model_type": "harus bagian dengan kunci-kuncinya",
    "model_attributes_type": "harus bagian dengan kunci-kuncinya",
}


def explain(path: Path, invalid: ValidationError) -> str:
    """Each fault of a settings file as ``file: key: what; mend``, a line each."""
    lines = []
    for fault in invalid.errors(include_url=False):
        key = ".".join(str(part) for part in fault["loc"]) or "(seluruh berkas)"
        known = FAULTS.get(fault["type"])
        said = fault["msg"].removeprefix("Value error, ")
        what = known.format(**fault.get("ctx", {})) if known else said
        mend = MENDS.get(fault["type"], "betulkan nilainya")
        lines.append(f"{path}: {key}: {what}; {mend}.")
    return "\n".join(lines)
