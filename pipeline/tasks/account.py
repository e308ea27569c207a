"""Whom the command line acts as: the official mapped to the operating-system account."""

import getpass

from pipeline.office import Office


def acting_as(office: Office) -> tuple[str, str]:
    """The actor and the channel for the ledger."""
    account = getpass.getuser()
    for signer in office.settings.signers:
        if account in signer.accounts:
            return signer.post, f"baris perintah, akun {account}"
    return f"akun {account}", f"baris perintah, akun {account}"
