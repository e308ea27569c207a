"""SOP 6: the entry workbook through its editions, and what staff have made of it."""
