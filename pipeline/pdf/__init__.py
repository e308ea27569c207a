"""The PDF room: Word to PDF/A by LibreOffice, facts and PDF/A checks, stamp, page images, text."""
