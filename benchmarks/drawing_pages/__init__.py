"""How quickly the page draws, measured inside it while a pointer really moves."""
