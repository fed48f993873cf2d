//! References to laws, as reasons give them: `GDPR Art. 15`, `§ 34 BDSG`, `Recital 26`.
//!
//! `Art` and the short names of laws look like names of people. A reference is words of two closed lists and short numbers
//! alone, and those of all references of a reason have few digits together, so none of it can be personal data.

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
    "cfr", "eu", "uk", "ec", "eec", "eg", "ewg", "ce", "ue",
];
/// Acts of the European Union that reasons name by their numbers, without what may stand behind them (`/EU`, `/EC`). They are
/// known, so their digits are nobody's.
const ACTS: &[&str] = &[
    "2016/679",
    "2016/680",
    "2018/1725",
    "2002/58",
    "95/46",
    "2022/2555",
    "2022/2554",
    "2024/1689",
    "910/2014",
    "2023/2854",
    "2022/868",
    "2022/2065",
    "2022/1925",
    "2018/1807",
    "2015/2366",
    "2015/849",
    "2024/1624",
    "2019/1937",
    "2017/745",
    "536/2014",
    "2025/327",
];
/// Words that such a number follows, in lower case.
const KINDS_OF_ACTS: &[&str] = &[
    "regulation",
    "directive",
    "verordnung",
    "richtlinie",
    "règlement",
    "reglement",
    "reglamento",
    "regolamento",
    "regulamento",
    "verordening",
    "richtlijn",
    "directiva",
    "direttiva",
    "diretiva",
];
/// Digits of one number of a reference.
const DIGITS_MAX: usize = 4;
/// Digits of all references of a reason together, and of the numbers beside them: with what else a reason may keep they are too
/// few for a card or an account.
const TOGETHER_MAX: usize = 6;
/// Digits of a number of a section with one full stop in it, as in `Sec. 1798.105`. One of them counts as a number without.
const DOTTED_MAX: usize = 7;
/// How many numbers without a word in front all references of a reason may have: `Art. 15, 16`.
const BARE_MAX: usize = 1;

/// A reference to a law, or what looks like one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reference {
    pub span: Span,
    pub digits: Digits,
}

/// Whether a reference may stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Digits {
    Few,
    /// With those of the references before it and of the numbers beside it they may be more than a law has.
    Many,
}

/// Gives where references to laws stand, in order.
pub(super) fn references(text: &str) -> Vec<Reference> {
    let words = words(text);
    let mut found = Vec::new();
    let (mut left, mut bare, mut sections) = (TOGETHER_MAX, BARE_MAX, 1);
    let mut at = 0;
    while at < words.len() {
        let Some(end) = reference(&words, at, bare) else {
            at += 1;
            continue;
        };
        let own = words.get(at..end).unwrap_or_default();
        let (Some(first), Some(last)) = (own.first(), own.last()) else { break };
        let span = Span::new(first.span.start, last.span.end);
        let acts = own.iter().filter(|word| word.what == What::Act).map(|word| digits(word.span.of(text))).sum();
        let mut count = digits(span.of(text)).saturating_sub(acts) + beside(text, span);
        for two in own.windows(2) {
            match two {
                [mark, number] if sections > 0 && is_section(mark.span.of(text)) && is_dotted(number.span.of(text)) => {
                    sections = 0;
                    count = count.saturating_sub(digits(number.span.of(text))) + DIGITS_MAX;
                }
                [one, other] if one.what == What::Number && other.what == What::Number => {
                    bare = bare.saturating_sub(1);
                }
                _ => {}
            }
        }
        let rest = left.checked_sub(count);
        left = rest.unwrap_or(left);
        found.push(Reference { span, digits: rest.map_or(Digits::Many, |_| Digits::Few) });
        at = end;
    }
    found
}

/// Counts the digits before and behind a reference that no word keeps apart from it.
fn beside(text: &str, span: Span) -> usize {
    let numeric = |c: &char| c.is_numeric();
    let before = text.get(..span.start).unwrap_or_default().chars().rev();
    let behind = text.get(span.end..).unwrap_or_default().chars();
    let before = match span.of(text).chars().next() {
        Some(first) if first.is_alphabetic() => 0,
        Some(_) | None => before.take_while(|c| !c.is_alphabetic()).filter(numeric).count(),
    };
    let behind = match span.of(text).chars().next_back() {
        Some(last) if last.is_alphabetic() => 0,
        Some(_) | None => behind.take_while(|c| !c.is_alphabetic()).filter(numeric).count(),
    };
    before + behind
}

/// Tells whether a word stands before numbers of sections.
fn is_section(word: &str) -> bool {
    ["§", "§§", "sec", "sect", "section", "sections"].contains(&word.trim_end_matches('.').to_lowercase().as_str())
}

/// Tells whether a number is one of a section with a full stop in it, brackets behind it or not.
fn is_dotted(number: &str) -> bool {
    let bare = number.split('(').next().unwrap_or_default();
    let (Some((title, section)), true) = (bare.split_once('.'), digits(number) <= DOTTED_MAX) else { return false };
    [title, section].iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

fn digits(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
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
    /// `Regulation`, which the number of an act follows.
    KindOfAct,
    /// `2016/679`.
    Act,
    Other,
}

#[derive(Debug, Clone, Copy)]
struct Word {
    span: Span,
    what: What,
}

/// Gives the end, in words, of a reference that begins at a word, and has so many numbers at most without a word in front.
fn reference(words: &[Word], from: usize, mut bare: usize) -> Option<usize> {
    let is = |at: usize, what: What| words.get(at).is_some_and(|word| word.what == what);
    let mut at = from;
    if is(at, What::KindOfAct) {
        at += 1;
        while is(at, What::Law) || is(at, What::Inner) {
            at += 1;
        }
        return is(at, What::Act).then_some(at + 1);
    }
    while is(at, What::Law) {
        at += 1;
    }
    if !is(at, What::Mark) || !is(at + 1, What::Number) {
        return None;
    }
    at += 2;
    loop {
        if is(at, What::Number) && bare > 0 {
            bare -= 1;
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
    let number = ["/eu", "/ec", "/eec", "/eg", "/ce", "/ue"].iter().find_map(|end| lower.strip_suffix(end));
    if ACTS.contains(&number.unwrap_or(&lower)) {
        What::Act
    } else if KINDS_OF_ACTS.contains(&lower.as_str()) {
        What::KindOfAct
    } else if INNER.contains(&lower.as_str()) {
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
            ("Art. 15, 16 and Art. 17, 18", vec!["Art. 15, 16"]),
            ("45 CFR § 164.512(f), Art. 15", vec!["CFR § 164.512(f), Art. 15"]),
            ("Sec. 1798.105, Sec. 1798.110", vec![]),
            ("Sec. 1798.105 CCPA, Sec. 1798.110 CCPA", vec!["Sec. 1798.105 CCPA"]),
            ("Sec. 4539.5787", vec![]),
            ("call Art. 555 1234", vec![]),
            ("§ 4539 578 GDPR § 5787 636 EU § 2148 719", vec![]),
            ("Art. 4539, then Art. 57, then Art. 8", vec!["Art. 4539", "Art. 57"]),
            ("4539 57 § 1, GDPR", vec![]),
            ("§ 1 4539 57", vec![]),
            ("GDPR Art. 15, 4711", vec!["GDPR Art. 15, 4711"]),
            ("No. 15, Art. Miller, lit 4", vec![]),
        ] {
            let few = references(text).into_iter().filter(|reference| reference.digits == Digits::Few);
            let found: Vec<&str> = few.map(|reference| reference.span.of(text)).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
