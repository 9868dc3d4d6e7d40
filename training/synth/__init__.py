"""Labelled pages without limit: print clean ones, then scan them badly."""
