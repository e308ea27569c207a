"""SOP 8: the Kasubag signs; wrong, it goes back to entry. What is signed is verified and filed."""

from pipeline.sop.steps.initial import decide, receive

__all__ = ["decide", "receive"]
