"""How the demo speaks: one line a step, in Vietnamese or English, coloured at a terminal only."""

import sys
from datetime import date

from rich.console import Console

from adapters.demo.phrases import PHRASES, WORDS

WIDTH_OF_A_FILE = 160


class Voice:
    """Standard output in one of the two languages."""

    def __init__(self, *, english: bool = False, quiet: bool = False) -> None:
        self._place, self.language = (1, "en") if english else (0, "vi")
        terminal = sys.stdout.isatty()
        self.console = Console(
            width=None if terminal else WIDTH_OF_A_FILE,
            no_color=not terminal,
            highlight=False,
            markup=False,
            emoji=False,
            quiet=quiet,
            soft_wrap=True,
        )

    def phrase(self, key: str, /, **words: object) -> str:
        """A sentence of the table, its words put in."""
        return PHRASES[key][self._place].format(**{name: self.word(value) for name, value in words.items()})

    def word(self, value: object) -> str:
        """A code in the listener's language, a day as it is written in Việt Nam; anything else as it is."""
        if isinstance(value, date):
            return f"{value:%d/%m/%Y}"
        text = str(value)
        return WORDS[text][self._place] if text in WORDS else text

    def tell(self, day: date, place: str, who: str, key: str, /, **words: object) -> None:
        """One step of a story."""
        said = self.phrase(key, **words)
        self.console.print(f"{day:%d/%m/%Y}", style="dim", end=" ")
        self.console.print(f"{place:<10}", style="cyan", end=" ")
        self.console.print(self.word(who), style="bold", end=": ")
        self.console.print(said)

    def say(self, key: str, /, *, style: str | None = None, **words: object) -> None:
        """A line of the demo's own."""
        self.console.print(self.phrase(key, **words), style=style)
