"""World after COVID: 57 interviews with a published codebook, themes by question, and two coders' raw codes."""
