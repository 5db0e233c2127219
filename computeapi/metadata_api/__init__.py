"""The metadata service: guests ask it about their servers, through a proxy of their networks."""
