//! References to laws, as reasons give them: `GDPR Art. 15`, `§ 34 BDSG`, `Recital 26`.
//!
//! `Art` and the short names of laws look like names of people. A reference is words of two closed lists and short numbers
//! alone, so none of it can be personal data.

use crate::model::Span;

/// Words that a number of an article, a section or a recital follows, in lower case, without a full stop behind them.
const MARKS: &[&str] = &[
    "art",
    "arts",
    "article",
    "articles",
    "artikel",
    "artículo",
    "articulo",
    "articolo",
    "artigo",
    "§",
    "§§",
    "sec",
    "sect",
    "section",
    "sections",
    "s",
    "recital",
    "recitals",
    "erwägungsgrund",
    "considérant",
    "para",
    "paragraph",
    "paragraphs",
    "abs",
    "absatz",
    "lit",
    "nr",
    "no",
    "alinéa",
    "chapter",
    "kapitel",
    "title",
    "clause",
    "u.s.c",
    "c.f.r",
];
/// Those of them that begin no reference by themselves, for they stand before other numbers as well.
const INNER: &[&str] = &[
    "s",
    "para",
    "paragraph",
    "paragraphs",
    "abs",
    "absatz",
    "lit",
    "nr",
    "no",
    "alinéa",
    "chapter",
    "title",
    "clause",
];
/// Short names of laws, in lower case.
const LAWS: &[&str] = &[
    "gdpr", "uk-gdpr", "dsgvo", "ds-gvo", "rgpd", "avg", "bdsg", "ttdsg", "tdddg", "dsg", "revdsg", "ndsg", "lgpd",
    "ccpa", "cpra", "hipaa", "ferpa", "glba", "fcra", "coppa", "pipeda", "popia", "pdpa", "pipl", "appi", "dpdp",
    "dpa", "eprivacy", "nis2", "dora", "bgb", "stgb", "stpo", "zpo", "hgb", "ao", "sgb", "estg", "gwg", "tkg", "usc",
    "cfr", "eu", "uk",
];
/// Digits of one number of a reference.
const DIGITS_MAX: usize = 4;

/// Digits of a reference with all its numbers: `1798.105` has seven.
const NUMBERS_MAX: usize = 7;

/// Gives where references to laws stand, in order.
pub(super) fn references(text: &str) -> Vec<Span> {
    let words = words(text);
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        match reference(&words, at) {
            Some(end) => {
                let span = |at: usize| words.get(at).map_or(Span::new(text.len(), text.len()), |word| word.span);
                let whole = Span::new(span(at).start, span(end - 1).end);
                if whole.of(text).bytes().filter(u8::is_ascii_digit).count() <= NUMBERS_MAX {
                    found.push(whole);
                }
                at = end;
            }
            None => at += 1,
        }
    }
    found
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    /// It begins a reference, and a number belongs behind it.
    Mark,
    /// It goes on within one.
    Inner,
    /// `15`, `6(1)(f)`, `1798.105`, `98a`.
    Number,
    Law,
    Other,
}

#[derive(Debug, Clone, Copy)]
struct Word {
    span: Span,
    what: What,
}

/// Gives the end, in words, of a reference that begins at a word.
fn reference(words: &[Word], from: usize) -> Option<usize> {
    let is = |at: usize, what: What| words.get(at).is_some_and(|word| word.what == what);
    let mut at = from;
    while is(at, What::Law) {
        at += 1;
    }
    if !is(at, What::Mark) || !is(at + 1, What::Number) {
        return None;
    }
    at += 2;
    loop {
        if is(at, What::Number) && at < from + WORDS_MAX {
            at += 1;
        } else if (is(at, What::Mark) || is(at, What::Inner)) && is(at + 1, What::Number) {
            at += 2;
        } else {
            break;
        }
    }
    while is(at, What::Law) {
        at += 1;
    }
    Some(at)
}

/// Words of one reference whose numbers stand side by side: `Art. 15 17 20`.
const WORDS_MAX: usize = 12;

fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut rest = 0;
    for piece in text.split_whitespace() {
        let start = text.get(rest..).and_then(|behind| behind.find(piece)).map_or(rest, |at| rest + at);
        rest = start + piece.len();
        // `§34` and `Art.15` are written together.
        let mark = piece
            .find(|c: char| c.is_ascii_digit())
            .filter(|at| piece.get(..*at).is_some_and(|before| matches!(what(before), What::Mark | What::Inner)));
        let cuts = match mark {
            Some(cut) => vec![(0, cut), (cut, piece.len())],
            None => vec![(0, piece.len())],
        };
        for (from, to) in cuts {
            let part = piece.get(from..to).unwrap_or_default();
            // What is said of a word is said without the marks around it, and what stands between two ends a reference.
            let bare = part.trim_start_matches('(').trim_end_matches([',', ';', ':', '.']);
            let bare =
                if bare.matches('(').count() < bare.matches(')').count() { bare.trim_end_matches(')') } else { bare };
            let begin = start + from + (part.len() - part.trim_start_matches('(').len());
            words.push(Word { span: Span::new(begin, begin + bare.len()), what: what(bare) });
        }
    }
    words
}

fn what(word: &str) -> What {
    let lower = word.trim_end_matches('.').to_lowercase();
    if INNER.contains(&lower.as_str()) {
        What::Inner
    } else if MARKS.contains(&lower.as_str()) {
        What::Mark
    } else if LAWS.contains(&lower.as_str()) {
        What::Law
    } else if is_number(word) {
        What::Number
    } else {
        What::Other
    }
}

/// Tells whether a word is a number of a reference: short numbers, each with a letter behind it at most, and what stands in
/// brackets or behind full stops below it.
fn is_number(word: &str) -> bool {
    let parts: Vec<&str> = word.split(['(', ')', '.', '-']).filter(|part| !part.is_empty()).collect();
    let is_part = |part: &&str| {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        let letters = part.get(digits..).unwrap_or_default();
        digits <= DIGITS_MAX && letters.len() <= 1 && letters.bytes().all(|byte| byte.is_ascii_lowercase())
    };
    word.starts_with(|c: char| c.is_ascii_digit()) && (1..=4).contains(&parts.len()) && parts.iter().all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_words_of_closed_lists_and_short_numbers() {
        for (text, expected) in [
            ("GDPR Art. 15 request, ticket 4711", vec!["GDPR Art. 15"]),
            ("Auskunft nach Art. 15 Abs. 3 DSGVO", vec!["Art. 15 Abs. 3 DSGVO"]),
            ("Art. 6(1)(f) DSGVO", vec!["Art. 6(1)(f) DSGVO"]),
            ("by § 98a StPO, and §34 BDSG", vec!["§ 98a StPO", "§34 BDSG"]),
            ("Sec. 1798.105 CCPA; Recital 26", vec!["Sec. 1798.105 CCPA", "Recital 26"]),
            ("(GDPR Article 17)", vec!["GDPR Article 17"]),
            ("Art Garfunkel, GDPR", vec![]),
            ("Section 12345678", vec![]),
            ("§ 4539, § 5787, § 6362, § 1487", vec![]),
            ("No. 15, Art. Miller, lit 4", vec![]),
        ] {
            let found: Vec<&str> = references(text).into_iter().map(|span| span.of(text)).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
