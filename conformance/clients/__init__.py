"""Every compute command of the ``openstack`` client, against both front ends."""
