"""Torture: the service is killed again and again while people work; then everything is counted."""
