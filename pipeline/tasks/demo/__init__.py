"""The whole procedure on sample data: every human part played through the real folders."""
