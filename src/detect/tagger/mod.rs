//! The tagger: names, places, addresses and organisations in free text.
//!
//! A linear-chain conditional random field over hashed features, trained by the project's own command (see
//! `docs/tagger.md`) and decoded in integers, so that the same text gives the same findings on every machine.
//!
//! How a text is read:
//!
//! 1. It becomes tokens (`token`); what patterns found is one token each and is never split.
//! 2. Tokens become segments of at most 512 (`segment`): memory is bounded, however long the text.
//! 3. Everyday words are passed over (`gate`); what may be part of a name gets features (`feature`), the features get
//!    weights (`model`), and the best row of labels is chosen (`decode`).
//! 4. Rules of form put parts together (`grammar`): an address goes on to its country, `van` joins two names; in quoted lines
//!    of mail they read what was quoted (`quoted`).
//!
//! Addresses in Han and Hangul are read by their letters (`east`). Which values are free text, `trigger` says; where a person who was found is meant again, `people` (in scripts without
//! spaces, `unspaced`).
//!
//! Nothing is allocated for a token: the scratch keeps its memory.

mod beside;
mod decode;
mod east;
pub(crate) mod feature;
pub(crate) mod fold;
pub(crate) mod gate;
mod grammar;
mod handle;
mod hash;
mod israel;
mod joined;
pub(crate) mod label;
mod letters;
pub(crate) mod lexicon;
mod logged;
mod markup;
mod memo;
pub(crate) mod model;
mod owner;
mod particle;
mod people;
mod probability;
mod quoted;
mod reference;
pub(crate) mod segment;
mod sure;
pub(crate) mod token;
mod trigger;
mod unspaced;
mod whole;
mod words;
mod writer;

use crate::model::Span;

pub(crate) use beside::widened;
pub(crate) use decode::By;
pub(crate) use israel::is_code as is_code_of_israel;
pub(crate) use label::Type;
pub(crate) use people::KnownWords;
pub use people::Witness;
pub(crate) use sure::{is_a_word, may_be_a_word};
pub(crate) use trigger::Everyday;
pub(crate) use whole::Called;

use decode::{DecodeScratch, Named};
use gate::Gate;
use grammar::Ending;
use lexicon::Lexicon;
use memo::Memo;
use model::Model;
use quoted::Quoted;
use segment::Segment;
use token::{Class, Token, Tokenizer};

/// Gives the tagger whose model is in the binary.
#[cfg(test)]
pub(crate) fn builtin() -> &'static Tagger<'static> {
    super::builtin::tagger()
}

/// How readily the tagger finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Sensitivity {
    /// Finds what is likely.
    #[default]
    Balanced,
    /// Finds more, and more that is none.
    High,
}

/// What kind of thing a pattern found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Kind {
    /// An e-mail or network address, link, key: what machines read.
    Machine,
    /// A date or time.
    Date,
    /// A phone number.
    Phone,
    /// A number of a person, account or thing.
    Code,
}

/// A finding that is one token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Taken {
    /// Where; not empty.
    pub(crate) span: Span,
    pub(crate) kind: Kind,
    pub(crate) hold: Hold,
}

/// Whether what a pattern found can be part of a name or address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hold {
    /// It can, as a postal code is part of an address.
    Joins,
    /// It is something of its own: no name and no address goes over it.
    Parts,
}

/// What the tagger found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tag {
    pub(crate) span: Span,
    pub(crate) of: Type,
    /// How probable it is, in thousandths, at the sensitivity asked for.
    pub(crate) probability: u16,
    pub(crate) by: By,
}

/// Memory that tagging reuses.
#[derive(Debug, Default)]
pub(crate) struct TagScratch {
    memo: Memo,
    segment: Segment,
    gate: Gate,
    decode: DecodeScratch,
    named: Vec<Named>,
    quoted: Quoted,
    /// Tokens that were read, and of those the ones that got scores: what a text costs.
    steps: (u64, u64),
}

/// The tagger.
#[derive(Debug)]
pub(crate) struct Tagger<'a> {
    model: Model<'a>,
}

impl<'a> Tagger<'a> {
    /// Reads a tagger from the bytes of a model; none where they are not one.
    pub(crate) fn read(model: &'a [u8]) -> Option<Self> {
        Model::read(model).map(|model| Self { model })
    }

    /// Gives what is known of words.
    pub(crate) const fn lexicon(&self) -> Lexicon<'a> {
        self.model.lexicon
    }

    /// Tells whether a value is free text.
    pub(crate) fn is_free_text(&self, text: &str) -> bool {
        trigger::is_free_text(text, self.model.lexicon)
    }

    /// Tells whether a value may be what somebody wrote, where its field is called so: a word or two are enough.
    pub(crate) fn is_note(&self, text: &str) -> bool {
        trigger::is_note(text, self.model.lexicon)
    }

    /// Tells whether a word of a text is known as a given name and no everyday word, or each as some name.
    pub(crate) fn has_name(&self, text: &str) -> bool {
        trigger::has_name(text, self.model.lexicon)
    }

    /// Reads where the everyday words of a text stand, and the others.
    pub(crate) fn everyday(&self, text: &str) -> Everyday {
        Everyday::of(text, self.model.lexicon)
    }

    /// Gives the name in a value of a field that is called after somebody.
    pub(crate) fn owner(&self, text: &str) -> Option<Span> {
        owner::owner(text, self.model.lexicon)
    }

    /// Finds names, places, addresses and organisations; `known` are disjoint findings in order.
    ///
    /// Linear in the text, in bounded memory.
    pub(crate) fn tag(
        &self,
        text: &str,
        known: &[Taken],
        sensitivity: Sensitivity,
        scratch: &mut TagScratch,
        mut found: impl FnMut(Tag),
    ) {
        let TagScratch { memo, segment, gate, decode, named, quoted, steps } = scratch;
        segment.clear();
        let mut tokenizer = Tokenizer::new(text, self.model.lexicon, known).remembering(memo);
        let mut above = Ending::Other;
        while segment.advance(&mut tokenizer) {
            let tokens = segment.tokens();
            gate.read(tokens);
            steps.0 += tokens.len() as u64;
            steps.1 += gate.opened() as u64;
            named.clear();
            decode::decode(&self.model, tokens, gate, sensitivity, decode, named);
            let tokens = quoted.read(tokens, named);
            grammar::families(text, self.model.lexicon, tokens, named);
            grammar::compounds(text, self.model.lexicon, tokens, named);
            grammar::syllables(text, tokens, named);
            above = grammar::mend(tokens, named, above);
            eastern(text, tokens, named, &mut found);
            tell(tokens, named, &mut found);
        }
    }

    /// Lets the rules of form go over what another model found, `tags` in order: addresses, letters and labelled lines are
    /// found by them whoever finds names.
    #[cfg(any(test, feature = "onnx"))]
    pub(crate) fn mend(
        &self,
        text: &str,
        known: &[Taken],
        tags: &[Tag],
        scratch: &mut TagScratch,
        mut found: impl FnMut(Tag),
    ) {
        let TagScratch { memo, segment, named, quoted, .. } = scratch;
        segment.clear();
        let mut tokenizer = Tokenizer::new(text, self.model.lexicon, known).remembering(memo);
        let (mut above, mut rest) = (Ending::Other, tags);
        while segment.advance(&mut tokenizer) {
            let tokens = segment.tokens();
            named.clear();
            let end = tokens.last().map_or(0, |last| last.end);
            while let Some((tag, after)) = rest.split_first().filter(|(tag, _)| tag.span.start < end) {
                let first = tokens.partition_point(|token| token.end <= tag.span.start);
                let last = tokens.partition_point(|token| token.start < tag.span.end);
                // Two may share a token: the one before has it.
                let first = named.last().map_or(first, |before| first.max(before.end));
                if first < last {
                    named.push(Named { first, end: last, of: tag.of, probability: tag.probability, by: tag.by });
                }
                if tag.span.end > end {
                    // The next segment has the rest of it.
                    break;
                }
                rest = after;
            }
            let tokens = quoted.read(tokens, named);
            grammar::families(text, self.model.lexicon, tokens, named);
            grammar::compounds(text, self.model.lexicon, tokens, named);
            grammar::syllables(text, tokens, named);
            above = grammar::mend(tokens, named, above);
            eastern(text, tokens, named, &mut found);
            tell(tokens, named, &mut found);
        }
    }
}

/// Gives the addresses in Han and Hangul of a segment: they may begin and end inside of a token, and go over all that was found
/// in part of them.
fn eastern(text: &str, tokens: &[Token], named: &mut Vec<Named>, found: &mut impl FnMut(Tag)) {
    let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { return };
    let other = |one: &Token| matches!(one.class, Class::Caseless | Class::Alphanumeric) && one.end - one.start >= 3;
    if !tokens.iter().any(other) {
        return;
    }
    let Some(part) = text.get(first.start..last.end).filter(|part| east::may_be(part)) else { return };
    east::addresses(part, |span| {
        let mut span = Span::new(first.start + span.start, first.start + span.end);
        named.retain(|one| {
            let inside = tokens.get(one.first..one.end).unwrap_or_default();
            let (Some(first), Some(last)) = (inside.first(), inside.last()) else { return false };
            let apart = last.end <= span.start || first.start >= span.end;
            if !apart {
                span = Span::new(span.start.min(first.start), span.end.max(last.end));
            }
            apart
        });
        found(Tag { span, of: Type::Address, probability: grammar::BY_RULE, by: By::Form });
    });
}

/// Gives the findings of a segment with their places in the text.
fn tell(tokens: &[Token], named: &[Named], mut found: impl FnMut(Tag)) {
    for one in named {
        let inside = tokens.get(one.first..one.end).unwrap_or_default();
        let (Some(first), Some(last)) = (inside.first(), inside.last()) else { continue };
        let span = Span::new(first.start, last.end);
        found(Tag { span, of: one.of, probability: one.probability, by: one.by });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Steps for a text, and the memory that is held after it, in elements.
    fn cost(text: &str) -> ((u64, u64), usize) {
        let mut scratch = TagScratch::default();
        builtin().tag(text, &[], Sensitivity::Balanced, &mut scratch, |_| {});
        let TagScratch { memo, segment, gate, decode, named, quoted, steps } = scratch;
        let held = memo.held() + segment.held() + gate.held() + decode.held() + named.capacity() + quoted.held();
        (steps, held)
    }

    #[test]
    fn the_steps_grow_as_the_text_and_the_memory_does_not() {
        for part in [
            "Katherine Johnson moved from Lisbon to 12 High Street, Leeds, and told Mr. Brown that it rains a lot. ",
            "word ",
            "Word",
            "12/3, 10-115 ",
            ". , ",
            "\n",
            "van de la ",
            "a.b@c ",
            "J. R. ",
            "> Ada\n",
            "'s",
            "\u{e9}",
        ] {
            let ((tokens, scored), held) = cost(&part.repeat(2_000));
            let ((tokens_of_ten, scored_of_ten), held_of_ten) = cost(&part.repeat(20_000));
            assert!(tokens_of_ten <= tokens * 10 + 10, "{part:?}: {tokens} tokens, then {tokens_of_ten}");
            // Where a segment ends, other tokens are near a name.
            assert!(scored_of_ten <= scored * 10 + scored / 10 + 50, "{part:?}: {scored}, then {scored_of_ten}");
            assert!(held_of_ten <= held.max(8 * segment::TOKENS_MAX), "{part:?}: {held}, then {held_of_ten}");
        }
    }

    #[test]
    fn rules_of_form_go_over_what_another_model_found() {
        let text = "Tell Qorvin that 12 High Street, Leeds LS1 4DY is sold.\n\nXqwe Zzyx\nBest regards,\nVelmora";
        let at = text.find("Qorvin").unwrap();
        let over = text.find("Xqwe").unwrap();
        let tag = |start, end| Tag { span: Span::new(start, end), of: Type::Person, probability: 900, by: By::Model };
        let mut found = Vec::new();
        let tags = [tag(at, at + 6), tag(over, over + 9)];
        builtin().mend(text, &[], &tags, &mut TagScratch::default(), |tag| found.push((tag.span.of(text), tag.by)));
        assert_eq!(
            found,
            [
                ("Qorvin", By::Model),
                ("12 High Street, Leeds LS1 4DY", By::Form),
                ("Xqwe Zzyx", By::Model),
                ("Velmora", By::Form),
            ]
        );
    }

    #[test]
    fn what_shares_a_token_with_the_one_before_is_not_lost() {
        let text = "tell Xqwelia-Drommd Velmora now";
        let tag = |start, end| Tag { span: Span::new(start, end), of: Type::Person, probability: 900, by: By::Model };
        let mut found = Vec::new();
        let tags = [tag(5, 15), tag(15, 27)];
        builtin().mend(text, &[], &tags, &mut TagScratch::default(), |tag| found.push(tag.span.of(text)));
        assert_eq!(found, ["Xqwelia-Drommd Velmora"]);
    }

    #[test]
    fn tags_of_html_part_names_and_end_lines_of_addresses() {
        for (text, expected) in [
            ("Please reply.<br>", &[][..]),
            ("I met <b>Katherine</b> Johnson yesterday", &["Katherine", "Johnson"]),
            ("I met Katherine<br>Johnson is away", &["Katherine", "Johnson"]),
            ("<p>please send it to 5 Quay Road<br>Penzance</p>", &["5 Quay Road<br>Penzance"]),
        ] {
            let mut found = Vec::new();
            builtin().tag(text, &[], Sensitivity::Balanced, &mut TagScratch::default(), |tag| {
                found.push(tag.span.of(text));
            });
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn an_address_in_han_goes_over_what_was_found_in_part_of_it() {
        let text = "Qorvin \u{6771}\u{4eac}\u{90fd}\u{6e0b}\u{8c37}\u{533a}\u{795e}\u{5bae}\u{524d}1-2-3";
        let end = text.find('\u{6771}').unwrap() + 9;
        let tag = Tag { span: Span::new(0, end), of: Type::Person, probability: 900, by: By::Model };
        let mut found = Vec::new();
        builtin().mend(text, &[], &[tag], &mut TagScratch::default(), |tag| found.push(tag.span.of(text)));
        assert_eq!(found, [text]);
    }

    #[test]
    fn the_model_fits_and_loads_at_once() {
        let start = std::time::Instant::now();
        let model = include_bytes!("model.bin");
        assert!(Tagger::read(model).is_some());
        assert!(start.elapsed() < std::time::Duration::from_millis(20), "{:?}", start.elapsed());
        assert!(model.len() <= 3_000_000, "{}", model.len());
        assert!(Tagger::read(&model[1..]).is_none() && Tagger::read(&model[..model.len() - 1]).is_none());
    }
}
