"""One question to the exchange: admitted, signed, sent, judged and decoded."""
