"""Changes of a document that come as one more revision of its file."""

import io
from collections.abc import Callable

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

from pipeline.signing.revision import Revision

Change = Callable[[Revision], None]


def changed(pdf: bytes, change: Change) -> bytes:
    """``pdf`` with one more revision, in which ``change`` was made."""
    revision = Revision(io.BytesIO(pdf))
    change(revision)
    out = io.BytesIO()
    revision.write(out)
    return out.getvalue()


def dictionary(**entries: object) -> generic.DictionaryObject:
    """A dictionary; strings are names."""
    return generic.DictionaryObject(
        {
            pdf_name(f"/{key}"): pdf_name(f"/{value}") if isinstance(value, str) else value
            for key, value in entries.items()
        }
    )


def numbers(*values: float) -> generic.ArrayObject:
    """An array of numbers."""
    return generic.ArrayObject(map(generic.FloatObject, values))


# --- the pages -----------------------------------------------------------------------------------


def first_page(revision: Revision) -> generic.DictionaryObject:
    """The first page, to be written anew."""
    kids = revision.root["/Pages"]["/Kids"]
    revision.mark_update(kids.raw_get(0))
    return kids[0]


def add_note(revision: Revision) -> None:
    page, _ = revision.find_page_for_modification(0)
    note = dictionary(
        Type="Annot",
        Subtype="FreeText",
        Rect=numbers(50, 500, 300, 560),
        Contents=pdf_string("Realisasi 100 persen"),
    )
    revision.register_annotation(page, revision.add_object(note))


def add_link(revision: Revision) -> None:
    """Over the whole page, and seen by nobody."""
    page, _ = revision.find_page_for_modification(0)
    action = dictionary(S="URI", URI=pdf_string("http://contoh.invalid/"))
    link = dictionary(Type="Annot", Subtype="Link", Rect=numbers(0, 0, 595, 842), A=action)
    revision.register_annotation(page, revision.add_object(link))


def add_page(revision: Revision) -> None:
    pages = revision.root["/Pages"]
    added = generic.DictionaryObject(pages["/Kids"][0])
    pages["/Kids"].append(revision.add_object(added))
    pages["/Count"] = generic.NumberObject(2)
    revision.update_container(pages)


def replace_content(revision: Revision) -> None:
    stream = generic.StreamObject(stream_data=b"0 0 9 9 re f")
    first_page(revision)["/Contents"] = revision.add_object(stream)


def overwrite_content(revision: Revision) -> None:
    """The page still names the same stream; the stream is another."""
    content = first_page(revision).raw_get("/Contents").reference
    stream = generic.StreamObject(stream_data=b"0 0 9 9 re f")
    revision.objects[(content.generation, content.idnum)] = stream


def crop_page(revision: Revision) -> None:
    first_page(revision)["/CropBox"] = numbers(0, 400, 595, 842)


def hide_page(revision: Revision) -> None:
    """Keep a page at hand that is not shown yet."""
    page = dictionary(Type="Page", MediaBox=numbers(0, 0, 595, 842), Parent=generic.NullObject())
    stream = generic.StreamObject(stream_data=b"9 9 99 99 re f")
    page["/Contents"] = revision.add_object(stream)
    revision.root["/Cadangan"] = revision.add_object(page)
    revision.update_root()


def show_hidden_page(revision: Revision) -> None:
    """Show what ``hide_page`` kept at hand when the others signed."""
    first_page(revision)["/Contents"] = revision.root["/Cadangan"].raw_get("/Contents")


# --- the document --------------------------------------------------------------------------------


def change_info(revision: Revision) -> None:
    revision.set_info(generic.DictionaryObject({pdf_name("/Title"): pdf_string("Lain")}))


def change_xmp(revision: Revision) -> None:
    stream = generic.StreamObject(stream_data=b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>")
    revision.root["/Metadata"] = revision.add_object(stream)
    revision.update_root()


def attach(revision: Revision) -> None:
    content = generic.StreamObject(dictionary(Type="EmbeddedFile"), stream_data=b"MZ")
    held = dictionary(F=revision.add_object(content))
    file = dictionary(Type="Filespec", F=pdf_string("a.exe"), UF=pdf_string("a.exe"), EF=held)
    named = generic.ArrayObject([pdf_string("a.exe"), revision.add_object(file)])
    revision.root["/Names"] = dictionary(EmbeddedFiles=dictionary(Names=named))
    revision.update_root()


def run_javascript(revision: Revision) -> None:
    action = dictionary(S="JavaScript", JS=pdf_string("app.alert('x')"))
    revision.root["/OpenAction"] = action
    revision.update_root()


def add_xfa(revision: Revision) -> None:
    """A form in XML, which some readers show instead of the pages."""
    form = revision.root["/AcroForm"]
    form["/XFA"] = pdf_string("<xdp/>")
    revision.update_container(form)


def strip_store(revision: Revision) -> None:
    del revision.root["/DSS"]
    revision.update_root()


def uncertify(revision: Revision) -> None:
    """Let the document forget that its first signature certifies it."""
    del revision.root["/Perms"]
    revision.update_root()


# --- the fields ----------------------------------------------------------------------------------


def field(revision: Revision, name: str) -> generic.DictionaryObject:
    """The field of that name, to be written anew."""
    fields = revision.root["/AcroForm"]["/Fields"]
    place = next(n for n in range(len(fields)) if fields[n]["/T"] == name)
    revision.mark_update(fields.raw_get(place))
    return fields[place]


def add_empty_field(revision: Revision) -> None:
    append_signature_field(revision, SigFieldSpec("Tamu", box=(10, 10, 60, 40)))


def swap_appearance(revision: Revision) -> None:
    """The picture of another name in the same box."""
    look = generic.StreamObject(
        dictionary(Type="XObject", Subtype="Form", BBox=numbers(0, 0, 240, 80)),
        stream_data=b"0 0 240 80 re f",
    )
    field(revision, "TandaTangan")["/AP"] = dictionary(N=revision.add_object(look))


def move_signature(revision: Revision) -> None:
    field(revision, "TandaTangan")["/Rect"] = numbers(10, 700, 250, 780)


def hide_paraf(revision: Revision) -> None:
    field(revision, "Paraf")["/F"] = generic.NumberObject(2)


def remove_signature(revision: Revision) -> None:
    """Leave the field, empty again."""
    del field(revision, "TandaTangan")["/V"]


def _keep(revision: Revision, wanted: Callable[[str], bool]) -> None:
    form = revision.root["/AcroForm"]
    fields = form["/Fields"]
    kept = [n for n in range(len(fields)) if wanted(fields[n]["/T"])]
    assert len(kept) < len(fields)
    form["/Fields"] = generic.ArrayObject(fields.raw_get(n) for n in kept)
    revision.update_container(form)


def remove_paraf_s_field(revision: Revision) -> None:
    _keep(revision, lambda name: name != "Paraf")


def remove_timestamp(revision: Revision) -> None:
    """Take the document timestamp's field away, and its value with it."""
    _keep(revision, lambda name: name in {"Paraf", "TandaTangan"})


def unlock(revision: Revision) -> None:
    """Let the signature's field forget that it locks all others."""
    del field(revision, "TandaTangan")["/Lock"]


def widen_permission(revision: Revision) -> None:
    """Let the paraf permit annotations, too (DocMDP P=3)."""
    certified = field(revision, "Paraf")["/V"]
    certified["/Reference"][0]["/TransformParams"]["/P"] = generic.NumberObject(3)
    revision.update_container(certified)


def rename_last_field(revision: Revision) -> None:
    """Hide it behind a name that is planned."""
    fields = revision.root["/AcroForm"]["/Fields"]
    fields[-1]["/T"] = pdf_string("Paraf")
    revision.mark_update(fields.raw_get(-1))
