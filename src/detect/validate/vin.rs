//! Vehicle identification numbers: ISO 3779, with the check digit of 49 CFR 565.15 where the region has one.

/// Weights by position: 49 CFR 565.15, table III.
const WEIGHTS: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];

pub(super) fn accepts(text: &str) -> bool {
    let number = text.to_ascii_uppercase();
    let Some(values) = number.chars().map(value).collect::<Option<Vec<u32>>>().filter(|all| all.len() == 17) else {
        return false;
    };
    let letters = number.bytes().filter(u8::is_ascii_alphabetic).count();
    // ISO 3779, section 4.4: the last four are digits. All digits or hardly any is something else.
    let is_plausible = (3..=13).contains(&letters) && number.bytes().skip(13).all(|byte| byte.is_ascii_digit());
    // North America (1 to 5) and China (L) prescribe the check digit.
    let is_checked = number.starts_with(|c: char| ('1'..='5').contains(&c) || c == 'L');
    is_plausible && (!is_checked || check_digit(&values) == number.chars().nth(8))
}

/// What a character counts: 49 CFR 565.15, table IV; I, O and Q do not occur.
const fn value(c: char) -> Option<u32> {
    Some(match c {
        '0'..='9' => c as u32 - '0' as u32,
        'A'..='H' => c as u32 - 'A' as u32 + 1,
        'J'..='N' => c as u32 - 'J' as u32 + 1,
        'P' => 7,
        'R' => 9,
        'S'..='Z' => c as u32 - 'S' as u32 + 2,
        _ => return None,
    })
}

fn check_digit(values: &[u32]) -> Option<char> {
    match super::weighted(values, &WEIGHTS) % 11 {
        10 => Some('X'),
        rest => char::from_digit(rest, 10),
    }
}

#[cfg(test)]
mod tests {
    /// The worked example that is printed with 49 CFR 565.15, and numbers of other regions without a check digit.
    #[test]
    fn worked_example() {
        for text in ["1M8GDM9AXKP042788", "1HGCM82633A004352", "WVWZZZ1JZXW000001", "VF1BB050X25123456"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in
            ["1M8GDM9A1KP042788", "1HGCM82633A004353", "WVWZZZ1JZXW00000", "WVWZZZ1JOXW000001", "11111111111111111"]
        {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
