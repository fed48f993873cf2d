//! French establishment numbers (SIRET): a SIREN and five digits, again by ISO/IEC 7812-1, annex B (Luhn).

use super::{fr_siren, luhn};

/// La Poste has more establishments than the check lets it number: but for its seat, the sum of the digits is divisible
/// by 5.
const LA_POSTE: [u32; 9] = [3, 5, 6, 0, 0, 0, 0, 0, 0];
const SEAT: [u32; 5] = [0, 0, 0, 4, 8];

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    let (Some(siren), 14) = (digits.get(..9), digits.len()) else { return false };
    let by_sum = siren == LA_POSTE && !digits.ends_with(&SEAT);
    fr_siren::passes(siren) && if by_sum { digits.iter().sum::<u32>().is_multiple_of(5) } else { luhn::passes(&digits) }
}

#[cfg(test)]
mod tests {
    /// INSEE, definition of the SIRET; the seat of INSEE: 120 027 016 00563. La Poste: 356 000 000 00048 is its seat.
    #[test]
    fn worked_example() {
        for text in ["120 027 016 00563", "73282932000074", "35600000000048", "35600000049837"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["120 027 016 00564", "7328293200007", "35600000049838"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
