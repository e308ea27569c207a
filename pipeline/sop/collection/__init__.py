"""A collection as a whole: how it stands, and what may befall it besides the eight steps."""
