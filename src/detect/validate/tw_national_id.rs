//! Taiwanese identity numbers: a letter for the place counts as two digits; the sum is a multiple of 10.

/// The places in the order of their numbers, from 10 on.
const PLACES: &str = "ABCDEFGHJKLMNPQRSTUVXYWZIO";

pub(super) fn accepts(text: &str) -> bool {
    let upper = text.to_ascii_uppercase();
    let mut characters = upper.chars();
    let place = |letter| PLACES.find(letter).and_then(|at| u32::try_from(at + 10).ok());
    let Some(first) = characters.next().and_then(place) else { return false };
    // The second is the sex; foreigners' numbers of before 2021 have a letter there, of which the units count.
    let second = match characters.next() {
        Some(letter @ 'A'..='D') => place(letter).map(|number| number % 10),
        Some(digit @ ('1' | '2' | '8' | '9')) => digit.to_digit(10),
        _ => None,
    };
    let Some(second) = second else { return false };
    let rest = super::digits(characters.as_str());
    let sum = first / 10 + first % 10 * 9 + second * 8 + super::weighted(&rest, &[7, 6, 5, 4, 3, 2, 1, 1]);
    rest.len() == 8 && sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    /// Ministry of the Interior: A123456789 is the specimen; A800000014 of the new number for residents.
    #[test]
    fn worked_example() {
        for text in ["A123456789", "a123456789", "A800000014", "AC01234567"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["A123456788", "A213456789", "A323456789", "1123456789", "A12345678"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
