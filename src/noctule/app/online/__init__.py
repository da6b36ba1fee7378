"""What the exchange says when it is asked before trading begins."""
