"""Figures as SVG, drawn by matplotlib behind first use: numbers in, text out; equal numbers give equal bytes."""
