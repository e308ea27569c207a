"""What each Word template is filled with; the fields are listed in ``templates/README.md``."""
