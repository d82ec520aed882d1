"""What a county holds: its tables, checked against the contract, on an engine that answers questions about them."""

from .agreements import permitted
from .connect import Records, check, connect
from .contract import CONTRACT
from .draft import draft

__all__ = ["CONTRACT", "Records", "check", "connect", "draft", "permitted"]
