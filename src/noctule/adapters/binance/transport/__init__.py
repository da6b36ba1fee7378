"""The road to the exchange: HTTP, sockets and the WebSocket API, behind two calls."""
