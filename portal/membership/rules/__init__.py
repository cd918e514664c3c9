"""Rules of membership: the life of a subscription, periods and money, and how a tier is earned."""
