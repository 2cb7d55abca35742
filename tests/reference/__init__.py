"""A second, independent reading of the rules page, so that the product is compared with something it did not write."""
