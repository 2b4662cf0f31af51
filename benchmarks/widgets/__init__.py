"""The Explorer beside other graph widgets, in a real JupyterLab and a real browser without a GPU."""
