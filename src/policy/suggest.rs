//! "Did you mean": the known name nearest to a mistyped one.

/// Finds the name that a mistyped one most likely meant; none where nothing is near enough.
///
/// Near enough is one edit for every three characters (`maks` is `mask`, `cat` is not `dog`), or a whole word of the
/// name (`IBAN` is `IBAN_CODE`).
pub fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = fold(typed);
    let edits_max = match folded.len() {
        len @ 0..=TYPED_MAX => len / 3,
        _ => return None,
    };
    let known: Vec<(&str, Vec<char>)> = known.into_iter().map(|name| (name, fold(name))).collect();
    let by_edits = known
        .iter()
        .map(|(name, letters)| (distance(&folded, letters), *name))
        .filter(|&(edits, name)| edits <= edits_max && edits < name.chars().count())
        .min_by_key(|&(edits, _)| edits)
        .map(|(_, name)| name);
    let is_word = |letters: &[char]| folded.len() > 2 && letters.split(|c| *c == '_').any(|word| word == folded);
    by_edits.or_else(|| known.iter().find(|(_, letters)| is_word(letters)).map(|(name, _)| *name))
}

/// A longer text than any name, in characters, meant none of them.
const TYPED_MAX: usize = 100;

/// Lower case, with `-` and blanks as `_`, since these are the commonest slips.
fn fold(name: &str) -> Vec<char> {
    name.chars().map(|c| if c == '-' || c == ' ' { '_' } else { c.to_ascii_lowercase() }).collect()
}

/// Counts insertions, deletions, replacements and swaps of neighbours that turn one into the other.
fn distance(a: &[char], b: &[char]) -> usize {
    // Rows of the classic table: two back (for swaps), the one before, the current one.
    let mut two_back: Vec<usize> = Vec::new();
    let mut before: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, cb) in b.iter().enumerate() {
            let at = |row: &[usize], place: usize| row.get(place).copied().unwrap_or(usize::MAX / 2);
            let mut best = (at(&before, j) + usize::from(ca != cb)).min(at(&before, j + 1) + 1).min(at(&row, j) + 1);
            let crossed = i > 0 && j > 0 && a.get(i - 1) == Some(cb) && b.get(j - 1) == Some(ca);
            if crossed {
                best = best.min(at(&two_back, j - 1) + 1);
            }
            row.push(best);
        }
        two_back = std::mem::replace(&mut before, row);
    }
    before.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_likeliest_name_is_found() {
        let operators = ["keep", "redact", "replace", "mask", "hash", "tokenize", "drop_field", "drop_record"];
        for (typed, meant) in [
            ("maks", Some("mask")),
            ("Mask", Some("mask")),
            ("tokenise", Some("tokenize")),
            ("drop-field", Some("drop_field")),
            ("dropfield", Some("drop_field")),
            ("hsah", Some("hash")),
            ("encrypt", None),
            ("kxxp", None),
            ("record", Some("drop_record")),
            ("ke", None),
            ("", None),
            ("x", None),
        ] {
            assert_eq!(nearest(typed, operators), meant, "{typed}");
        }
    }

    #[test]
    fn distance_counts_edits() {
        let chars = |text: &str| text.chars().collect::<Vec<_>>();
        for (a, b, edits) in [("", "", 0), ("abc", "abc", 0), ("abc", "", 3), ("ab", "ba", 1), ("kitten", "sitting", 3)]
        {
            assert_eq!(distance(&chars(a), &chars(b)), edits, "{a} {b}");
        }
    }
}
