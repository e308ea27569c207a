"""Is the office able to work? ``examine`` asks; each room of questions has a file of its own."""
