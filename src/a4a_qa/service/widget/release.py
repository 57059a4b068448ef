"""The widget's version: pages name it, so a file that has gone out under one is never changed, only followed.

`INTEGRITY` is each version's hash. A test compares them: whoever changes a source raises the version, unless
this one is not released yet, and writes down what the test says. Before a version is raised,
`make keep-widget` puts its files into `released/`, from where they are served on.
"""

from __future__ import annotations

VERSION = "1.0.0"
INTEGRITY = {
    "1.0.0": "sha384-w6D9UqzCAFc0vDNgVXU7rardTbnSBI81Rgh9KjumobEdGsqTH4lYybXdAad+rsgs",
}
