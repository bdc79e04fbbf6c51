"""Measures reading against bare Tesseract on the same pages: speed, accuracy, time by stage, CPU, memory."""
