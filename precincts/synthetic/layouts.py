"""Column names of North Carolina's public files, in order (layout documents of 11/2012 and 02/11/2022)."""

from __future__ import annotations

_DISTRICTS = """
precinct_abbrv precinct_desc municipality_abbrv municipality_desc ward_abbrv ward_desc cong_dist_abbrv super_court_abbrv
judic_dist_abbrv nc_senate_abbrv nc_house_abbrv county_commiss_abbrv county_commiss_desc township_abbrv township_desc
school_dist_abbrv school_dist_desc fire_dist_abbrv fire_dist_desc water_dist_abbrv water_dist_desc sewer_dist_abbrv
sewer_dist_desc sanit_dist_abbrv sanit_dist_desc rescue_dist_abbrv rescue_dist_desc munic_dist_abbrv munic_dist_desc
dist_1_abbrv dist_1_desc
"""

_ADDRESS = """
res_street_address res_city_desc state_cd zip_code mail_addr1 mail_addr2 mail_addr3 mail_addr4 mail_city mail_state
mail_zipcode full_phone_number
"""

_HISTORY = """
county_id county_desc voter_reg_num election_lbl election_desc voting_method voted_party_cd voted_party_desc
pct_label pct_description ncid voted_county_id voted_county_desc vtd_label vtd_description
"""

VOTER_COLUMNS = tuple(
    f"""
    county_id county_desc voter_reg_num ncid last_name first_name middle_name name_suffix_lbl status_cd
    voter_status_desc reason_cd voter_status_reason_desc {_ADDRESS} confidential_ind registr_dt race_code ethnic_code
    party_cd gender_code birth_year age_at_year_end birth_state drivers_lic {_DISTRICTS} vtd_abbrv vtd_desc
    """.split()
)
"""Voter file from 02/12/2022."""

VOTER_COLUMNS_BEFORE_2022 = tuple(
    f"""
    county_id county_desc voter_reg_num status_cd voter_status_desc reason_cd voter_status_reason_desc absent_ind
    name_prefx_cd last_name first_name middle_name name_suffix_lbl {_ADDRESS} race_code ethnic_code party_cd
    gender_code birth_age birth_state drivers_lic registr_dt {_DISTRICTS} dist_2_abbrv dist_2_desc confidential_ind
    birth_year ncid vtd_abbrv vtd_desc
    """.split()
)
"""Voter file until 02/05/2022."""

HISTORY_COLUMNS = tuple(_HISTORY.split())
"""Vote history, one row for each vote."""
