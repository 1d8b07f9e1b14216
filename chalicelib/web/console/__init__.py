"""The operator's console: a table of routes, who may open each, and its pages. A function of its own answers them."""
