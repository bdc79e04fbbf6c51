"""The generator of sample archives. Shares nothing with imaging, ocr and records."""
