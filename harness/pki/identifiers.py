"""The names that certificates and messages carry: their forms, and check characters where a rule is public."""

from __future__ import annotations

import re

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_EMAID = re.compile(r"[A-Z]{2}(-?)[A-Z0-9]{3}\1[A-Z0-9]{9}(?:\1[A-Z0-9])?")
_EVCCID = re.compile(r"([A-HJ-NPR-Z0-9]{3})-?V-?([A-HJ-NPR-Z0-9-]*[A-HJ-NPR-Z0-9])-?([0-9X])")
_PCID = re.compile(r"[A-Z0-9]{3}[A-Z0-9]{14}[A-Z0-9]")
_SECCID = re.compile(r"[A-Z]{2}(-?)[A-Z0-9]{3}\1S\1[A-Z0-9]{32,}(?:\1[A-Z0-9])?")
_EVSEID = re.compile(r"[A-Z]{2}(\*?)[A-Z0-9]{3}\1E\1?[A-Z0-9][A-Z0-9*]*")
_NO_EVSEID = "ZZ00000"
_EVSEID_LENGTH = 255

_Matrix = tuple[tuple[int, int], tuple[int, int]]
_BINARY: _Matrix = ((0, 1), (1, 1))
_TERNARY: _Matrix = ((0, 1), (1, 2))


def evccid_check(body: str) -> str:
    """Check digit of an EVCCID without its last character (ISO 15118-20, C.5 and C.6).

    Letters count as two decimal digits, A being 10; the digits weigh 1, 2, 4, ... from the left, modulo 11.
    """
    digits = "".join(str(_ALPHABET.index(character)) for character in body.replace("-", "").upper())
    total = sum(int(digit) << place for place, digit in enumerate(digits)) % 11
    return "X" if total == 10 else str(total)


def evccid_problem(evccid: str) -> str:
    """What is wrong with an EVCCID; empty if nothing is."""
    return evccid_form_problem(evccid) or evccid_check_problem(evccid)


def evccid_form_problem(evccid: str) -> str:
    """What is wrong with the form of an EVCCID, its check digit left aside; empty if nothing is."""
    if not 20 <= len(evccid) <= 64:
        return f"{len(evccid)} characters where 20 to 64 are allowed"
    if "--" in evccid:
        return "two hyphens in a row"
    if banned := sorted(set("IOQ") & set(evccid)):
        return f"{', '.join(banned)} may not appear in an EVCCID"
    parts = _EVCCID.fullmatch(evccid)
    if parts is None:
        return "not three characters of manufacturer, 'V', capital letters and digits, and a check digit"
    if len(parts[2].replace("-", "")) < 15:
        return "fewer than 15 characters of the manufacturer's own number"
    return ""


def evccid_check_problem(evccid: str) -> str:
    """Why the check digit of a well-formed EVCCID is wrong; empty if it is right.

    Public sources differ in whether leading zeros of an element count: either reading is accepted.
    """
    parts = _EVCCID.fullmatch(evccid)
    if parts is None:
        return "no check digit that could be told apart"
    manufacturer, own, check = parts.groups()
    stripped = manufacturer.lstrip("0") + "V" + own.lstrip("0")
    right = {evccid_check(f"{manufacturer}V{own}"), evccid_check(stripped)}
    return "" if check in right else f"check digit {check} where {' or '.join(sorted(right))} is due"


def emaid_check(body: str) -> str:
    """Check character of the 14 characters of an EMAID, hyphens not counted (eMI3).

    Each character is a vector over Z2 x Z2 x Z3 x Z3 that is turned by the powers of two matrices; the check
    character brings the sum to zero.

    Raises:
        ValueError: not 14 letters and digits.
    """
    plain = body.replace("-", "").upper()
    if len(plain) != 14 or any(character not in _ALPHABET for character in plain):
        raise ValueError(f"an EMAID has 14 letters and digits before its check character: {body!r}")
    binary = _weigh([divmod(_ALPHABET.index(c) // 9, 2) for c in plain], _BINARY, 2)
    ternary = _weigh([divmod(_ALPHABET.index(c) % 9, 3) for c in plain], _TERNARY, 3)
    return next(c for c in _ALPHABET if _closes(c, binary, ternary))


def emaid_problem(emaid: str) -> str:
    """What is wrong with an EMAID; empty if nothing is."""
    if _EMAID.fullmatch(emaid) is None:
        return "not a country, a provider and nine characters, with or without hyphens and a check character"
    plain = emaid.replace("-", "")
    if len(plain) == 15 and plain[14] != emaid_check(plain[:14]):
        return f"check character {plain[14]} where {emaid_check(plain[:14])} is due"
    return ""


def pcid_problem(pcid: str) -> str:
    """What is wrong with a provisioning certificate id (ISO 15118-20, C.2); empty if nothing is.

    Three characters of the manufacturer, fourteen of its own and a check character, without hyphens: the encryption of
    a contract's key counts on these 18. The rule of the check character is not public, so that it is not checked.
    """
    if len(pcid) != 18:
        return f"{len(pcid)} characters where 18 are due"
    return "" if _PCID.fullmatch(pcid) else "not three, fourteen and one capital letters or digits"


def seccid_problem(seccid: str) -> str:
    """What is wrong with the id of a station's controller; empty if nothing is.

    Country, operator, 'S' and 32 characters or more, 39 to 64 in all. Whether the last of them checks the others is not
    looked at: sources say that it may and give no rule.
    """
    if not 39 <= len(seccid) <= 64:
        return f"{len(seccid)} characters where 39 to 64 are allowed"
    return "" if _SECCID.fullmatch(seccid) else "not a country, an operator, 'S' and at least 32 letters and digits"


def evseid_problem(evseid: str) -> str:
    """What is wrong with the id of an outlet as SessionSetupRes has it; empty if nothing is.

    Country, operator, 'E' and the operator's own number, with or without stars; `ZZ00000` says that there is none.
    There is no check character.
    """
    if len(evseid) > _EVSEID_LENGTH:
        return f"{len(evseid)} characters where {_EVSEID_LENGTH} are allowed"
    if evseid == _NO_EVSEID or _EVSEID.fullmatch(evseid):
        return ""
    return "not a country, an operator, 'E' and a number, with or without stars"


def _weigh(vectors: list[tuple[int, int]], matrix: _Matrix, modulus: int) -> tuple[int, int]:
    """Sum of the vectors, the n-th turned n times, Horner's way: from the last to the first."""
    total = (0, 0)
    for vector in reversed(vectors):
        total = _turn((total[0] + vector[0], total[1] + vector[1]), matrix, modulus)
    return total


def _turn(vector: tuple[int, int], matrix: _Matrix, modulus: int) -> tuple[int, int]:
    (a, b), (c, d) = matrix
    return (vector[0] * a + vector[1] * c) % modulus, (vector[0] * b + vector[1] * d) % modulus


def _closes(character: str, binary: tuple[int, int], ternary: tuple[int, int]) -> bool:
    value = _ALPHABET.index(character)
    first = _weigh([(0, 0)] * 14 + [divmod(value // 9, 2)], _BINARY, 2)
    second = _weigh([(0, 0)] * 14 + [divmod(value % 9, 3)], _TERNARY, 3)
    return all((a + b) % 2 == 0 for a, b in zip(binary, first, strict=True)) and all(
        (a + b) % 3 == 0 for a, b in zip(ternary, second, strict=True)
    )
