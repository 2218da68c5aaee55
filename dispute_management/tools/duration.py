def split_hours(hours, hours_per_day=24):
    """Hours as people say them: days and hours, or hours and minutes.

    :param hours: float
    :param hours_per_day: of a calendar day, or of a working day
    :return: ``(days, hours, minutes)``, whole numbers, rounded to the minute
    """
    minutes = round(hours * 60)
    days, minutes = divmod(minutes, round((hours_per_day or 24) * 60))
    return days, minutes // 60, minutes % 60
