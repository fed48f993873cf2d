//! Swedish organisation numbers: the third digit is at least 2, so that none is a birth date; the check digit of
//! ISO/IEC 7812-1, annex B (Luhn).

use super::luhn;

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    // In registers 16 stands before the number, where a person's number has the century.
    let short = match digits.as_slice() {
        [1, 6, short @ ..] if short.len() == 10 => short,
        short if short.len() == 10 => short,
        _ => return false,
    };
    matches!(short, [1..=9, _, 2..=9, ..]) && luhn::passes(short)
}

#[cfg(test)]
mod tests {
    /// Skatteverket, SKV 709; the number of a company that prints it: 556016-0680.
    #[test]
    fn worked_example() {
        for text in ["556016-0680", "5560160680", "165560160680"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["556016-0681", "811228-9874", "056016-0680", "556016-068"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
