"""Schedules of functions: by the clock of a time zone, or in equal steps."""


class Cron:
    def __init__(self, cron_string, timezone=None):
        self.expression = cron_string
        self.timezone = timezone

    def __repr__(self):
        zone = ", timezone=%r" % self.timezone if self.timezone else ""
        return "modal.Cron(%r%s)" % (self.expression, zone)

    def described(self):
        zone = {"timeZone": self.timezone} if self.timezone else {}
        return {"kind": "cron", "expression": self.expression, **zone}


class Period:
    #: Seconds; months and years as they are on average.
    _UNITS = {
        "years": 31_556_952,
        "months": 2_629_746,
        "weeks": 604_800,
        "days": 86_400,
        "hours": 3600,
        "minutes": 60,
        "seconds": 1,
    }

    def __init__(self, **units):
        unknown = [name for name in units if name not in self._UNITS]
        if unknown:
            raise TypeError("Period() got an unexpected keyword argument %r" % unknown[0])
        self.seconds = sum(self._UNITS[name] * value for name, value in units.items())

    def __repr__(self):
        return "modal.Period(seconds=%g)" % self.seconds

    def described(self):
        return {"kind": "period", "seconds": self.seconds}
