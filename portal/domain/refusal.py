"""The base of refusals that a person reads: what is refused, and who can do what instead."""


class Refused(Exception):
    """A deed refused by a rule; both sentences are already in the reader's language (they may be lazy)."""

    status = 409
    """How it is answered: not now; 403 where it is never for this person."""

    def __init__(self, sentence: object, *, instead: object = "") -> None:
        super().__init__(str(type(self).__name__))
        self.sentence, self.instead = sentence, instead


class RoundClosed(Refused):
    """The round's window is not open."""


class ChangedMeanwhile(Refused):
    """Somebody (or another tab) saved in between; what was typed is kept on the page."""


class Gone(ChangedMeanwhile):
    """What was to be changed is no longer there."""


class Incomplete(Refused):
    """Something needed first is missing; the sentence names it."""
