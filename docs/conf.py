"""Sphinx settings: Markdown pages, the API from docstrings, nothing loaded from elsewhere."""

project = "Baserate"
author = "The Baserate authors"
copyright = "2026, the Baserate authors"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
autodoc_typehints = "description"
exclude_patterns = ["_build"]
suppress_warnings = ["ref.python"]  # a word such as Table names a class in two modules; both are linked by full name
html_theme = "pydata_sphinx_theme"
html_theme_options = {"navbar_end": ["theme-switcher"], "secondary_sidebar_items": ["page-toc"]}
html_show_sourcelink = False
