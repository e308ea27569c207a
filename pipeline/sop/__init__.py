"""The procedure running: the runner, one verb a file in `steps`, and what the steps share."""
