"""Files of published networks, read without executing anything in them."""
