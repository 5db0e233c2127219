"""Ceilometer's compute agent, held against a guest of a libvirt that a daemon serves."""
