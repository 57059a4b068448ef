"""The widget's version: pages name it, so a file that has gone out under one is never changed, only followed.

`INTEGRITY` is the joined file's. A test compares them: whoever changes a source raises the version, unless
this one is not released yet, and writes down what the test says.
"""

from __future__ import annotations

VERSION = "1.0.0"
INTEGRITY = "sha384-Cd9aIo4O/qnAmRbVOzeq3MW7Av3yGGGa1FoY12QZA1AcS90MI+pUlgPhs4+fyUDD"
