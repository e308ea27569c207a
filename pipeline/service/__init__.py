"""The running programs of an office: the service, its rounds, its work."""
