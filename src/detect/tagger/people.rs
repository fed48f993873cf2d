//! Words of a person who was found, elsewhere in the record.

use super::fold::is_mark;
use super::handle::Handles;
use super::joined::Joined;
use super::letters::Letters;
use super::lexicon::{Entry, Lexicon};
use super::particle::{Particles, is_gap, is_inside, is_particle};
use super::sure::{Look, can_end, can_stand_alone, is_all, is_everyday, is_family, is_said, is_sure, vouches};
use super::token::{Class, Place, Token, Tokenizer};
use super::unspaced;
use crate::model::Span;
use std::collections::hash_map::Entry as Entries;
use std::collections::{HashMap, HashSet};

/// Words of persons, and pairs of them, that are kept sorted and in memory from record to record; the rare record that
/// names more has a table for the rest, which grows with it and goes back with it. None is left out.
const SORTED_MAX: usize = 4096;
/// Pairs of words beyond [`SORTED_MAX`] that are kept of one record: a name of eight words has 56.
const PAIRS_MAX: usize = 65_536;
/// Words of one name that are remembered as such.
const TOGETHER_MAX: usize = 8;

/// What says that a name is a person's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Witness {
    /// The words around it.
    Text,
    /// The name of its field.
    Field,
}

/// How much a word says by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    /// All that is known of a person is this word, by the words around it: in identifiers it means something else.
    Weak,
    /// It is a part of a whole name, or the value of a field of names.
    Strong,
}

/// Words of persons who were found in a record.
#[derive(Default)]
pub(crate) struct KnownWords {
    /// Sorted by word.
    words: Vec<(u64, Weight)>,
    /// Two words of one name, sorted; see [`together`] and [`in_order`].
    pairs: Vec<u64>,
    /// Words beyond [`SORTED_MAX`]. Hashed with keys of its own, so that no record can choose words that fall together.
    more: HashMap<u64, Weight>,
    /// Pairs beyond it.
    more_pairs: HashSet<u64>,
}

/// Hashes of names can be guessed, so they are not shown.
impl std::fmt::Debug for KnownWords {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KnownWords({})", self.len())
    }
}

impl KnownWords {
    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.words.clear();
        self.pairs.clear();
        if !self.more.is_empty() {
            self.more = HashMap::new();
        }
        if !self.more_pairs.is_empty() {
            self.more_pairs = HashSet::new();
        }
    }

    /// Tells whether no word is known.
    pub(crate) const fn is_empty(&self) -> bool {
        self.words.is_empty() && self.pairs.is_empty()
    }

    /// Gives the number of known words.
    pub(crate) fn len(&self) -> usize {
        self.words.len() + self.more.len()
    }

    /// Remembers the words of a person's name that can stand for the person: no titles, particles and initials, and of
    /// everyday words only those that are names, too, or stand beside one; a family also with its particles, its parts in one
    /// word, and what the name is in one word (`ajohnson`).
    ///
    /// Tells whether any of it was new.
    pub(crate) fn add(&mut self, name: &str, witness: Witness, lexicon: Lexicon<'_>) -> bool {
        let mut new = false;
        let mut tokenizer = Tokenizer::new(name, lexicon, &[]);
        let (mut own, mut count) = ([0; TOGETHER_MAX], 0);
        let (mut letters, mut handles) = (Letters::default(), Handles::default());
        let (mut particles, mut joined) = (Particles::default(), Joined::default());
        let family = is_family(name, witness == Witness::Field, lexicon);
        while let Some(token) = tokenizer.next() {
            letters.take(name, &token);
            // `devries`, no `toto` of `To-To`
            let parts = joined.take(name, &token).filter(|parts| !is_everyday(lexicon.get(*parts)));
            parts.into_iter().for_each(|parts| new |= self.remember(parts, Weight::Strong));
            let alone = can_stand_alone(name, &token)
                || (witness == Witness::Field && is_all(name, &token))
                || family == Some(token.start);
            let phrase = particles.families(name, &token).next().filter(|_| alone || can_end(name, &token));
            particles.take(name, &token);
            if !alone && phrase.is_none() {
                continue;
            }
            for other in own.iter().take(count) {
                new |= self.pair(together(*other, token.word), PAIRS_MAX);
                new |= self.pair(in_order(*other, token.word), PAIRS_MAX);
            }
            if let Some((_, words)) = phrase {
                // Nothing else tells of it.
                new |= self.pair(words, usize::MAX);
            }
            if !alone {
                continue;
            }
            if token.class != Class::Caseless {
                let word = name.get(token.start..token.end).unwrap_or_default();
                handles.take(word);
                let weight = if witness == Witness::Field || count > 0 { Weight::Strong } else { Weight::Weak };
                let owner = Handles::owner(word, token.entry, lexicon);
                owner.into_iter().for_each(|owner| new |= self.remember(owner, weight));
            }
            if let Some(slot) = own.get_mut(count) {
                *slot = token.word;
                count += 1;
            } else {
                new |= self.remember(token.word, Weight::Strong);
            }
        }
        let weight = if count > 1 || witness == Witness::Field { Weight::Strong } else { Weight::Weak };
        own.iter().take(count).for_each(|word| new |= self.remember(*word, weight));
        // `U.S.` is no Ursula Schmidt.
        let letters = letters.all().into_iter().flatten().filter(|letters| lexicon.get(*letters) == Entry::NONE);
        letters.for_each(|letters| new |= self.remember(letters, Weight::Strong));
        handles.all(lexicon).for_each(|handle| new |= self.remember(handle, Weight::Strong));
        new
    }

    /// Tells whether the word was not known, or not as well.
    fn remember(&mut self, word: u64, weight: Weight) -> bool {
        let raise = |own: &mut Weight| weight > std::mem::replace(own, weight.max(*own));
        match self.words.binary_search_by_key(&word, |(known, _)| *known) {
            Ok(place) => self.words.get_mut(place).is_some_and(|(_, own)| raise(own)),
            Err(place) if self.words.len() < SORTED_MAX => {
                self.words.insert(place, (word, weight));
                true
            }
            Err(_) => match self.more.entry(word) {
                Entries::Occupied(mut known) => raise(known.get_mut()),
                Entries::Vacant(free) => {
                    free.insert(weight);
                    true
                }
            },
        }
    }

    /// Tells whether the pair was not known; where `most` are beyond the sorted ones, it is not kept: the words of who is not among
    /// them are hidden one by one.
    fn pair(&mut self, pair: u64, most: usize) -> bool {
        match self.pairs.binary_search(&pair) {
            Ok(_) => false,
            Err(place) if self.pairs.len() < SORTED_MAX => {
                self.pairs.insert(place, pair);
                true
            }
            Err(_) => self.more_pairs.len() < most && self.more_pairs.insert(pair),
        }
    }

    fn is_pair(&self, pair: u64) -> bool {
        self.pairs.binary_search(&pair).is_ok() || (!self.more_pairs.is_empty() && self.more_pairs.contains(&pair))
    }

    /// Tells whether a word is one of a known person's.
    pub(super) fn knows(&self, word: u64) -> bool {
        self.weight(word).is_some()
    }

    fn weight(&self, word: u64) -> Option<Weight> {
        match self.words.binary_search_by_key(&word, |(known, _)| *known) {
            Ok(place) => self.words.get(place).map(|(_, weight)| *weight),
            Err(_) if self.more.is_empty() => None,
            Err(_) => self.more.get(&word).copied(),
        }
    }

    /// Finds the remembered words in a text: whole words, everyday words only where they are written as names.
    ///
    /// Words that stand together are one span; over a comma (`Lovelace, Ada`) only those of one name. Addresses of the web
    /// and of mail are read, too.
    pub(crate) fn find(&self, text: &str, lexicon: Lexicon<'_>, mut found: impl FnMut(Span)) {
        let mut tokenizer = Tokenizer::new(text, lexicon, &[]);
        // Asked once: a text may be mostly blanks, and each of its known words asks.
        let look = Look { text, written: text.trim().len(), mixed: text.chars().any(char::is_lowercase) };
        let mut row = Row::default();
        let mut initials = None;
        while let Some(token) = tokenizer.next() {
            let ahead = initials.take();
            if is_initial(look, &token) {
                initials = Some(go_on(look, ahead, &token));
            }
            if token.class == Class::Found {
                row.end(&mut found);
                self.find_in_address(look, &token, lexicon, &mut found);
                continue;
            }
            if token.class == Class::Alphanumeric {
                // `siobhan_2`, `Siobhan_Gallagher`, `gallagher_cv`, `Mary_O'Brien`
                row.end(&mut found);
                let end = token.end + apostrophe(text, token.end);
                self.find_in_address(look, &Token { end, ..token }, lexicon, &mut found);
                continue;
            }
            if token.class == Class::Caseless && self.weight(token.word).is_none() {
                row.end(&mut found);
                let word = text.get(token.start..token.end).unwrap_or_default();
                unspaced::find(word, token.start, |word| self.weight(word).is_some(), &mut found);
                continue;
            }
            let was = row.open.map(|open| open.span.start);
            self.step(look, &mut row, &token, &mut found);
            // `J.K. Rowling`
            if let (Some(open), Some(ahead)) = (&mut row.open, ahead)
                && was != Some(open.span.start)
                && look.text.get(ahead.end..open.span.start).is_some_and(|between| matches!(between, "" | " "))
            {
                open.span.start = ahead.start;
            }
        }
        row.end(&mut found);
    }

    /// Goes on by a token with a row of known words.
    fn step(&self, look: Look<'_>, row: &mut Row, token: &Token, found: &mut impl FnMut(Span)) {
        let family = row.particles.families(look.text, token).find(|(_, words)| self.is_pair(*words));
        row.particles.take(look.text, token);
        row.open = match (row.open.take(), family) {
            (Some(open), Some((start, _))) if self.is_before(look.text, &open, start, token) => {
                Some(Open { span: Span::new(open.span.start, token.end), ..Open::family(start, token) })
            }
            (before, Some((start, _))) => {
                before.and_then(Open::finished).into_iter().for_each(found);
                Some(Open::family(start, token))
            }
            (open, None) => self.step_by_word(look, open, token, found),
        };
    }

    /// Tells whether a family with its particles goes on with a row of known words: `jan de boer`, not the `sue` of `please
    /// sue de Boer`, who is another.
    fn is_before(&self, text: &str, open: &Open, start: usize, family: &Token) -> bool {
        let other = open.said && family.class.is_big();
        is_gap(text, open.span.end, start) && (!other || self.is_pair(in_order(open.last, family.word)))
    }

    /// Goes on by a token that ends no family with its particles.
    fn step_by_word(
        &self,
        look: Look<'_>,
        open: Option<Open>,
        token: &Token,
        found: &mut impl FnMut(Span),
    ) -> Option<Open> {
        let weight = if token.class.is_word() { self.weight(token.word) } else { None };
        // `k.a.` is no name's letters, and `e.g.` neither.
        let small = token.class == Class::Lower && token.tail & 0xFF == u32::from(b'.');
        let known = weight.is_some_and(|weight| weight == Weight::Strong || !look.is_in_code(token))
            && !small
            && !(is_everyday(token.entry) && look.is_label(token));
        // `please chase Chase`, `sue Sue`: what is said beside a name is no part of it.
        let said = is_said(token);
        match (open, known) {
            (Some(open), true)
                if ((said && open.big) || (open.said && token.class.is_big()))
                    // `rose Lane` of Rose Lane
                    && !self.is_pair(in_order(open.last, token.word))
                    && self.joins(look.text, &open, token) =>
            {
                if said {
                    let apart = look.text.get(open.span.end..token.start) == Some(", ");
                    open.vouched().finished().into_iter().for_each(found);
                    // `Hope, grace hope`
                    return apart.then(|| Open::new(look, token));
                }
                Some(Open::new(look, token).vouched())
            }
            (Some(open), true) if self.joins(look.text, &open, token) => Some(open.with(look, token)),
            (Some(open), false) if is_inside(token) || token.is(b',') || is_particle(token) => Some(open),
            (before, known) => {
                before.and_then(Open::finished).into_iter().for_each(found);
                known.then(|| Open::new(look, token))
            }
        }
    }

    /// Finds the words in an address of the web or of mail, cut at everything that is no letter.
    fn find_in_address(&self, look: Look<'_>, address: &Token, lexicon: Lexicon<'_>, found: &mut impl FnMut(Span)) {
        let inside = look.text.get(address.start..address.end).unwrap_or_default();
        let mut row = Row::default();
        let mut at = 0;
        // `O'Brien_CV.pdf`
        let apart = |c: char| !c.is_alphabetic() && !is_mark(c);
        for part in inside.split_inclusive(|c: char| apart(c) && !matches!(c, '\'' | '\u{2019}')) {
            let letters = part.trim_start_matches(apart);
            let before = part.len() - letters.len();
            if let Some(token) = Tokenizer::new(letters.trim_end_matches(apart), lexicon, &[]).next() {
                let by = address.start + at + before;
                let token = Token { start: token.start + by, end: token.end + by, place: Place::Inside, ..token };
                self.step(look, &mut row, &token, found);
            }
            at += part.len();
        }
        row.end(found);
    }

    /// Tells whether a known word goes on with the one before: a space, a hyphen or, in one name, a comma or what addresses have
    /// stands between.
    fn joins(&self, text: &str, open: &Open, token: &Token) -> bool {
        let between = text.get(open.span.end..token.start).unwrap_or_default();
        match between {
            " " | "-" | "\u{2010}" | "\u{2011}" | "\u{a0}" => true,
            // `rose_castle.pdf`
            ", " => open.words <= 1 && self.is_pair(together(open.last, token.word)),
            "_" | "." | "+" => self.is_pair(together(open.last, token.word)),
            _ => false,
        }
    }
}

/// `J.`, `J.K.`; not the `V.` of `i. V.`.
fn is_initial(look: Look<'_>, token: &Token) -> bool {
    let before = look.text.get(..token.start).unwrap_or_default().trim_end_matches(' ');
    let mut ends = before.chars().rev();
    if ends.next() == Some('.')
        && ends.next().is_some_and(char::is_lowercase)
        && ends.next().is_none_or(|c| !c.is_alphanumeric())
    {
        return false;
    }
    token.class == Class::Initial && look.text.get(token.start..token.end).is_some_and(|word| word.ends_with('.'))
}

/// Gives how many bytes from a place on are an apostrophe and the letters behind it.
fn apostrophe(text: &str, from: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    let letters = rest.trim_start_matches(['\'', '\u{2019}']);
    let end = letters.find(|c: char| !c.is_alphabetic() && !is_mark(c)).unwrap_or(letters.len());
    if letters.len() < rest.len() && end > 0 { rest.len() - letters.len() + end } else { 0 }
}

/// Goes on by an initial with those right before it.
fn go_on(look: Look<'_>, before: Option<Span>, token: &Token) -> Span {
    let near =
        before.filter(|before| look.text.get(before.end..token.start).is_some_and(|gap| matches!(gap, "" | " ")));
    Span::new(near.map_or(token.start, |before| before.start), token.end)
}

/// Gives one number for two words, whichever comes first.
const fn together(a: u64, b: u64) -> u64 {
    a.wrapping_add(b).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (a ^ b)
}

/// Gives one number for two words in the order in which they stand in a name.
pub(super) const fn in_order(a: u64, b: u64) -> u64 {
    a.rotate_left(17).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ b
}

/// What was read of a text up to a token.
#[derive(Debug, Default)]
struct Row {
    open: Option<Open>,
    /// Those right before the token.
    particles: Particles,
}

impl Row {
    /// Ends the row of known words.
    fn end(&mut self, found: impl FnMut(Span)) {
        self.open.take().and_then(Open::finished).into_iter().for_each(found);
    }
}

/// A row of known words.
#[derive(Debug, Clone, Copy)]
struct Open {
    span: Span,
    /// One of the words is enough by itself.
    sure: bool,
    words: usize,
    /// The last word.
    last: u64,
    /// All of it is everyday words in lower case.
    said: bool,
    /// The last word has a capital.
    big: bool,
}

impl Open {
    fn new(look: Look<'_>, token: &Token) -> Self {
        let (sure, words) = (is_sure(look, token), usize::from(vouches(look, token)));
        Self {
            span: Span::new(token.start, token.end),
            sure,
            words,
            last: token.word,
            said: is_said(token),
            big: token.class.is_big(),
        }
    }

    /// A family with its particles, which vouch for it: nobody says `de boer` of a peasant beside one of that name.
    const fn family(start: usize, token: &Token) -> Self {
        let span = Span::new(start, token.end);
        Self { span, sure: true, words: 1, last: token.word, said: false, big: token.class.is_big() }
    }

    /// Takes a known word beside it for what vouches for it.
    fn vouched(self) -> Self {
        Self { words: self.words + 1, ..self }
    }

    fn with(self, look: Look<'_>, token: &Token) -> Self {
        let sure = self.sure || is_sure(look, token);
        let words = self.words + usize::from(vouches(look, token));
        Self {
            span: Span::new(self.span.start, token.end),
            sure,
            words,
            last: token.word,
            said: self.said && is_said(token),
            big: token.class.is_big(),
        }
    }

    /// Gives the span where it counts: two known words side by side vouch for each other.
    fn finished(self) -> Option<Span> {
        (self.sure || self.words > 1).then_some(self.span)
    }
}

#[cfg(test)]
mod tests;
