"""How English denies something: parts of regular expressions, which have no groups and want word boundaries.

Some words only look like it: «No. 182» is a number, «no fewer than 12» and «not only» deny nothing.
"""

NO = r"no(?!\.? ?\d| (?:more|less|fewer|later) than\b)"
NOT = r"not(?! only\b)|never|cannot|\w+n['’]t"
# What denies whatever it stands beside.
DENIES = rf"{NO}|{NOT}|none|neither|nor|without"
# What says that something is not there, or not done.
LACKS = r"lack(?:s|ed|ing)?|fail(?:s|ed)?"
