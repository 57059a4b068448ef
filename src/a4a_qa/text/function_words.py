"""Words of English that hold sentences together: alternatives for regular expressions, without groups.

Each stands here once, so that what reads questions in several places reads the same words.
"""

AUXILIARIES = "is|are|was|were|do|does|did|has|have|had|can|could|may|might|must|will|would|should"
ASKING = "how|what|who|whom|whose|when|where|why|which"
# What stands before such a word: "In which year?", "Since when?".
BEFORE_ASKING = "in|on|by|from|for|to|under|at|of|with|since|until"
# What hands on the turn, once; it ends on a space.
AND_SO = "(?:and |but |so )?"
# What stands in small letters between the words of a name.
SMALL_IN_NAMES = "of|for|and|the|on|in|against|to"
