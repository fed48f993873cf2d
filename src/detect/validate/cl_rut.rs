//! RUT and RUN of Chile: modulus 11, with K for ten.

pub(super) fn accepts(text: &str) -> bool {
    let compact: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    let Some((body, last)) = compact.split_at_checked(compact.len().saturating_sub(1)) else { return false };
    let digits = super::digits(body);
    // Servicio de Impuestos Internos: weights 2 to 7 from the right, over and over.
    let sum: u32 = digits.iter().rev().zip((2..=7).cycle()).map(|(digit, weight)| digit * weight).sum();
    let given = match last {
        "K" | "k" => Some(10),
        digit => digit.parse().ok(),
    };
    matches!(digits.len(), 7 | 8) && body.len() == digits.len() && sum != 0 && given == Some((11 - sum % 11) % 11)
}

#[cfg(test)]
mod tests {
    /// Servicio de Impuestos Internos: its own RUT, 60.803.000-K.
    #[test]
    fn worked_example() {
        for text in ["60.803.000-K", "76086428-5", "12.531.909-2", "60803000k"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["60.803.000-1", "67086428-5", "76086A28-5", "7608642", "00.000.000-0"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
