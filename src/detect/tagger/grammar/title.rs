//! Whom titles stand before: `Mrs. van Jaarsveld`, `dona Lindalva`.

use super::super::decode::Named;
use super::super::label::Type;
use super::super::lexicon::flag;
use super::super::token::{Class, Place, Token};
use super::{add, token};

/// Words of a name behind a title.
const WORDS_MAX: usize = 3;
/// Bytes of a name in capitals; shorter ones are abbreviations.
const UPPER_MIN: usize = 4;
/// Particles between a title and a name.
const PARTICLES_MAX: usize = 2;

/// Takes for a person what was taken for a place or firm behind a title, and what is written as a name there.
pub(super) fn titles(tokens: &[Token], named: &mut Vec<Named>) {
    for at in 0..tokens.len() {
        let title = token(tokens, at);
        if !is_title(title) {
            continue;
        }
        let first = at + 1 + usize::from(token(tokens, at + 1).is(b'.'));
        if matches!(token(tokens, first).place, Place::Line | Place::Sentence) {
            // `She is his Frau. Grün ist`: a full stop that ends a sentence, not an abbreviation.
            continue;
        }
        let behind = tokens.get(first..).unwrap_or_default();
        let particles = behind.iter().take(PARTICLES_MAX).take_while(|one| is_particle(one)).count();
        let name = first + particles;
        let place = named.partition_point(|one| one.end <= first);
        match named.get_mut(place) {
            Some(one) if one.first <= name => {
                let words = tokens.get(one.first..one.end).unwrap_or_default();
                let other = flag::STREET | flag::COMPANY | flag::ORGANISATION;
                let named_so = words.iter().all(|word| word.class.is_word() || word.is(b'-'));
                let fits = named_so && words.len() <= WORDS_MAX && !words.iter().any(|word| word.entry.has(other));
                if matches!(one.of, Type::Location | Type::Organization) && fits && one.first >= first {
                    (one.of, one.first) = (Type::Person, first);
                }
            }
            _ if is_name(token(tokens, name)) && title.class != Class::Upper => {
                add(named, Type::Person, first, name + 1);
            }
            _ => {}
        }
    }
}

/// A title that stands before nothing but a person's name.
fn is_title(token: &Token) -> bool {
    // The last four letters are enough beside the flag.
    const TITLES: [&[u8; 4]; 20] = [
        b"\0\0mr", b"\0mrs", b"\0\0ms", b"miss", b"frau", b"herr", b"\0mme", b"mlle", b"ieur", b"\0sra", b"srta",
        b"enor", b"nora", b"nhor", b"hora", b"dona", b"gnor", b"mevr", b"rouw", b"neer",
    ];
    // `I miss Lisbon`, `in 12 ms Frankfurt answered`.
    const WORDS: [&[u8; 4]; 2] = [b"\0\0ms", b"miss"];
    let is = |title: &&[u8; 4]| u32::from_be_bytes(**title) == token.tail;
    token.entry.has(flag::TITLE)
        && token.class.is_word()
        && TITLES.iter().any(is)
        && (token.class == Class::Capital || !WORDS.iter().any(is))
}

fn is_particle(token: &Token) -> bool {
    token.class.is_word() && token.entry.has(flag::PARTICLE)
}

/// A word that is written as a name: no everyday one, or one that families have too (`Long`, `Klein`); in capitals
/// also behind a title that is not (`Monsieur DUPONT`).
fn is_name(token: &Token) -> bool {
    let written = match token.class {
        Class::Capital | Class::Mixed => true,
        Class::Upper => token.end - token.start >= UPPER_MIN,
        _ => false,
    };
    let other = flag::FUNCTION | flag::THING | flag::COMPANY | flag::ORGANISATION | flag::TITLE;
    written && !token.entry.has(other) && (!token.entry.has(flag::COMMON) || token.entry.has(flag::FIRST | flag::LAST))
}
