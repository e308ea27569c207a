"""The example of a share: what it gives to whom, and that Samba takes it."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.domain.authority import entitled_at
from pipeline.domain.naming import post_folder
from pipeline.domain.procedure import CommandFolder, Verb
from pipeline.errors import ConfigurationError
from pipeline.files import make_folder
from pipeline.intake.places import command_places
from pipeline.office import Office, open_office
from pipeline.settings import Account, FoldersSection
from pipeline.sop.authority import as_listed, holders_on_file
from pipeline.tasks.init import init_office
from pipeline.tasks.share import rights_script, smb_conf
from pipeline.tasks.share_rights import EVERYBODY, FolderRights, groups_of, post_group, rights_of
from tests.samba.machine import program
from tests.sop.masters import KASUBAG, SEKRETARIS, master_of, put_on_file, tenure, with_accounts

AYU, CITRA = "197803142003121004", "198507072010011005"
KABID = "Kabid Perikanan Tangkap"
UPTD = "Kepala UPTD Pelabuhan Perikanan Pantai Kuala Tungkal"
KABID_GROUP = "kinerja-kabid-perikanan-t-2a839d"
KASUBAG_GROUPS = ("kinerja-kasubag", "kinerja-sekretaris", "kinerja-kepala-dinas")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    root = init_office(tmp_path_factory.mktemp("bagi") / "kantor")
    with open_office(root) as opened:
        for post in (KASUBAG, KABID, UPTD):
            make_folder(opened.inbox / "data-kinerja/4-pengisian" / post_folder(post) / "kirim")
        yield opened


def with_folders(office: Office, **changed: str) -> Office:
    folders = FoldersSection(**changed)
    return Office(office.root, office.settings.model_copy(update={"folders": folders}))


def of(office: Office, path: str) -> FolderRights:
    (found,) = (r for r in rights_of(office) if r.path == f"data-kinerja/{path}")
    return found


def test_samba_takes_the_example_without_a_word(office: Office, tmp_path: Path) -> None:
    testparm = program("testparm")
    if testparm is None:
        pytest.skip("testparm is not installed (.ci/system-packages test)")
    conf = tmp_path / "smb.conf"
    conf.write_text(smb_conf(office))
    done = subprocess.run(
        [testparm, "--suppress-prompt", conf], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    usual = ("Load smb config", "Loaded services", "Weak crypto is allowed", "Server role:", "")
    said = [line for line in done.stderr.splitlines() if not line.startswith(usual[:-1]) and line]
    assert said == []
    sections = re.findall(r"^\[(.+)\]$", done.stdout, re.MULTILINE)
    assert sections == ["global", "kinerja"]
    assert f"path = {office.inbox}" in done.stdout
    for never in ("force user", "admin users", "guest ok = Yes", "kernel oplocks", "strict alloc"):
        assert never not in done.stdout


def test_whoever_may_decide_may_write_and_nobody_else(office: Office) -> None:
    procedure = office.procedures["data-kinerja"]
    rights = {right.path: right for right in rights_of(office)}
    places = list(command_places(office.inbox_of(procedure), procedure))
    assert {CommandFolder.APPROVE, CommandFolder.RETURN} <= {place.command for place in places}
    for place in places:
        right = rights[f"data-kinerja/{place.path}"]
        assert right.writers
        assert right == FolderRights(right.path, right.writers)
        if place.step.verb is Verb.FILL:
            continue
        usual = entitled_at(procedure, place.step)
        posts = usual.posts + entitled_at(procedure, place.step, usual.posts).posts
        wanted = {f"kinerja-{role}" for role in usual.roles}
        assert wanted | {post_group(procedure, post) for post in posts} <= set(right.writers)


def test_each_folder_is_given_to_its_own(office: Office) -> None:
    assert of(office, "1-draft/kirim").writers == ("kinerja-staf",)
    assert of(office, "5-verifikasi/setujui").writers == KASUBAG_GROUPS
    assert of(office, "5-verifikasi").writers == KASUBAG_GROUPS
    assert of(office, f"4-pengisian/{KABID}/kirim").writers == (KABID_GROUP,)
    own = of(office, f"4-pengisian/{KABID}")
    assert (own.open, own.readers) == (False, ("kinerja-staf", *KASUBAG_GROUPS))
    kasubag = of(office, f"4-pengisian/{post_folder(KASUBAG)}")
    assert kasubag.writers == ("kinerja-kasubag",)
    assert not set(kasubag.writers) & set(kasubag.readers)
    assert of(office, "4-pengisian/_titipan/kirim").writers == ("kinerja-staf",)
    assert (of(office, "4-pengisian").open, of(office, "4-pengisian").open_inside) == (True, False)
    for shared in ("hasil", "ditolak"):
        right = of(office, shared)
        assert (right.writers, right.open, right.open_inside) == ((), True, True)


def test_the_names_of_groups_are_short_and_apart(office: Office) -> None:
    procedure = office.procedures["data-kinerja"]
    long = [f"Kepala UPTD Pelabuhan Perikanan Pantai {n}" for n in ("Timur", "Timor", "timur/1")]
    groups = [
        post_group(procedure, post) for post in (KABID, *long, "Kabid A/B", "Kabid A B", "渔")
    ]
    assert len(set(groups)) == len(groups)
    assert all(re.fullmatch(r"[a-z][a-z0-9-]{0,31}", group) for group in groups)
    assert not set(groups) & {f"kinerja-{actor.key}" for actor in procedure.actors}
    assert post_group(procedure, KASUBAG) == "kinerja-kasubag"


def test_the_accounts_of_the_settings_are_the_members(office: Office) -> None:
    known = with_accounts(
        office,
        Account(name="staf-pc", roles=("staf",)),
        Account(name="ayu", nip=AYU),
        Account(name="citra", nip=CITRA, roles=("arsiparis",)),
    )
    put_on_file(
        office, master_of(tenure(KASUBAG, AYU), tenure(SEKRETARIS, AYU), tenure(KABID, CITRA))
    )
    with office.ledger.read() as session:
        holders = holders_on_file(session, office)
    groups = groups_of(known, holders)
    assert groups[EVERYBODY] == ("ayu", "citra", "staf-pc")
    assert groups["kinerja-staf"] == ("staf-pc",)
    assert groups["kinerja-kasubag"] == groups["kinerja-sekretaris"] == ("ayu",)
    assert groups[KABID_GROUP] == ("citra",)
    assert groups["kinerja-kepala-dinas"] == ()


def test_the_script_leaves_groups_without_a_known_account_alone(office: Office) -> None:
    script = rights_script(office, as_listed(office))
    assert "gpasswd" not in script
    assert "# kinerja-kasubag: akunnya belum ada di [[accounts]]" in script


def test_the_script_is_one_whatever_an_account_is_called(office: Office, tmp_path: Path) -> None:
    name = "a b'; touch kena"
    script = rights_script(with_accounts(office, Account(name=name)), as_listed(office))
    (line,) = [line for line in script.splitlines() if line.startswith("gpasswd")]
    echoed = f"gpasswd() {{ printf '%s\\n' \"$@\"; }}\n{line}"
    done = subprocess.run(
        ["sh", "-c", echoed], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert done.stdout.splitlines() == ["--members", name, EVERYBODY]
    assert list(tmp_path.iterdir()) == []
    subprocess.run(["sh", "-n"], input=script, text=True, check=True)


def test_a_line_in_a_name_begins_no_command(office: Office) -> None:
    settings = office.settings
    renamed = settings.office.model_copy(update={"name": "DINAS\nrm -rf /\n[global]\npath = %U"})
    other = Office(office.root, settings.model_copy(update={"office": renamed}))
    for text in (smb_conf(other), rights_script(other, as_listed(other))):
        lines = text.splitlines()
        assert "rm -rf /" not in lines
        assert lines.count("[global]") <= 1
        assert "%U" not in text


@pytest.mark.parametrize("name", ["archive", "state", "work"])
def test_what_nobody_may_see_is_not_shared(office: Office, name: str) -> None:
    misplaced = with_folders(office, **{name: f"inbox/{name}"})
    for make in (smb_conf, lambda o: rights_script(o, as_listed(o))):
        with pytest.raises(ConfigurationError, match=f"folders\\] {name}"):
            make(misplaced)


def test_a_path_that_samba_would_misread_is_refused(office: Office, tmp_path: Path) -> None:
    misread = with_folders(office, inbox=os.fspath(tmp_path / "%U" / "inbox"))
    with pytest.raises(ConfigurationError, match="Samba"):
        smb_conf(misread)
