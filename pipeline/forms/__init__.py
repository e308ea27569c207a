"""Word forms and workbooks: rendered for officials, read back, checked; the print-out."""
