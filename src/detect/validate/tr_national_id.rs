//! Turkish identity numbers: two check digits modulus 10.

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    // Nüfus ve Vatandaşlık İşleri: the tenth is 7 times the digits at odd places less those at even ones.
    let tenth = super::weighted(&digits, &[7, 9, 7, 9, 7, 9, 7, 9, 7]) % 10;
    let eleventh = digits.iter().take(10).sum::<u32>() % 10;
    digits.len() == 11
        && digits.first() != Some(&0)
        && digits.get(9) == Some(&tenth)
        && digits.last() == Some(&eleventh)
}

#[cfg(test)]
mod tests {
    /// The number of the specimen identity card, 10000000146.
    #[test]
    fn worked_example() {
        for text in ["10000000146", "17291716060"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["10000000147", "17291716050", "71291716060", "00000000146", "1000000014"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
