//! What the tests of rules share: texts in which it is marked what was found before.

#![expect(clippy::string_slice, reason = "places come from tokens")]

use super::super::decode::{By, Named};
use super::super::label::Type;
use super::super::segment::Segment;
use super::super::token::{Token, Tokenizer};
use super::super::{Hold, Kind, Taken, builtin};
use super::{Ending, mend};
use crate::model::Span;

/// Has a text mended whose marks say what the model found (`<P:Ada>`, `<A:…>`, `<L:…>`, `<O:…>`; `<p:ada>` where it is not
/// sure) and what patterns did (`<M:ada@example.org>`), and compares what is found then.
pub(super) fn check(marked: &str, expected: &[&str]) {
    check_rule(marked, expected, |_, tokens, named| {
        mend(tokens, named, Ending::Other);
    });
}

/// The same for one rule.
pub(super) fn check_rule(marked: &str, expected: &[&str], rule: impl FnOnce(&str, &[Token], &mut Vec<Named>)) {
    /// How sure the model is, and how little sure, in thousandths.
    const SURE: u16 = 900;
    const UNSURE: u16 = 600;
    let mut text = String::new();
    let (mut marks, mut patterns) = (Vec::new(), Vec::new());
    let mut rest = marked;
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        let (inside, after) = after.split_once('>').unwrap();
        // `<<M:ada@example.org>>`, of which the outer ones are the text's own
        let inside = inside.strip_prefix('<').inspect(|_| text.push('<')).unwrap_or(inside);
        let (mark, name) = inside.split_once(':').unwrap();
        let span = Span::new(text.len(), text.len() + name.len());
        match mark {
            "P" => marks.push((span, Type::Person, SURE)),
            "p" => marks.push((span, Type::Person, UNSURE)),
            "A" => marks.push((span, Type::Address, SURE)),
            "O" => marks.push((span, Type::Organization, SURE)),
            "L" => marks.push((span, Type::Location, SURE)),
            "M" => patterns.push(Taken { span, kind: Kind::Machine, hold: Hold::Parts }),
            _ => panic!("no mark: {mark}"),
        }
        text.push_str(name);
        rest = after;
    }
    text.push_str(rest);
    let mut tokenizer = Tokenizer::new(&text, builtin().lexicon(), &patterns);
    let mut segment = Segment::default();
    assert!(segment.advance(&mut tokenizer));
    let tokens = segment.tokens();
    let named = |(span, of, probability): (Span, Type, u16)| {
        let first = tokens.iter().position(|token| token.start >= span.start)?;
        let end = tokens.iter().position(|token| token.end >= span.end)? + 1;
        Some(Named { first, end, of, probability, by: By::Model })
    };
    let mut named: Vec<Named> = marks.into_iter().filter_map(named).collect();
    rule(&text, tokens, &mut named);
    let found: Vec<String> = named
        .iter()
        .map(|one| format!("{:?} {}", one.of, &text[tokens[one.first].start..tokens[one.end - 1].end]))
        .collect();
    assert_eq!(found, expected, "{marked}");
}
