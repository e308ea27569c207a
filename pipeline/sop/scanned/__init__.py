"""Forms that come back on paper or as PDF: recognised, read, confirmed by a person, kept."""
