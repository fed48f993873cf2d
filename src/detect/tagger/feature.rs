//! What a token and its neighbours say, as numbers that weights are kept for.

use super::lexicon::flag;
use super::token::{Class, Token};

/// Features of one token.
pub(crate) const FEATURES: usize = 45;
/// Two tokens before and after, and the token itself.
type Window<'a> = [&'a Token; 5];

/// Gives the tokens around a place.
fn window(tokens: &[Token], at: usize) -> Window<'_> {
    const BEYOND: &Token = &Token::BEYOND;
    let token = |place: Option<usize>| place.and_then(|place| tokens.get(place)).unwrap_or(BEYOND);
    [
        token(at.checked_sub(2)),
        token(at.checked_sub(1)),
        token(Some(at)),
        token(at.checked_add(1)),
        token(at.checked_add(2)),
    ]
}

/// Writes the features of the token at `at`.
///
/// A feature is 25 bits: 17 for the row its weights are kept in, 8 that tell it from others in that row, never 0.
pub(crate) fn features(tokens: &[Token], at: usize, out: &mut [u32; FEATURES]) {
    let [aa, a, t, b, bb] = window(tokens, at);
    let class = t.class as u64;
    let known = u64::from(t.entry.flags);
    let own = mix(known, class);
    let (ka, kb) = (kind(a), kind(b));
    let (kaa, kbb) = (kind(aa), kind(bb));
    let (ga, g, gb) = (brief(a), brief(t), brief(b));
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
    put(mix(mix(brief(aa), ga), g));
    put(mix(mix(g, gb), brief(bb)));
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

/// What work a token does in a sentence: its class of words, else what it looks like and is known as.
fn kind(token: &Token) -> u64 {
    match (token.entry.class, token.class) {
        (0, Class::Punctuation | Class::Newline | Class::Found | Class::Clitic) => 0x1000 + token.word % 0xFFFF,
        (0, _) => 0x100 + brief(token),
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
