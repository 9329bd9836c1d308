"""Stars of a review as text."""

MOST_STARS = 5


def draw_stars(rating: float) -> str:
    """
    >>> draw_stars(2)
    '★★☆☆☆'
    """
    count = min(max(round(rating), 0), MOST_STARS)
    return "★" * count + "☆" * (MOST_STARS - count)
