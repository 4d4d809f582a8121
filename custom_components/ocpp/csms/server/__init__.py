"""The websocket server: ports, admission, TLS and sockets."""
