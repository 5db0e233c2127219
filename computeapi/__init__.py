"""computeapi: an OpenStack Compute service with two interchangeable front ends."""
