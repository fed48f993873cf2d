//! Vietnamese, whose syllables look like names of other languages once their marks are gone.

use super::super::decode::Named;
use super::super::label::Type;
use super::super::lexicon::flag;
use super::super::token::{Class, Token};
use super::super::words::WordSet;
use super::token;

/// Takes away what is all in lower case in a line that is Vietnamese and has capitals, but for what begins with a family's
/// name or stands behind how somebody is addressed.
pub(in super::super) fn syllables(text: &str, tokens: &[Token], named: &mut Vec<Named>) {
    /// Lines from here on have words in lower case and others.
    const MIXED: u8 = 4;
    /// Tokens on each side that tell what language it is, and words of Vietnamese among them.
    const AROUND: usize = 12;
    const WORDS_MIN: usize = 3;
    /// Words of a name before the last.
    const NAME: usize = 3;
    let is_vietnamese = |word: &&Token| {
        word.class.is_word() && text.get(word.start..word.end).unwrap_or_default().chars().any(is_of_vietnamese)
    };
    let family =
        |word: &Token| FAMILIES.has(word) || SPELLED.contains(&text.get(word.start..word.end).unwrap_or_default());
    let mut floor = 0;
    for at in 0..named.len() {
        let ceiling = named.get(at + 1).map_or(tokens.len(), |next| next.first);
        let Some(one) = named.get_mut(at) else { break };
        let start = one.first;
        let here = |by: usize| token(tokens, start + by);
        let goes_on = MIDDLES.has(here(1)) && here(2).class == Class::Lower && !here(2).entry.has(flag::FUNCTION);
        // `Trần Minh Khôi`, of which the family was left
        let before = one.first.checked_sub(1).filter(|at| *at >= floor);
        if let Some(at) = before.filter(|at| one.of == Type::Person && token(tokens, *at).class.is_big()) {
            one.first -= usize::from(family(token(tokens, at)));
        }
        // `nguyen thi hoa`, of which only the family was found
        if one.end == start + 1 && one.end + 2 <= ceiling && FAMILIES.has(here(0)) && goes_on {
            one.end += 2;
        }
        floor = one.end;
    }
    // `cho chị nguyễn thị hoa vào sáng mai`, of which all was taken for an address
    for one in named.iter_mut().filter(|one| one.of == Type::Address) {
        let inside = tokens.get(one.first..one.end).unwrap_or_default();
        if inside.iter().all(|word| word.class == Class::Lower)
            && let Some(at) = inside.iter().position(family)
        {
            let first = one.first + at;
            *one = Named { first, end: one.end.min(first + NAME), of: Type::Person, ..*one };
        }
    }
    named.retain(|one| {
        let inside = tokens.get(one.first..one.end).unwrap_or_default();
        let first = token(tokens, one.first);
        let firm = one.of == Type::Organization;
        if firm || first.line.casing < MIXED || inside.iter().any(|word| word.class != Class::Lower) {
            return true;
        }
        let around = tokens
            .get(one.first.saturating_sub(AROUND)..one.end + AROUND)
            .or(tokens.get(one.first.saturating_sub(AROUND)..));
        // `chị monteiro`, of which all was found, too
        let address = tokens.get(one.first.saturating_sub(1)..one.end).unwrap_or_default();
        let addressed = address.iter().any(|word| ADDRESSES.has(word));
        // `chị nguyễn thị hoa`, of whom the rest was found
        let near = tokens.get(one.first.saturating_sub(NAME)..one.end).unwrap_or_default();
        let begins = SHORT.has(first) || one.first.checked_sub(1).is_some_and(|at| SHORT.has(token(tokens, at)));
        // `gặp john smith ở Hà Nội`: nothing of it is written as Vietnamese is
        let last = token(tokens, one.end.saturating_sub(1));
        let foreign = inside.len() > 1
            && !inside.iter().any(|word| text.get(word.start..word.end).is_none_or(|word| !word.is_ascii()))
            && first.entry.has(flag::FIRST)
            && last.entry.has(flag::FIRST | flag::LAST);
        let known = addressed || begins || foreign || near.iter().any(family);
        known || around.unwrap_or_default().iter().filter(is_vietnamese).take(WORDS_MIN).count() < WORDS_MIN
    });
}

/// A letter that only Vietnamese is written with: two marks, a hook or a horn. A dot alone Yoruba and Igbo have, too.
const fn is_of_vietnamese(letter: char) -> bool {
    let marked = matches!(letter, '\u{1EA2}'..='\u{1EB7}' | '\u{1EBE}'..='\u{1EC7}' | '\u{1ED0}'..='\u{1EE3}');
    marked || matches!(letter, '\u{1EE6}'..='\u{1EF1}' | '\u{1A1}' | '\u{1B0}')
}

/// Families of Vietnam.
static FAMILIES: WordSet<4> = WordSet::new("nguyen tran pham huynh");

/// Names between the family's and one's own.
static MIDDLES: WordSet<2> = WordSet::new("thi van");

/// Those that are other words with other marks (`đăng`), as they are spelled.
const SPELLED: [&str; 9] = ["hoàng", "phan", "đặng", "bùi", "ngô", "dương", "đinh", "trịnh", "trương"];

/// Those that are other words as often.
static SHORT: WordSet<16> = WordSet::new("vu vo do ho ly le mai hoang phan dang bui ngo duong dinh trinh truong");

/// How somebody is addressed.
static ADDRESSES: WordSet<9> = WordSet::new("anh chi ong ba co em chu bac ten");

#[cfg(test)]
mod tests {
    use super::super::rig::check_rule;
    use super::syllables;

    #[test]
    fn a_family_of_vietnam_has_names_behind_it() {
        check_rule("<p:nguyen> thi hoa late again", &["Person nguyen thi hoa"], syllables);
        check_rule("<p:nguyen> is late", &["Person nguyen"], syllables);
        // Of `Trần Minh Khôi` the family was left.
        check_rule("Nguyễn <p:Minh> đã gọi", &["Person Nguyễn Minh"], syllables);
        // All of it was taken for an address.
        check_rule("<A:lại cho chị nguyễn thị hoa vào sáng mai>", &["Person nguyễn thị hoa"], syllables);
    }
}
