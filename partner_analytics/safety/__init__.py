"""What a text from an export cannot become: a formula, an escape sequence, a process without bounds."""
