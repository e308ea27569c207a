"""A Word template compiled once and filled in many times, as docxtpl would, near the floor."""
