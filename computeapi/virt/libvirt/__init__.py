"""The driver for libvirt. Nothing outside this package imports libvirt's bindings."""
