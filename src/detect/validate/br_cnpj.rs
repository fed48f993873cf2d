//! Brazilian CNPJ: two check digits modulus 11; since 2026 the other places may hold letters.

pub(super) fn accepts(text: &str) -> bool {
    // Instrução Normativa RFB 2.229/2024: a character counts its ASCII code less 48.
    let values: Vec<u32> = super::alphanumerics(text).into_iter().map(|byte| u32::from(byte - b'0')).collect();
    let check = |weights: &[u32]| match super::weighted(&values, weights) % 11 {
        0 | 1 => 0,
        rest => 11 - rest,
    };
    values.len() == 14
        && values.iter().take(12).any(|value| *value != 0)
        && values.get(12) == Some(&check(&[5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]))
        && values.get(13) == Some(&check(&[6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]))
}

#[cfg(test)]
mod tests {
    /// Receita Federal and Serpro, "CNPJ alfanumérico": 12.ABC.345/01DE-35 is worked through there.
    #[test]
    fn worked_example() {
        for text in ["12.ABC.345/01DE-35", "16.727.230/0001-97", "11222333000181"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["12.ABC.345/01DE-36", "16.272.730/0001-97", "00.000.000/0000-00", "1122233300018"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
