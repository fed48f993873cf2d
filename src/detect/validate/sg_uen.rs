//! Unique Entity Numbers of Singapore: businesses, local companies and all others, each with its own check letter.

/// Entity types of the numbers that begin with R, S or T, as the Accounting and Corporate Regulatory Authority lists them.
const TYPES: [&str; 38] = [
    "CC", "CD", "CH", "CL", "CM", "CP", "CS", "CX", "DP", "FB", "FC", "FM", "FN", "GA", "GB", "GS", "HS", "LL", "LP",
    "MB", "MC", "MD", "MH", "MM", "MQ", "NB", "NR", "PA", "PB", "PF", "RF", "RP", "SM", "SS", "TC", "TU", "VH", "XL",
];

pub(super) fn accepts(text: &str) -> bool {
    let upper = text.to_ascii_uppercase();
    let Some((body, last)) = upper.split_at_checked(upper.len().saturating_sub(1)) else { return false };
    let digits = super::digits(body);
    let letter = |letters: &str, rest: u32| {
        let at = usize::try_from(rest % 11).unwrap_or_default();
        letters.get(at..=at) == Some(last)
    };
    match (body.len(), digits.len()) {
        (8, 8) => letter("XMKECAWLJDB", super::weighted(&digits, &[10, 4, 9, 3, 8, 2, 7, 1])),
        (9, 9) => letter("ZKCMDNERGWH", super::weighted(&digits, &[10, 8, 6, 4, 9, 7, 5, 3, 1])),
        (9, 6) => other(body).is_some_and(|sum| letter("ABCDEFGHJKL", sum)),
        _ => false,
    }
}

/// The weighted sum of a number such as `T01FC6132`.
fn other(body: &str) -> Option<u32> {
    /// The values of letters and digits, in order; I and O are not used.
    const ALPHABET: &str = "ABCDEFGHJKLMNPQRSTUVWX0123456789";
    const WEIGHTS: [u32; 9] = [4, 3, 5, 3, 10, 2, 2, 5, 7];
    let known = body.starts_with(['R', 'S', 'T'])
        && TYPES.contains(&body.get(3..5)?)
        && super::digits(body.get(1..3)?).len() == 2
        && super::digits(body.get(5..)?).len() == 4;
    let mut sum = 0;
    for (character, weight) in body.chars().zip(WEIGHTS) {
        sum += u32::try_from(ALPHABET.find(character)?).ok()? * weight;
    }
    // 5 is taken away before the remainder: 6 is the same and never below zero.
    known.then_some(sum + 6)
}

#[cfg(test)]
mod tests {
    /// Numbers of the register: a business, a company, a foreign company and one of an old series.
    #[test]
    fn worked_example() {
        for text in ["00192200M", "197401143C", "T01FC6132D", "S16FC0121D", "t01fc6132d"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["00192200K", "197401143D", "T01FC6123D", "T01XX6132D", "U01FC6132D", "0019220M"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
