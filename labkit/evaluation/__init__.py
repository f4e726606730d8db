"""Judging a network: metrics with their uncertainty, the report card, and figures."""
