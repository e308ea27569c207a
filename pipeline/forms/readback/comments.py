"""Word comments: the reasons of a return, or what an official wants the verifier to know."""

from pipeline.forms.package import NS, WordPackage
from pipeline.forms.readback.appearance import Appearance
from pipeline.forms.readback.listen import Listener

COMMENTS = "word/comments.xml"


def read_comments(package: WordPackage) -> list[str]:
    """The text of Word comments, in order.

    Raises:
        ReadError: the part that holds them is not well-formed.
    """
    if COMMENTS not in package.parts:
        return []
    texts = []
    for comment in package.xml(COMMENTS).iterfind("w:comment", NS):
        listener = Listener(Appearance())
        listener.hear(comment)
        said = [*(c for row in listener.story.rows for c in row.cells), *listener.story.paragraphs]
        texts.append(" ".join(" ".join(cell.text for cell in said).split()))
    return [text for text in texts if text]
