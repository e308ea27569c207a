"""What lies in folders and is not taken as it is: broken copies, links, unsent forms."""
