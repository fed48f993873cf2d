//! International telephone numbers: an assigned country code and a possible length.

pub(super) fn accepts(text: &str) -> bool {
    // `(0)` is the trunk prefix that is not dialled from abroad; it is no part of the number.
    let dialled = text.replace("(0)", "");
    let all = super::digits(&dialled);
    let digits = match all.as_slice() {
        [0, 0, rest @ ..] => rest,
        rest => rest,
    };
    // ITU-T E.164: at most 15 digits. The shortest in use have 7 with the country code.
    match digits {
        // North American Numbering Plan: ten digits, area and exchange begin with 2 to 9.
        [1, area, _, _, exchange, rest @ ..] => rest.len() == 6 && *area > 1 && *exchange > 1,
        [7, rest @ ..] => rest.len() == 10,
        [a, b, rest @ ..] if is_assigned(a * 10 + b) => (5..=13).contains(&rest.len()),
        [a, b, c, rest @ ..] if is_assigned(a * 100 + b * 10 + c) => (4..=12).contains(&rest.len()),
        _ => false,
    }
}

/// Country codes of two and three digits: Annex to ITU Operational Bulletin, list of E.164 assigned country codes.
const fn is_assigned(code: u32) -> bool {
    matches!(code,
        20 | 27 | 30..=34 | 36 | 39..=41 | 43..=49 | 51..=58 | 60..=66 | 81 | 82 | 84 | 86 | 90..=95 | 98
        | 211..=213 | 216 | 218 | 220..=258 | 260..=269 | 290 | 291 | 297..=299 | 350..=359 | 370..=383 | 385..=387
        | 389 | 420 | 421 | 423 | 500..=509 | 590..=599 | 670 | 672..=683 | 685..=692 | 800 | 808 | 850 | 852 | 853
        | 855 | 856 | 870 | 878 | 880..=883 | 886 | 888 | 960..=968 | 970..=977 | 979 | 992..=996 | 998)
}

#[cfg(test)]
mod tests {
    /// Examples of ITU-T E.123, section 2, and numbers that regulators keep for fiction.
    #[test]
    fn published_numbers() {
        for text in ["+31 42 123 4567", "+44 (0)20 7946 0958", "0049 30 23125 000", "+1 212 555 0187"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["+1 212 555 018", "+1 112 555 0187", "+999 123 456 789", "+210 1234567", "+49 1234", "+"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
