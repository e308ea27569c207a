"""Receipts: what became of what somebody sent or decided."""
