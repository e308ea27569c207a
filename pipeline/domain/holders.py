"""Who holds which post on which day."""

from dataclasses import dataclass
from datetime import date

from pipeline.domain.master import MasterData
from pipeline.domain.official import Official


@dataclass(frozen=True)
class Holders:
    """The holders of posts: by the master data, and of posts unknown to them as ``listed``.

    What is listed holds on every day; a post that the master data know is held by whom they name,
    and by nobody while it is vacant.
    """

    master: MasterData
    listed: tuple[Official, ...] = ()

    @property
    def posts(self) -> tuple[str, ...]:
        """Every post of which anything is known."""
        names = [*(p.name for p in self.master.posts), *(o.post for o in self.listed)]
        return tuple(dict.fromkeys(names))

    def official(self, post: str, day: date) -> Official | None:
        """Who acts in ``post`` on ``day``, as printed; ``None`` where nobody is known to."""
        if self._in_master(post):
            return self.master.official(post, day)
        return next((o for o in self.listed if o.post == post), None)

    def holds(self, nip: str, post: str, day: date) -> bool:
        """Whether the person acts in ``post`` on ``day``."""
        return post in self.posts_of(nip, day)

    def posts_of(self, nip: str, day: date) -> tuple[str, ...]:
        """The posts in which a person acts on ``day``; one may hold two."""
        listed = (o.post for o in self.listed if o.nip == nip and not self._in_master(o.post))
        return tuple(dict.fromkeys([*self.master.posts_of(nip, day), *listed]))

    def kin(self, post: str, day: date) -> frozenset[str]:
        """``post`` and every other post that its holder has on ``day``: one and the same person."""
        holder = self.official(post, day)
        return frozenset({post, *(self.posts_of(holder.nip, day) if holder else ())})

    def title(self, post: str, day: date) -> str:
        """The post as its holder of ``day`` is called: ``Plt. Kepala Bidang …``."""
        holder = self.official(post, day)
        return holder.title if holder else post

    def _in_master(self, post: str) -> bool:
        return any(p.name == post for p in self.master.posts)
