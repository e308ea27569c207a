"""Reads a procedure's ``sop.toml`` into a validated model."""

import tomllib
from pathlib import Path

from pydantic import ValidationError

from pipeline.domain.procedure import Procedure
from pipeline.errors import ConfigurationError
from pipeline.explain import explain

FILE_NAME = "sop.toml"


def load_procedure(path: Path) -> Procedure:
    """The procedure in ``path``.

    Raises:
        ConfigurationError: the file is missing, is not TOML, or a key is wrong; the message names
            file, key and mend.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return Procedure.model_validate(data)
    except FileNotFoundError as missing:
        raise ConfigurationError(
            f"{path}: berkas prosedur tidak ada. Salin folder templat bawaan ke sana."
        ) from missing
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
        raise ConfigurationError(
            f"{path}: bukan TOML yang sah ({broken}). Betulkan tanda baca pada baris itu."
        ) from broken
    except ValidationError as invalid:
        raise ConfigurationError(explain(path, invalid)) from invalid
