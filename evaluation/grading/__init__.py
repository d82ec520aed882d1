"""How strong the evidence of an answer is, computed from its artefacts: which words it licenses, and what each published standard says of it."""

from .licence import grade

__all__ = ["grade"]
