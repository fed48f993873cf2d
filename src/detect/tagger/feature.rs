//! What a token and its neighbours say, as numbers that weights are kept for.

use super::lexicon::flag;
use super::token::{Class, Token};

/// Features of one token.
pub(crate) const FEATURES: usize = 45;

/// A token, the two before and the two behind, and what is told of each in few words: the window is moved from token to
/// token, so that each is looked at once.
#[derive(Debug)]
pub(crate) struct Window<'a>([Seen<'a>; 5]);

#[derive(Debug, Clone, Copy)]
struct Seen<'a> {
    token: &'a Token,
    brief: u64,
    kind: u64,
}

impl<'a> Seen<'a> {
    fn of(token: &'a Token) -> Self {
        let brief = brief(token);
        Self { token, brief, kind: kind(token, brief) }
    }
}

impl<'a> Window<'a> {
    /// Gives the tokens around a place.
    pub(crate) fn at(tokens: &'a [Token], at: usize) -> Self {
        let token =
            |place: Option<usize>| place.and_then(|place| tokens.get(place)).unwrap_or(const { &Token::BEYOND });
        let places = [at.checked_sub(2), at.checked_sub(1), Some(at), at.checked_add(1), at.checked_add(2)];
        Self(places.map(|place| Seen::of(token(place))))
    }

    /// Moves on by one token; `next` is the one that comes in, if there is one.
    pub(super) fn slide(&mut self, next: Option<&'a Token>) {
        let [_, aa, a, t, b] = self.0;
        self.0 = [aa, a, t, b, Seen::of(next.unwrap_or(const { &Token::BEYOND }))];
    }

    /// Writes the features of the token in the middle.
    ///
    /// A feature is 25 bits: 17 for the row its weights are kept in, 8 that tell it from others in that row, never 0.
    pub(crate) fn features(&self, out: &mut [u32; FEATURES]) {
        let [Seen { token: aa, brief: gaa, kind: kaa }, Seen { token: a, brief: ga, kind: ka }, own, b, bb] = self.0;
        let Seen { token: t, brief: g, .. } = own;
        let Seen { token: b, brief: gb, kind: kb } = b;
        let Seen { token: bb, brief: gbb, kind: kbb } = bb;
        let class = t.class as u64;
        let known = u64::from(t.entry.flags);
        let own = mix(known, class);
        let place = t.place as u64;
        let line = t.line;
        let casing = u64::from(line.casing);
        let mut at = 0_u64;
        let mut slots = out.iter_mut();
        let mut put = |value: u64| {
            at += 1;
            if let Some(slot) = slots.next() {
                *slot = id(value, at);
            }
        };
        // The word itself.
        put(t.word);
        put(mix(t.word, class));
        put(mix(a.word, t.word));
        put(mix(t.word, b.word));
        put(mix(u64::from(t.head >> 8), class));
        put(mix(u64::from(t.head), class));
        put(mix(u64::from(t.tail & 0xFFFF), class));
        put(mix(u64::from(t.tail & 0xFF_FFFF), class));
        put(mix(u64::from(t.tail), class));
        put(mix(u64::from(t.tail & 0xFF_FFFF), own));
        // Its neighbours.
        put(mix(a.word, class));
        put(mix(b.word, class));
        put(mix(aa.word, class));
        put(mix(bb.word, class));
        put(mix(mix(aa.word, a.word), class));
        put(mix(mix(b.word, bb.word), class));
        put(mix(mix(a.word, b.word), class));
        put(mix(a.word, own));
        put(mix(b.word, own));
        // Shapes.
        put(mix(u64::from(t.shape), place));
        put(mix(u64::from(a.shape), u64::from(t.shape)));
        put(mix(u64::from(t.shape), u64::from(b.shape)));
        put(mix(mix(u64::from(a.shape), u64::from(t.shape)), u64::from(b.shape)));
        put((aa.class as u64) << 16 | (a.class as u64) << 12 | class << 8 | (b.class as u64) << 4 | bb.class as u64);
        // What is known of the words.
        put(own);
        put(mix(ga, own));
        put(mix(own, gb));
        put(mix(mix(ga, g), gb));
        put(mix(mix(gaa, ga), g));
        put(mix(mix(g, gb), gbb));
        put(mix(u64::from(t.entry.class), own));
        // What work the neighbours do.
        put(mix(ka, own));
        put(mix(kb, own));
        put(mix(mix(kaa, ka), g));
        put(mix(mix(kb, kbb), g));
        put(mix(mix(ka, g), kb));
        put(mix(kaa, own));
        put(mix(kbb, own));
        // Where it stands.
        put(mix(place, own));
        put(mix(casing, own));
        put(mix(mix(casing, place), mix(ga, g)));
        put(mix(u64::from(line.label), own));
        put(mix(u64::from(line.above), mix(place, own)));
        put(mix(mix(u64::from(line.length), place), own));
        put(1);
        debug_assert_eq!(at, FEATURES as u64, "each slot has its feature");
    }
}

/// What work a token does in a sentence: its class of words, else what it looks like and is known as.
fn kind(token: &Token, brief: u64) -> u64 {
    match (token.entry.class, token.class) {
        (0, Class::Punctuation | Class::Newline | Class::Found | Class::Clitic) => 0x1000 + token.word % 0xFFFF,
        (0, _) => 0x100 + brief,
        (class, _) => u64::from(class) + if token.class.is_big() { 0x80 } else { 0 },
    }
}

/// What a token looks like and is known as, in few words.
fn brief(token: &Token) -> u64 {
    let entry = token.entry;
    let bit = |flags: u16, place: u32| u64::from(entry.has(flags)) << place;
    (token.class as u64)
        | bit(flag::FIRST, 4)
        | bit(flag::LAST, 5)
        | bit(flag::CITY | flag::REGION, 6)
        | bit(flag::STREET, 7)
        | bit(flag::COMPANY | flag::ORGANISATION, 8)
        | bit(flag::COMMON, 9)
        | bit(flag::TITLE, 10)
        | bit(flag::FUNCTION | flag::PARTICLE, 11)
        | bit(flag::NATION, 12)
        | bit(flag::THING, 13)
}

const fn mix(a: u64, b: u64) -> u64 {
    let x = (a ^ b.rotate_left(32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    x ^ x >> 29
}

fn id(value: u64, template: u64) -> u32 {
    let x = (value ^ template.wrapping_mul(0xA24B_AED4_963E_E407)).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    let x = x ^ x >> 32;
    let id = u32::try_from(x.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 39).unwrap_or_default();
    if id & 0xFF == 0 { id | 1 } else { id }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::tagger::builtin;
    use crate::detect::tagger::token::Tokenizer;

    #[test]
    fn a_window_that_is_moved_shows_what_one_at_the_place_does() {
        let text = "Dear Mrs. van Dyke, 12 High Street is sold.\nRegards, Ada";
        let mut tokenizer = Tokenizer::new(text, builtin().lexicon(), &[]);
        let tokens: Vec<Token> = std::iter::from_fn(|| tokenizer.next()).collect();
        let mut window = Window::at(&tokens, 0);
        let mut seen = Vec::new();
        for at in 0..tokens.len() {
            let (mut moved, mut there) = ([0; FEATURES], [0; FEATURES]);
            window.features(&mut moved);
            Window::at(&tokens, at).features(&mut there);
            assert_eq!(moved, there, "{at}");
            seen.push(moved);
            window.slide(tokens.get(at + 3));
        }
        assert!(seen.len() > 12 && seen.windows(2).all(|pair| pair[0] != pair[1]));
    }
}
