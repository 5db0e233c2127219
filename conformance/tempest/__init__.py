"""Tempest's tests of the compute API, against both front ends."""
