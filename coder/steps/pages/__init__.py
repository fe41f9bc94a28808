"""What the web pages show: home, transcripts, dashboards, quotations, signing in."""
