"""Ways of answering, one folder each behind the same two doors; METHODS is the only list of them."""

from . import randomized
from .method import Method

METHODS: dict[str, Method] = {method.name: method for method in (randomized.METHOD,)}

__all__ = ["METHODS", "Method"]
