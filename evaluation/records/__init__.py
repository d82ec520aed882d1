"""What a county holds: its tables, checked against the contract, on an engine that answers questions about them."""

from evaluation.records.agreements import permitted
from evaluation.records.connect import Records, check, connect
from evaluation.records.contract import CONTRACT
from evaluation.records.draft import draft

__all__ = ["CONTRACT", "Records", "check", "connect", "draft", "permitted"]
