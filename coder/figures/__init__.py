"""Figures drawn by matplotlib behind first use: numbers in, a `Drawing` out; equal numbers give equal bytes."""
