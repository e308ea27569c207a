"""What is no step of the SOP but combines rooms: one use case a file."""
