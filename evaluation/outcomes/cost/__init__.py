"""What services cost: the book of unit costs, prices of one year, what accrues on each clock, and the Ruler that reads it in dollars."""

from .book import brought, of_engine, read, seen_by
from .priced_ruler import PricedRuler
from .prices import PriceIndex, factor

__all__ = ["PriceIndex", "PricedRuler", "brought", "factor", "of_engine", "read", "seen_by"]
