"""The procedure running: loader, one verb a file, the runner."""
