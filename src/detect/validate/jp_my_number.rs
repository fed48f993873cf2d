//! Japanese individual numbers ("My Number"): eleven digits and a check digit, modulus 11.

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    let sum = super::weighted(&digits, &[6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]);
    // Ordinance of the Ministry of Internal Affairs and Communications No. 85 of 2014, article 5: 0 for 10 and 11.
    let check = match 11 - sum % 11 {
        10 | 11 => 0,
        check => check,
    };
    digits.len() == 12 && !super::is_one_digit(&digits) && digits.last() == Some(&check)
}

#[cfg(test)]
mod tests {
    /// Weights 6 to 2, 7 to 2: 62149832025 has check digit 7, 12345678901 has 8.
    #[test]
    fn worked_example() {
        for text in ["6214 9832 0257", "123456789018"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["6214 9832 0258", "2614 9832 0257", "62149832025", "000000000000"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
