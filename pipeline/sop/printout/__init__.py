"""SOP 6 to 8: the print-out made, numbered, and judged when it comes back sealed."""
