"""Reports on a partner's customers that refuse to lie."""
