"""How years, months and raised digits are written."""

# A year, as part of a regular expression.
YEAR = r"(?:19|20)\d\d"
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
DIGITS = "0123456789"
# Digits as note marks are written, in the same order.
RAISED_DIGITS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
