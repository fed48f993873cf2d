//! VAT numbers of the member states of the European Union, and of Northern Ireland (XI): the state's letters, then what
//! the state's own rule accepts. European Commission, "VIES: VAT number structure" and its check digit algorithms.

use super::{
    bg_egn, cy_tic, de_vat_id, es_nif, fr_siren, hr_oib, ie_ppsn, iso7064, it_vat_code, luhn, lv_personas_kods, nl_bsn,
    pl_nip, pt_nif, rodne_cislo, weighted,
};

pub(super) fn accepts(text: &str) -> bool {
    let compact = super::alphanumerics(text);
    let Some((state, number)) = compact.split_at_checked(2) else { return false };
    // Ireland's older numbers may have a sign in the second place.
    let Ok(number) = std::str::from_utf8(number) else { return false };
    let digits = super::digits(number);
    let plain = digits.len() == number.len() && digits.iter().any(|digit| *digit > 0);
    match state {
        b"AT" => number.starts_with('U') && digits.len() + 1 == number.len() && at(&digits),
        b"CY" => cy_tic::accepts(number),
        b"ES" => es(number.as_bytes()),
        b"FR" => fr(number.as_bytes()),
        b"IE" => ie(number.as_bytes()),
        b"NL" => nl(number.as_bytes()),
        b"XI" => xi(number, &digits),
        _ => plain && of_digits(state, number, &digits),
    }
}

/// States whose numbers are digits only.
fn of_digits(state: &[u8], number: &str, digits: &[u32]) -> bool {
    match state {
        b"BE" => be(digits),
        b"BG" => bg(number, digits),
        b"CZ" => cz(number, digits),
        b"DE" => de_vat_id::passes(digits),
        b"DK" => digits.len() == 8 && !starts_with_zero(digits) && divides(digits, &[2, 7, 6, 5, 4, 3, 2, 1], 11),
        b"EE" => digits.len() == 9 && divides(digits, &[3, 7, 1, 3, 7, 1, 3, 7, 1], 10),
        b"EL" | b"GR" => el(digits),
        b"FI" => digits.len() == 8 && divides(digits, &[7, 9, 10, 5, 8, 4, 2, 1], 11),
        b"HR" => hr_oib::accepts(number),
        b"HU" => digits.len() == 8 && divides(digits, &[9, 7, 3, 1, 9, 7, 3, 1], 10),
        b"IT" => it_vat_code::accepts(number),
        b"LT" => lt(digits),
        b"LU" => lu(digits),
        b"LV" => lv(number, digits),
        b"MT" => digits.len() == 8 && !starts_with_zero(digits) && divides(digits, &[3, 4, 6, 7, 8, 9, 10, 1], 37),
        b"PL" => pl_nip::accepts(number),
        b"PT" => pt_nif::accepts(number),
        b"RO" => ro(digits),
        b"SE" => se(digits),
        b"SI" => si(digits),
        b"SK" => sk(number, digits),
        _ => false,
    }
}

fn starts_with_zero(digits: &[u32]) -> bool {
    digits.starts_with(&[0])
}

/// Tells whether the weighted sum of all digits is divisible.
fn divides(digits: &[u32], weights: &[u32], by: u32) -> bool {
    weighted(digits, weights).is_multiple_of(by)
}

/// The last digit, and those before it.
fn split(digits: &[u32]) -> (u32, &[u32]) {
    digits.split_last().map_or((u32::MAX, &[]), |(last, body)| (*last, body))
}

/// Austria: Luhn with 4 added.
fn at(digits: &[u32]) -> bool {
    let (check, body) = split(digits);
    let sum: u32 = body
        .iter()
        .enumerate()
        .map(|(at, digit)| if at.is_multiple_of(2) { *digit } else { digit / 5 + digit * 2 % 10 })
        .sum();
    digits.len() == 8 && (96 - sum) % 10 == check
}

/// Belgium: the number and its check digits are divisible by 97 together; numbers of nine digits have a 0 before them today.
fn be(digits: &[u32]) -> bool {
    let (Some(body), Some(check)) =
        (digits.get(..digits.len().saturating_sub(2)), digits.get(digits.len().saturating_sub(2)..))
    else {
        return false;
    };
    let form = match digits.len() {
        9 => true,
        10 => matches!(digits.first(), Some(0 | 1)),
        _ => false,
    };
    form && (super::number(body) + super::number(check)).is_multiple_of(97)
}

/// Bulgaria: companies have nine digits, persons their ЕГН or a number for foreigners and others.
fn bg(number: &str, digits: &[u32]) -> bool {
    let (check, body) = split(digits);
    match digits.len() {
        9 => {
            let first = weighted(body, &[1, 2, 3, 4, 5, 6, 7, 8]) % 11;
            let second = weighted(body, &[3, 4, 5, 6, 7, 8, 9, 10]) % 11 % 10;
            check == if first < 10 { first } else { second }
        }
        10 => {
            bg_egn::accepts(number)
                || weighted(body, &[21, 19, 17, 13, 11, 9, 7, 3, 1]) % 10 == check
                || (11 - weighted(body, &[4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11 == check
        }
        _ => false,
    }
}

/// Czechia: companies have eight digits, persons their birth number, or nine digits that begin with 6.
fn cz(number: &str, digits: &[u32]) -> bool {
    let (check, body) = split(digits);
    match (digits.len(), digits.first()) {
        (8, Some(0..=8)) => {
            let rest = 11 - weighted(body, &[8, 7, 6, 5, 4, 3, 2]) % 11;
            check == if rest == 11 { 1 } else { rest % 10 }
        }
        (9, Some(6)) => {
            let rest = weighted(body.get(1..).unwrap_or_default(), &[8, 7, 6, 5, 4, 3, 2]) % 11;
            // The distance to the next multiple of 11, taken from 9 (10 counts 9, 11 counts 8).
            let distance = 11 - rest;
            check == if distance == 11 { 8 } else { (19 - distance) % 10 } || rodne_cislo::accepts(number)
        }
        _ => rodne_cislo::accepts(number),
    }
}

/// Greece: powers of two.
fn el(digits: &[u32]) -> bool {
    let (check, body) = split(digits);
    digits.len() == 9 && body.iter().fold(0, |sum, digit| (sum + digit) * 2) % 11 % 10 == check
}

/// Spain: the NIF of a person, or a letter for the kind of company, seven digits, and a digit or letter.
fn es(number: &[u8]) -> bool {
    const CONTROL: &[u8; 10] = b"JABCDEFGHI";
    if es_nif::passes(number) {
        return true;
    }
    let ([kind, body @ .., control], 9) = (number, number.len()) else { return false };
    let sum: u32 = body
        .iter()
        .enumerate()
        .map(|(at, byte)| match (at % 2, super::value(*byte) * 2) {
            (0, doubled) => doubled / 10 + doubled % 10,
            (_, doubled) => doubled / 2,
        })
        .sum();
    let check = (10 - sum % 10) % 10;
    let letter = usize::try_from(check).ok().and_then(|at| CONTROL.get(at));
    let by_digit = control.is_ascii_digit() && super::value(*control) == check;
    // Orden EHA/451/2008: the kinds of company.
    body.iter().all(u8::is_ascii_digit)
        && matches!(kind, b'A'..=b'H' | b'J' | b'N' | b'P'..=b'S' | b'U'..=b'W')
        && (by_digit || letter == Some(control))
}

/// France and Monaco: two characters and the SIREN.
fn fr(number: &[u8]) -> bool {
    /// Letters but I and O.
    const ALPHABET: &[u8] = b"0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    let ([first, second, siren @ ..], 11) = (number, number.len()) else { return false };
    if !siren.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let digits: Vec<u32> = siren.iter().map(|byte| super::value(*byte)).collect();
    let company = super::number(&digits);
    let place = |byte: &u8| ALPHABET.iter().zip(0_u32..).find(|(known, _)| *known == byte).map(|(_, at)| at);
    let (Some(one), Some(two)) = (place(first), place(second)) else { return false };
    let key = if one < 10 && two < 10 {
        (12 + 3 * (company % 97)) % 97 == one * 10 + two
    } else {
        let check = if one < 10 { (one * 24 + two).checked_sub(10) } else { (one * 34 + two).checked_sub(100) };
        check.is_some_and(|check| (company + 1 + check / 11) % 11 == check % 11)
    };
    // Numbers of Monaco begin with 000 and are no SIREN.
    key && (fr_siren::passes(&digits) || (digits.starts_with(&[0, 0, 0]) && company > 0))
}

/// Ireland: seven digits, a check letter, and maybe a second letter; or the older form, a digit, a letter, five digits
/// and the check letter, whose first digit counts last.
fn ie(number: &[u8]) -> bool {
    match number {
        [first, letter, middle @ .., check] if letter.is_ascii_uppercase() && middle.len() == 5 => {
            ie_ppsn::passes(&[b"0", middle, &[*first]].concat(), *check, 0)
        }
        [body @ .., check] if body.len() == 7 => ie_ppsn::passes(body, *check, 0),
        [body @ .., check, b'W'] if body.len() == 7 => ie_ppsn::passes(body, *check, 0),
        [body @ .., check, second @ b'A'..=b'V'] if body.len() == 7 => {
            ie_ppsn::passes(body, *check, super::value(*second) - 9)
        }
        _ => false,
    }
}

/// Lithuania: companies have 9 digits and others 12, with a 1 before the check digit.
fn lt(digits: &[u32]) -> bool {
    let (check, body) = split(digits);
    let (one, two): (&[u32], &[u32]) = match digits.len() {
        9 => (&[1, 2, 3, 4, 5, 6, 7, 8], &[3, 4, 5, 6, 7, 8, 9, 1]),
        12 => (&[1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2], &[3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4]),
        _ => return false,
    };
    let first = weighted(body, one) % 11;
    body.ends_with(&[1]) && check == if first < 10 { first } else { weighted(body, two) % 11 % 10 }
}

/// Luxembourg: six digits modulo 89.
fn lu(digits: &[u32]) -> bool {
    let (Some(body), Some(check), 8) = (digits.get(..6), digits.get(6..), digits.len()) else { return false };
    super::number(body) % 89 == super::number(check)
}

/// Latvia: companies begin with 4 to 9, persons have their personal code.
fn lv(number: &str, digits: &[u32]) -> bool {
    match digits.first() {
        Some(0..=3) => lv_personas_kods::accepts(number),
        _ => digits.len() == 11 && weighted(digits, &[9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1]) % 11 == 3,
    }
}

/// The Netherlands: the number of a company and the eleven test, or (since 2020) letters and all by ISO 7064 MOD 97-10.
fn nl(number: &[u8]) -> bool {
    let (Some(company), Some(b'B'), Some(branch), 12) =
        (number.get(..9), number.get(9), number.get(10..), number.len())
    else {
        return false;
    };
    let digits: Vec<u32> = company.iter().map(|byte| super::value(*byte)).collect();
    company.iter().chain(branch).all(u8::is_ascii_digit)
        && branch != b"00"
        && digits.iter().any(|digit| *digit > 0)
        && (nl_bsn::passes(&digits) || iso7064::mod_97_10(b"NL".iter().chain(number).copied()))
}

/// Romania: two to ten digits.
fn ro(digits: &[u32]) -> bool {
    let (check, body) = split(digits);
    let padded = [vec![0; 9_usize.saturating_sub(body.len())], body.to_vec()].concat();
    (2..=10).contains(&digits.len())
        && !starts_with_zero(digits)
        && weighted(&padded, &[7, 5, 3, 2, 1, 7, 5, 3, 2]) * 10 % 11 % 10 == check
}

/// Sweden: a person's or an organisation's number by Luhn, and 01 to 94.
fn se(digits: &[u32]) -> bool {
    let (Some(body), Some(branch), 12) = (digits.get(..10), digits.get(10..), digits.len()) else { return false };
    luhn::passes(body) && (1..=94).contains(&super::number(branch))
}

/// Slovenia: modulo 11.
fn si(digits: &[u32]) -> bool {
    let (check, body) = split(digits);
    let rest = 11 - weighted(body, &[8, 7, 6, 5, 4, 3, 2]) % 11;
    digits.len() == 8 && !starts_with_zero(digits) && rest != 11 && rest % 10 == check
}

/// Slovakia: divisible by 11, with a 2, 3, 4, 7, 8 or 9 in the third place; or a birth number.
fn sk(number: &str, digits: &[u32]) -> bool {
    let rest = digits.iter().fold(0, |rest, digit| (rest * 10 + digit) % 11);
    let company = digits.len() == 10 && rest == 0 && matches!(digits, [1..=9, _, 2 | 3 | 4 | 7 | 8 | 9, ..]);
    company || (digits.len() == 10 && rodne_cislo::accepts(number))
}

/// Northern Ireland, as Great Britain: nine digits (or twelve with a branch) modulo 97, or an authority's five characters.
fn xi(number: &str, digits: &[u32]) -> bool {
    match (number.get(..2), digits.len(), number.len()) {
        (Some("GD"), 3, 5) => super::number(digits) < 500,
        (Some("HA"), 3, 5) => super::number(digits) >= 500,
        (_, 9 | 12, length) if length == digits.len() => {
            let body = digits.get(..7).unwrap_or_default();
            let sum = weighted(body, &[8, 7, 6, 5, 4, 3, 2]) + super::number(digits.get(7..9).unwrap_or_default());
            // Since 2009 also with 55 more or less; those begin with 100 at least.
            match sum % 97 {
                0 => body.iter().any(|digit| *digit > 0),
                42 | 55 => digits.first().is_some_and(|first| *first > 0),
                _ => false,
            }
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    /// Numbers that companies and authorities of each state print, most of them in the Commission's own list of examples.
    #[test]
    fn one_of_each_state() {
        for text in [
            "ATU13585627",
            "BE0428759497",
            "BE 428 759 497",
            "BG175074752",
            "BG7523169263",
            "CY10259033P",
            "CZ25123891",
            "CZ640903926",
            "CZ7103192745",
            "DE136695976",
            "DK13585628",
            "EE100931558",
            "EL094259216",
            "ESA13585625",
            "ES54362315K",
            "ESM1234567L",
            "ESX2482300W",
            "ESB58378431",
            "FI20774740",
            "FR40303265045",
            "FR23334175221",
            "FRK7399859412",
            "FR83404833048",
            "HR33392005961",
            "HU12892312",
            "IE6433435F",
            "IE6433435OA",
            "IE8D79739I",
            "IT00743110157",
            "LT119511515",
            "LT100001919017",
            "LU15027442",
            "LV40003521600",
            "LV16117519997",
            "MT11679112",
            "NL004495445B01",
            "NL002455799B11",
            "PL8567346215",
            "PT501964843",
            "RO18547290",
            "SE123456789701",
            "SI50223054",
            "SK2022749619",
            "XI980780684",
            "XIGD001",
            "XIHA599",
        ] {
            assert!(super::accepts(text), "{text}");
        }
    }

    #[test]
    fn one_character_changed() {
        for text in [
            "ATU13585626",
            "BE0428759498",
            "BG175074751",
            "CY10259033Z",
            "CZ25123890",
            "DE136695978",
            "DK13585627",
            "EE100931559",
            "EL123456781",
            "ESA13585624",
            "FI20774741",
            "FR41303265045",
            "HR33392005962",
            "HU12892313",
            "IE6433435E",
            "IT00743110158",
            "LT119511516",
            "LU15027443",
            "LV40003521601",
            "MT11679113",
            "NL123456789B90",
            "PL8567346216",
            "PT501964842",
            "RO18547291",
            "SE123456789101",
            "SI50223055",
            "SK2022749618",
            "XI802311781",
            "XIGD600",
            "US123456789",
            "AT",
            "",
        ] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
