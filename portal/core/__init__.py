"""What belongs to no feature: database, web, access, jobs, mail, photos, search, clock, money, languages.

Core knows no feature. Features register themselves with a :class:`portal.core.feature.Feature` record.
"""
