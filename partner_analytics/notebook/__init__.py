"""What JupyterLab gets: the `%%sql` cell, and the notebooks to copy."""
