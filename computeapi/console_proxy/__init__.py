"""The console proxy: leads websockets of browsers to the consoles of servers, and serves noVNC."""
