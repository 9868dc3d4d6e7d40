"""What an import finds out about labels: refusals and notes, each with its place."""

from __future__ import annotations

from dataclasses import dataclass, field

from eval.gold import Gold
from models.sandbox import plain


@dataclass(frozen=True)
class Finding:
    """One sentence on labels: `where` is a file, line, task or region; `refused` ones count."""

    where: str
    what: str
    refused: bool

    def __str__(self) -> str:
        # Names come from anywhere, and a terminal obeys control characters.
        return plain(f"{'refused' if self.refused else 'note'}: {self.where}: {self.what}")


@dataclass
class Findings:
    """Everything found, in order."""

    found: list[Finding] = field(default_factory=list)

    @property
    def refused(self) -> list[Finding]:
        """What kept labels from being taken."""
        return [each for each in self.found if each.refused]

    def refuse(self, where: str, what: str) -> None:
        """Labels at this place are not taken, for this reason."""
        self.found.append(Finding(where, what, True))

    def note(self, where: str, what: str) -> None:
        """Something that somebody should know and that refuses nothing."""
        self.found.append(Finding(where, what, False))

    def add(self, other: Findings) -> None:
        """All that another one found."""
        self.found += other.found


@dataclass(frozen=True)
class Brought:
    """A labelled filing as it was brought, with its scan as a PDF.

    `origin` is the place that messages name. Empty `group` and `split` of its source say that
    nobody has chosen them. `regions_only` labels say nothing about facts.
    """

    gold: Gold
    scan: bytes = field(repr=False)
    origin: str
    regions_only: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """Form and name: what is one document in a label set."""
        return self.gold.source.form, self.gold.name
