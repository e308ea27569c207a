"""An example of how the inbox is shared: ``smb.conf`` for Samba, and a script that sets the rights.

Samba lets nobody do what the file system does not let him do: the rights themselves are ACLs on
the folders, set by the script. The configuration keeps what the intake relies on: the owner of a
file, the share modes of open files, and names as they were written.
"""

import shlex

from pipeline.domain.holders import Holders
from pipeline.errors import ConfigurationError
from pipeline.files import account_name
from pipeline.office import Office
from pipeline.tasks.share_rights import EVERYBODY, FolderRights, groups_of, rights_of

SHARE = "kinerja"
_MISREAD = set('%"\n\r\t')
"""What Samba reads as something else in a path."""

_CONF = """\
# Contoh smb.conf untuk kotak masuk {office}.
# Paket Debian yang diperlukan: samba, samba-vfs-modules, acl.
# Salin ke /etc/samba/smb.conf (bila server sudah membagikan folder lain: salin [{share}] saja dan
# samakan isi [global]), periksa dengan `testparm -s`, lalu muat ulang smbd.
# Hak per folder TIDAK diatur di sini, tetapi oleh ACL pada foldernya: jalankan skrip haknya juga.

[global]
   server role = standalone server
   server string = {office}
   disable netbios = yes
   smb ports = 445

   # Tanpa tamu, tanpa SMB1, dan setiap paket ditandatangani.
   map to guest = never
   restrict anonymous = 2
   server min protocol = SMB2_10
   server signing = mandatory
   ntlm auth = ntlmv2-only

   # Bila kabel tercabut, berkas yang sedang disalin ditutup setelah sekitar dua menit, bukan
   # berjam-jam; baru sesudah itu layanan dapat menilai bahwa berkasnya terpotong.
   socket options = TCP_NODELAY SO_KEEPALIVE TCP_KEEPIDLE=60 TCP_KEEPINTVL=15 TCP_KEEPCNT=4

   # Server ini hanya untuk berkas.
   load printers = no
   printing = bsd
   printcap name = /dev/null
   disable spoolss = yes

[{share}]
   comment = Kotak masuk {office}
   # Hanya kotak masuk. Arsip, folder status, dan kunci tidak pernah dibagikan.
   path = {inbox}
   read only = no
   guest ok = no
   valid users = @{everybody}

   # Pemilik berkas adalah bukti siapa yang mengirimnya: jangan memakai `force user`,
   # `inherit owner`, atau `admin users`.
   inherit owner = no

   # ACL folder diwariskan ke berkas baru, sehingga akun layanan selalu dapat membacanya.
   inherit acls = yes
   create mask = 0660
   force create mode = 0660
   directory mask = 2770
   force directory mode = 2770
   # Hak hanya diubah oleh administrator di server, tidak dari Properti > Keamanan di Windows.
   nt acl support = no
   # Orang hanya melihat folder yang boleh dibukanya.
   hide unreadable = yes

   # Jangan mengisi `oplocks`, `kernel oplocks`, `kernel share modes`, dan `strict allocate`:
   # nilai bawaannya yang benar. Dengan nilai lain unggahan gagal, atau berkas yang masih
   # disalin tampak sudah selesai.

   # `~$...` dan `~WRL....tmp` milik Word JANGAN diveto: layanan memakainya untuk mengetahui
   # bahwa naskah sedang dibuka.
   veto files = /Thumbs.db/desktop.ini/.DS_Store/._*/
   delete veto files = yes
   hide dot files = yes

   # Atribut Windows disimpan terpisah, tidak mengubah hak di server.
   store dos attributes = yes
   map archive = no
   map readonly = no
   follow symlinks = no

   # catia: huruf yang dilarang Windows (dari Mac) tetap terbaca; streams_xattr: tanda unduhan
   # Windows; full_audit: siapa memindahkan apa, di log Samba. Tanpa `recycle`: berkas yang
   # diambil layanan memang harus hilang dari foldernya.
   vfs objects = catia full_audit streams_xattr
   catia:mappings = {mappings}
   full_audit:prefix = %u|%I
   full_audit:success = renameat unlinkat
   full_audit:failure = none
   full_audit:syslog = no
"""
_SFM = ",".join(f"0x{ord(sign):x}:0xf0{0x20 + place:x}" for place, sign in enumerate('"*:<>?\\|'))
"""The stand-ins that Macs send for what Windows forbids in names."""

_SCRIPT = """\
#!/bin/sh
# Hak per folder untuk kotak masuk {office}. Jalankan sebagai root; boleh diulang.
# ULANGI setiap kali ada pejabat baru atau pemegang jabatan berganti: sebelum itu folder
# pejabat baru belum dapat dibuka pemiliknya.
#
# Siapa boleh menulis di folder perintah (kirim, setujui, kembalikan, ...) dialah yang berwenang.
#
# Akun layanan ({account}) boleh menulis di semua folder. Supaya ia tahu pasti bahwa sebuah berkas
# sudah ditutup (lease), berikan CAP_LEASE pada unit systemd-nya:
#     AmbientCapabilities=CAP_LEASE
# Tanpa itu berkas dianggap selesai bila beberapa detik tidak berubah: lebih lambat, kurang pasti.
#
# Folder-folder di atas kotak masuk harus dapat dilalui semua pengguna (hak x), tidak perlu
# terbaca.
set -eu
command -v setfacl >/dev/null || {{ echo "Pasang dahulu paket acl." >&2; exit 1; }}
cd {inbox}
service={service}

# Kelompok; anggotanya menurut [[accounts]] di kinerja.toml dan data induk.
{groups}

# rights FOLDER OFFICE INSIDE WRITERS READERS
# OFFICE: hak seluruh kantor ({everybody}) atas foldernya; INSIDE: atas folder baru di dalamnya.
rights() {{
  if [ -L "$1" ] || [ ! -d "$1" ]; then
    echo "dilewati, karena bukan folder: $1" >&2
    return
  fi
  folder="u::rwx,u:$service:rwx,o::---,m::rwx"
  file="u::rw-,u:$service:rw-,o::---,m::rw-"
  for group in $4; do folder="$folder,g:$group:rwx" file="$file,g:$group:rw-"; done
  for group in $5; do folder="$folder,g:$group:r-x" file="$file,g:$group:r--"; done
  chgrp {everybody} "$1"
  chmod g+s "$1"
  setfacl --set "$folder,g::$2" -- "$1"
  setfacl --default --set "$folder,g::$3" -- "$1"
  find "$1" -maxdepth 1 -type f -exec chgrp {everybody} {{}} + \\
    -exec setfacl --set "$file,g::$(echo "$3" | tr x -)" {{}} +
}}
{rights}
"""


def smb_conf(office: Office) -> str:
    """An ``smb.conf`` that shares the inbox and nothing else.

    Raises:
        ConfigurationError: something that nobody may see lies in the inbox, or Samba could not
            read its path.
    """
    return _CONF.format(
        office=_plain(office.settings.office.name),
        share=SHARE,
        inbox=_shareable(office),
        everybody=EVERYBODY,
        mappings=_SFM,
    )


def rights_script(office: Office, holders: Holders) -> str:
    """A shell script that makes the groups and gives each folder of the inbox to its own.

    The service's account is the one that the inbox belongs to.

    Raises:
        ConfigurationError: as `smb_conf`.
    """
    inbox = _shareable(office)
    uid = office.inbox.stat().st_uid
    return _SCRIPT.format(
        office=_plain(office.settings.office.name),
        inbox=shlex.quote(inbox),
        account=account_name(uid),
        service=uid,
        everybody=EVERYBODY,
        groups="\n".join(_group_lines(groups_of(office, holders))),
        rights="\n".join(_call(right) for right in rights_of(office)),
    )


def _shareable(office: Office) -> str:
    inbox = office.inbox.resolve()
    private = {"archive": office.archive, "state": office.state, "work": office.work}
    for name, folder in private.items():
        if folder.resolve().is_relative_to(inbox):
            raise ConfigurationError(
                f"{folder}: the {name} folder lies in the inbox and would be shared with it. Set"
                f" [folders] {name} to a folder outside {inbox}."
            )
    if _MISREAD & set(str(inbox)):
        raise ConfigurationError(
            f"{inbox}: Samba cannot share a folder with such signs in its path. Choose one of"
            " letters, digits and hyphens for [folders] inbox."
        )
    return str(inbox)


def _group_lines(groups: dict[str, tuple[str, ...]]) -> list[str]:
    lines = [f"groupadd --force {group}" for group in groups]
    for group, accounts in groups.items():
        if accounts:
            lines.append(f"gpasswd --members {shlex.quote(','.join(accounts))} {group}")
        else:
            lines.append(f"# {group}: akunnya belum ada di [[accounts]]")
    return lines


def _call(right: FolderRights) -> str:
    office = ("r-x" if open_ else "---" for open_ in (right.open, right.open_inside))
    words = (right.path, *office, " ".join(right.writers), " ".join(right.readers))
    return f"rights {' '.join(shlex.quote(word) for word in words)}"


def _plain(text: str) -> str:
    """Text that ends no line and means nothing to Samba."""
    return " ".join(text.replace("%", " ").split())
