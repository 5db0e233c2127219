"""Carries out accepted operations on a host, and reconciles the host with the database."""
