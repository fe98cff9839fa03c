"""The United States as chapters know them: postal codes and the time zone most of each lives in.

Source: the IANA time zone database's zone1970.tab, the zone of each state's largest city.
"""

from __future__ import annotations

_ZONES = {
    "America/New_York": "CT DC DE FL GA MA MD ME NC NH NJ NY OH PA RI SC VA VT WV",
    "America/Detroit": "MI",
    "America/Indiana/Indianapolis": "IN",
    "America/Kentucky/Louisville": "KY",
    "America/Chicago": "AL AR IA IL KS LA MN MO MS ND NE OK SD TN TX WI",
    "America/Denver": "CO MT NM UT WY",
    "America/Boise": "ID",
    "America/Phoenix": "AZ",
    "America/Los_Angeles": "CA NV OR WA",
    "America/Anchorage": "AK",
    "Pacific/Honolulu": "HI",
    "America/Puerto_Rico": "PR",
}
STATE_ZONES = {code: zone for zone, codes in _ZONES.items() for code in codes.split()}
STATES = sorted(STATE_ZONES)
