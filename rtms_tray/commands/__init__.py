"""Carries out the commands of every surface."""
