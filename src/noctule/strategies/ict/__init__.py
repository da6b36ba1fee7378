"""ICT: what moves the market are stops, and what is left behind by those who hunt them."""
