"""The stories of a Word file: its body, what stands around every page, and its notes."""

from dataclasses import dataclass, field

from pipeline.foreign.package import MAIN_PART
from pipeline.forms.package import W, WordPackage
from pipeline.forms.readback.appearance import appearance_of
from pipeline.forms.readback.listen import Listener
from pipeline.forms.readback.said import Held, Story

AROUND = ("header", "footer", "footnotes", "endnotes")


@dataclass
class Heard:
    """A whole file: the body, and what stands elsewhere by the name of the kind of its parts."""

    body: Story
    around: dict[str, Story] = field(default_factory=dict)

    @property
    def stories(self) -> list[Story]:
        """All stories, the body first."""
        return [self.body, *self.around.values()]

    @property
    def held(self) -> list[Held]:
        """All content controls."""
        return [held for story in self.stories for held in story.held]

    @property
    def tracked(self) -> bool:
        """Whether it holds insertions or deletions that nobody has accepted yet."""
        return any(story.tracked for story in self.stories)


def hear(package: WordPackage) -> Heard:
    """All that a Word file says.

    Raises:
        ReadError: a part is not well-formed.
    """
    looks = appearance_of(package)
    body = Listener(looks)
    for element in package.xml(MAIN_PART).iterchildren(f"{W}body"):
        body.hear(element)
    around = {}
    for kind in AROUND:
        listener = Listener(looks)
        for name in sorted(package.parts):
            if name.startswith(f"word/{kind}") and name.endswith(".xml"):
                listener.hear(package.xml(name))
        around[kind] = listener.story
    return Heard(body.story, around)
