"""Filed print-outs lifted to the level that can be reached, and stamped again in good time."""
