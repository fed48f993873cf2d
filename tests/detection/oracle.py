"""Draws identifiers that python-stdnum accepts, and near-misses that it refuses, for tests/detection/oracle.rs.

Prints one JSON list: for each entity type the module that judges, numbers that are valid and near-misses of them (one
character changed, or two neighbours swapped). The same every time: each entity type has its own seed.
"""

import datetime
import hashlib
import importlib
import json
import random
import re
import string
import sys

COUNT = 200
# Draws for one number; most formats have a check digit that one draw in eleven or in a hundred gets right.
TRIES = 200_000

DIGITS = string.digits
LETTERS = string.ascii_uppercase


def day(draw, form):
    return (datetime.date(1930, 1, 1) + datetime.timedelta(days=draw.randrange(33_000))).strftime(form)


def fill(draw, template):
    """Fills a template: `#` a digit, `@` a letter, `*` either, `~` a hexadecimal digit, `{a|b}` one of these,
    `{%y%m%d}` a day in this form."""
    out = []
    rest = template
    while rest:
        if rest[0] == "{":
            inside, rest = rest[1:].split("}", 1)
            out.append(day(draw, inside) if "%" in inside else fill(draw, draw.choice(inside.split("|"))))
            continue
        kind, rest = rest[0], rest[1:]
        out.append(draw.choice({"#": DIGITS, "@": LETTERS, "*": DIGITS + LETTERS, "~": "0123456789ABCDEF"}.get(kind, kind)))
    return "".join(out)


BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def base58check(payload):
    data = payload + hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4]
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        text = BASE58[rest] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def polymod(values):
    """The checksum of BIP-173."""
    checksum = 1
    for value in values:
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            checksum ^= generator if top >> bit & 1 else 0
    return checksum


def segwit(version, program):
    bits = "".join(f"{byte:08b}" for byte in program)
    bits += "0" * (-len(bits) % 5)
    values = [version] + [int(bits[at : at + 5], 2) for at in range(0, len(bits), 5)]
    expanded = [3, 3, 0, 2, 3]  # `bc`
    # BIP-350: addresses of version 1 and later have another constant, bech32m.
    checksum = polymod(expanded + values + [0] * 6) ^ (0x2BC830A3 if version else 1)
    values += [checksum >> 5 * (5 - at) & 31 for at in range(6)]
    return "bc1" + "".join(BECH32[value] for value in values)


def bitcoin(draw):
    kind = draw.randrange(3)
    if kind == 2:
        return segwit(0, draw.randbytes(draw.choice((20, 32))))
    return base58check(bytes([(0, 5)[kind]]) + draw.randbytes(20))


def taproot(draw):
    return segwit(1, draw.randbytes(32))


def french_tax_number(draw):
    """The last three digits are the first ten modulo 511: one draw in a thousand would be right."""
    body = fill(draw, "{0|1|2|3}#########")
    return f"{body}{int(body) % 511:03}"


# Entity type, module of stdnum, templates. Where a module judges a checksum and nothing else, the template knows the rest.
TABLE = [
    ("ABA_ROUTING_NUMBER", "us.rtn", ["#########"]),
    ("AR_CBU", "ar.cbu", ["#" * 22]),
    ("AR_CUIT", "ar.cuit", ["{20|23|24|27|30|33|34|50|51|55}#########"]),
    ("AR_DNI", "ar.dni", ["1#######", "{2|3|4|9}#######", "{4|5|6}######"]),
    ("AT_SVNR", "at.vnr", ["####{%d%m%y}"]),
    ("AU_ABN", "au.abn", ["###########"]),
    ("AU_ACN", "au.acn", ["#########"]),
    ("AU_TFN", "au.tfn", ["#########"]),
    ("BE_NN", "be.nn", ["{%y%m%d}#####"]),
    ("BG_EGN", "bg.egn", ["{%y%m%d}####"]),
    ("BIC", "bic", ["@@@@{DE|GB|FR|US|JP}@@", "@@@@{CH|NL|IT}##***"]),
    ("BR_CNPJ", "br.cnpj", ["##############", "********0001##"]),
    ("BR_CPF", "br.cpf", ["###########"]),
    ("CA_SIN", "ca.sin", ["#########"]),
    ("CH_AHV", "ch.ssn", ["756##########"]),
    ("CL_RUT", "cl.rut", ["#########", "########K", "########"]),
    ("CN_RIC", "cn.ric", ["{110105|310101|440305|500103|330106}{%Y%m%d}###{#|X}"]),
    ("CO_NIT", "co.nit", ["##########", "#########"]),
    ("CREDIT_CARD", "luhn", ["4###############", "5{1|2|3|4|5}##############", "3{4|7}#############"]),
    ("CRYPTO", "bitcoin", bitcoin),
    ("CY_TIC", "cy.vat", ["{0|1|3|4|5|9}#######@"]),
    ("CZ_RODNE_CISLO", "cz.rc", ["{%y%m%d}####"]),
    ("DE_TAX_ID", "de.idnr", ["###########"]),
    ("DE_TAX_NUMBER", "de.stnr", ["{21|27|29|30|40|91}#########", "{11|22|26|28|31|32|41|52}##0########"]),
    ("DE_VAT_ID", "de.vat", ["DE#########"]),
    ("DK_CPR", "dk.cpr", ["{%d%m%y}####"]),
    ("DO_CEDULA", "do.cedula", ["###########"]),
    ("EC_CEDULA", "ec.ci", ["{0#|1#|2#|30}########"]),
    ("EE_ISIKUKOOD", "ee.ik", ["{3|4}{%y%m%d}####"]),
    ("ES_CCC", "es.ccc", ["{2100|0049|0182|2038}################"]),
    ("ES_NIE", "es.nie", ["{X|Y|Z}#######@"]),
    ("ES_NIF", "es.dni", ["########@"]),
    ("EU_VAT", "eu.vat", ["DE#########", "ATU########", "DK########", "FI########", "IT###########"]),
    ("FI_PERSONAL_IDENTITY_CODE", "fi.hetu", ["{%d%m%y}-###*"]),
    ("FR_NIF", "fr.nif", french_tax_number),
    ("FR_NIR", "fr.nir", ["{1|2}{%y%m}{01|13|75|59|2A|2B}########"]),
    ("FR_SIREN", "fr.siren", ["#########"]),
    ("FR_SIRET", "fr.siret", ["##############"]),
    ("GR_AMKA", "gr.amka", ["{%d%m%y}#####"]),
    ("HR_OIB", "hr.oib", ["###########"]),
    ("IBAN_CODE", "iban", ["DE####################", "GB##@@@@##############", "NL##@@@@##########", "AT##################"]),
    ("ID_NIK", "id.nik", ["{31|32|33|35|12|64|73}####{%d%m%y}####", "{31|35}####{4|5|6}#{%m%y}####"]),
    ("IE_PPSN", "ie.pps", ["#######@", "#######@{A|W}"]),
    ("IL_IDNR", "il.idnr", ["#########"]),
    ("IMEI", "imei", ["{35|86|01}#############"]),
    ("IMSI", "imsi", ["{262|310|234|208|440}############"]),
    ("IN_AADHAAR", "in_.aadhaar", ["############"]),
    ("IN_GSTIN", "in_.gstin", ["{07|27|29|33}@@@{P|C|F}@####@{1|2|A}Z*"]),
    ("IN_PAN", "in_.pan", ["@@@{A|B|C|F|G|H|L|J|P|T|K}@####@"]),
    ("IN_VOTER", "in_.epic", ["@@@#######"]),
    ("IS_KENNITALA", "is_.kennitala", ["{%d%m%y}###{0|9}"]),
    ("IT_FISCAL_CODE", "it.codicefiscale", ["@@@@@@##{A|B|C|D|E|H|L|M|P|R|S|T}{0|1|2|4|5|6}#{A|F|H|L}###@"]),
    ("IT_VAT_CODE", "it.iva", ["###########"]),
    ("JP_MY_NUMBER", "jp.in_", ["############"]),
    ("KR_RRN", "kr.rrn", ["{%y%m%d}#######"]),
    ("LEI", "lei", ["******************##"]),
    ("LT_ASMENS_KODAS", "lt.asmens", ["{3|4}{%y%m%d}####"]),
    ("LV_PERSONAS_KODS", "lv.pvn", ["{%d%m%y}{1|2}####"]),
    ("MAC_ADDRESS", "mac", ["~~:~~:~~:~~:~~:~~"]),
    ("MX_CURP", "mx.curp", ["@@@@{%y%m%d}{H|M}{AS|DF|JC|NL|NE|YN}@@@##", "@@@@{%y%m%d}{H|M}{BC|VZ}@@@A#"]),
    ("MY_NRIC", "my.nric", ["{%y%m%d}######"]),
    ("NL_BSN", "nl.bsn", ["#########"]),
    ("NO_FODSELSNUMMER", "no.fodselsnummer", ["{%d%m%y}#####"]),
    ("NZ_IRD", "nz.ird", ["{1|2|9}#######", "1########"]),
    ("PE_DNI", "pe.cui", ["#########", "########{A|B|C|D|E|F|G|H|I|J|K}"]),
    ("PK_CNIC", "pk.cnic", ["#############"]),
    ("PL_NIP", "pl.nip", ["{5|6|7|8}#########"]),
    ("PL_PESEL", "pl.pesel", ["{%y%m%d}#####"]),
    ("PT_CC", "pt.cc", ["#########@@#"]),
    ("PT_NIF", "pt.nif", ["{1|2|3}########"]),
    ("RO_CNP", "ro.cnp", ["{1|2}{%y%m%d}{40|12|35}####"]),
    ("RS_PIB", "rs.pib", ["1########"]),
    ("RU_INN", "ru.inn", ["##########", "############"]),
    ("SE_ORGANISATIONSNUMMER", "se.orgnr", ["{5|2}#{2|3|4}#######"]),
    ("SE_PERSONNUMMER", "se.personnummer", ["{%y%m%d}-####"]),
    ("SG_UEN", "sg.uen", ["########@", "{19|20}0######@", "{S##|T1#|T0#|R##}{FC|LL|PA|SS|RF}####@"]),
    ("SK_RODNE_CISLO", "sk.rc", ["{%y%m%d}####"]),
    ("TH_TNIN", "th.pin", ["#############"]),
    ("TR_NATIONAL_ID", "tr.tckimlik", ["###########"]),
    ("UA_RNTRC", "ua.rntrc", ["##########"]),
    ("UK_NHS", "gb.nhs", ["##########"]),
    ("UK_UTR", "gb.utr", ["##########"]),
    ("US_EIN", "us.ein", ["#########"]),
    ("US_ITIN", "us.itin", ["9########"]),
    ("US_SSN", "us.ssn", ["#########"]),
    ("VE_RIF", "ve.rif", ["{V|E|J|P|G}#########"]),
    ("ZA_ID_NUMBER", "za.idnr", ["{%y%m%d}####{0|1}##"]),
    ("ZA_INCOME_TAX_NUMBER", "za.tin", ["{0|1|2|3|9}#########"]),
]

# What the module refuses and the authority issues, or accepts and the authority never issues.
EXCEPT = {
    # ISO 9362: a place begins with neither 0 nor 1 and ends with no O; a branch that begins with X is XXX.
    "BIC": lambda number: number[6] in "01" or number[7] == "O" or (number[8:9] == "X" and number[8:] != "XXX"),
    # The judge refuses births to come, by its clock; we have none.
    "DK_CPR": lambda number: number[4:6] > "25",
    "IS_KENNITALA": lambda number: number[9:] == "0" and number[4:6] > "25",
    # The judge refuses makers that its list of the day does not name.
    "MAC_ADDRESS": lambda number: bool(re.fullmatch("[0-9A-F:]{17}", number)) and not importlib.import_module("stdnum.mac").is_valid(number),
    # Skatteverket: the last two digits count the registrations of one person; the judge knows 01 only.
    "EU_VAT": lambda number: number.startswith("SE") and "01" <= number[-2:] <= "94",
    # ISO 13616-1: check digits are 02 to 98; others only happen to pass.
    "IBAN_CODE": lambda number: number[2:4] in ("00", "01", "99"),
    # Ministry of Home Affairs of Indonesia: provinces of 2012 and 2022.
    "ID_NIK": lambda number: number[:2] in ("65", "92", "93", "95", "96"),
    # IRS Publication 1915 (2012 and later): the middle digits 50 to 65 are issued too.
    "US_ITIN": lambda number: number[0] == "9" and "50" <= number[3:5] <= "65",
}


def judge(name):
    module = importlib.import_module("stdnum." + name)
    shown = getattr(module, "format", None)
    return module.is_valid, shown


def near(draw, number):
    """Changes one character of a number, or swaps two neighbours."""
    at = draw.randrange(len(number))
    if draw.random() < 0.3 and at + 1 < len(number):
        return number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    kinds = [kind for kind in (DIGITS, LETTERS, string.ascii_lowercase) if number[at] in kind]
    other = draw.choice(kinds[0] if kinds and draw.random() < 0.9 else DIGITS + LETTERS)
    return number[:at] + other + number[at + 1 :]


def written(draw, number, is_valid, shown):
    """Half of the numbers as they are shown to people, half without separators."""
    if shown is None or draw.random() < 0.5:
        return number
    try:
        formatted = shown(number)
    except Exception:  # a near-miss need not have a form
        return number
    # The form may mend a near-miss.
    return formatted if is_valid(formatted) == is_valid(number) else number


def group(entity, module, templates):
    draw = random.Random(entity)
    is_valid, shown = judge(module)
    excepted = EXCEPT.get(entity, lambda number: False)
    make = templates if callable(templates) else lambda draw: fill(draw, draw.choice(templates))
    valid, misses = [], []
    for _ in range(TRIES):
        if len(valid) == COUNT:
            break
        number = make(draw)
        if is_valid(number) and not excepted(number):
            valid.append(number)
    for _ in range(TRIES):
        if len(misses) == COUNT:
            break
        number = near(draw, draw.choice(valid))
        if not is_valid(number) and not excepted(number):
            misses.append(number)
    if len(valid) < COUNT or len(misses) < COUNT:
        sys.exit(f"{entity}: {len(valid)} numbers and {len(misses)} near-misses")
    return {
        "entity": entity,
        "module": module,
        "valid": [written(draw, number, is_valid, shown) for number in valid],
        "near": [written(draw, number, is_valid, shown) for number in misses],
    }


def unlike(entity, module, make):
    """What the module refuses though it is right, and near-misses of it."""
    draw = random.Random(module + entity)
    valid = [make(draw) for _ in range(COUNT)]
    misses = [number for number in (near(draw, draw.choice(valid)) for _ in range(COUNT)) if number not in valid]
    return {"entity": entity, "module": module, "valid": valid, "near": misses}


groups = [group(*row) for row in TABLE]
groups.append(unlike("CRYPTO", "none: bech32m", taproot))
json.dump(groups, sys.stdout, indent=0)
