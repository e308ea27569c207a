"""What the disk may do to us: full, read-only, failing, and the power gone at any write."""
