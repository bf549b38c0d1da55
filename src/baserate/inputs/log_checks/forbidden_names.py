"""Columns that no log may have, told by their names in several spellings and languages."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ForbiddenKind:
    """A kind of content that a log never holds.

    Parameters
    ----------
    code
        Name of the kind; a problem's code is ``forbidden-`` and this.
    why
        What it would give away, as a clause.
    names
        Words or runs of words that give a column of that kind away, normalised by :func:`words`.
    """

    code: str
    why: str
    names: tuple[str, ...]


# The first kind that matches is named, so the vaguer ones ("name", "subject") come late.
KINDS: tuple[ForbiddenKind, ...] = (
    ForbiddenKind("image", "an image of a person",
                  ("image", "img", "picture", "photo", "photograph", "jpeg", "jpg", "png", "snapshot", "thumbnail",
                   "mugshot", "portrait", "headshot", "frame", "video", "imagen", "foto", "bild", "lichtbild",
                   "fotografia", "immagine", "imagem", "photographie", "face crop", "probe image", "base64", "blob",
                   "bytes", "binary")),
    ForbiddenKind("template", "a biometric template, from which a person can be found again",
                  ("template", "embedding", "embeddings", "vector", "descriptor", "features", "feature vector",
                   "faceprint", "minutiae", "iris code", "encoding", "face encoding", "fingerprint", "huella",
                   "empreinte", "fingerabdruck", "impronta", "plantilla", "gabarit", "merkmalsvektor")),
    ForbiddenKind("birth-date", "a date or place of birth",
                  ("dob", "birth", "birthdate", "birthday", "date of birth", "born", "year of birth", "yob",
                   "nacimiento", "fecha nacimiento", "naissance", "ne le", "geburtsdatum", "geburtstag", "geburtsort",
                   "nascita", "nascimento")),
    ForbiddenKind("document-number", "a document, case or file number of a person",
                  ("passport", "alien number", "a number", "anumber", "alien no", "alien registration", "ssn",
                   "social security", "national id", "id number", "id no", "document number", "document no",
                   "licence number", "license number", "driver license", "driving licence", "visa number",
                   "green card", "case number", "fin", "fbi number", "sid", "nino", "pasaporte", "passeport",
                   "reisepass", "ausweisnummer", "passaporto", "dni", "nie", "curp", "cpf", "nir", "pesel", "bsn")),
    ForbiddenKind("exact-place", "an exact place",
                  ("lat", "latitude", "lon", "lng", "long", "longitude", "gps", "coordinates", "coords", "coordinate",
                   "geom", "geometry", "wkt", "point", "address", "street address", "street", "house number", "zip",
                   "zipcode", "postcode", "postal code", "latitud", "longitud", "coordenadas", "direccion", "adresse",
                   "breitengrad", "laengengrad", "langengrad", "indirizzo", "endereco", "what3words", "plus code")),
    ForbiddenKind("device-or-plate", "the identifier of a device, an account or a vehicle",
                  ("imei", "imsi", "mac", "mac address", "serial", "serial number", "device id", "udid", "ip", "idfa",
                   "gaid", "phone", "telephone", "mobile number", "email", "e mail", "plate", "license plate", "vrm",
                   "licence plate", "number plate", "vin", "registration",
                   "telefono", "correo", "matricula", "placa", "kennzeichen", "plaque", "immatriculation", "targa",
                   "badge", "badge number", "username", "user name", "login")),
    ForbiddenKind("name", "a person's name",
                  ("name", "names", "first name", "last name", "full name", "fullname", "firstname", "lastname",
                   "surname", "forename", "given name", "family name", "middle name", "alias", "nickname", "nombre",
                   "apellido", "apellidos", "nom", "prenom", "nachname", "vorname", "familienname", "nome", "cognome",
                   "sobrenome", "imie", "nazwisko", "subject", "candidate name", "person", "person id", "subject id",
                   "identity", "candidate id")),
    ForbiddenKind("free-text", "free text, which names people sooner or later",
                  ("note", "notes", "comment", "comments", "remark", "remarks", "narrative", "description", "details",
                   "free text", "freetext", "memo", "observation", "observations", "reason text", "explanation",
                   "nota", "notas", "comentario", "observaciones", "commentaire", "remarque", "bemerkung",
                   "bemerkungen", "anmerkung", "notiz", "osservazioni", "observacoes")),
)  # fmt: skip

# "agency_name" is unknown to the schema but no person's name: say so rather than cry wolf.
_NOT_OF_PERSONS = (
    "agency",
    "system",
    "vendor",
    "gallery",
    "watchlist",
    "algorithm",
    "file",
    "table",
    "column",
    "policy",
)


def words(name: str) -> str:
    """Bring a column's name to lower-case words without accents, with one space around each.

    Examples
    --------
    >>> words("firstName"), words("Año_Nacimiento"), words("GPS-Lat")
    (' first name ', ' ano nacimiento ', ' gps lat ')
    """
    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", bare)
    return f" {' '.join(re.findall(r'[a-z0-9]+', split.lower().replace('ß', 'ss')))} "


def forbidden_kind(name: str) -> ForbiddenKind | None:
    """Tell which forbidden kind a column's name stands for, or None.

    Examples
    --------
    >>> forbidden_kind("subject_DOB").code, forbidden_kind("faceEmbedding").code, forbidden_kind("Reisepass-Nr").code
    ('birth-date', 'template', 'document-number')
    >>> forbidden_kind("agency_name") is None
    True
    """
    found = words(name)
    if found.split()[-1:] == ["name"] and set(found.split()) & set(_NOT_OF_PERSONS):
        return None
    return next((kind for kind in KINDS if any(f" {phrase} " in found for phrase in kind.names)), None)
