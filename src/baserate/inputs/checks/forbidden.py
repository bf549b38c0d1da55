"""What Baserate must not be given: columns that name people, place them exactly, or hold pictures or templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baserate.errors import Problem
from baserate.inputs.formats.layouts import plain
from baserate.inputs.problems import column_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from baserate.inputs.formats.reading import Reading

_KINDS = {
    "a picture or a template": "image img picture photo photograph template templates embedding embeddings feature "
    "features feature_vector vector descriptor faceprint minutiae fingerprint iris_code probe_image reference_image "
    "probe_template reference_template",
    "a name": "name full_name first_name given_name forename last_name surname family_name middle_name maiden_name",
    "a date of birth": "dob birth_date birthdate date_of_birth birthday",
    "the number of a document": "passport passport_number document_number document_id ssn social_security_number "
    "alien_number a_number national_id id_card_number driving_licence driver_license licence_number",
    "the number of a vehicle": "license_plate licence_plate plate number_plate vin",
    "an exact place": "lat lon lng long latitude longitude gps coordinates geo_point address street postcode",
    "a way to reach a person": "email e_mail phone phone_number telephone mobile imei mac_address",
}
FORBIDDEN = {column: kind for kind, columns in _KINDS.items() for column in columns.split()}


def forbidden_columns(reading: Reading) -> Iterator[Problem]:
    """Find columns named like what no file given to Baserate may hold: names, birth dates, templates, exact places."""
    for sheet in reading.sheets.values():
        for column in sheet.table.columns:
            kind = FORBIDDEN.get(plain(column))
            if kind is not None:
                what = f"this seems to hold {kind}"
                remedy = "Remove the column: people in these tables are identifiers and groups, nothing more"
                yield Problem("column-forbidden", column_of(sheet.source, column), what, remedy)
