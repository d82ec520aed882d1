"""Ways of answering, one folder each behind the same two doors; METHODS is the only list of them."""

from . import matched, randomized
from .method import Method

METHODS: dict[str, Method] = {method.name: method for method in (randomized.METHOD, matched.METHOD)}

__all__ = ["METHODS", "Method"]
