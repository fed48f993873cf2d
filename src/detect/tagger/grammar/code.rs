//! What developers write of: parts of codes, words in backticks and words glued to marks of programs are nobody.

use super::super::decode::Named;
use super::super::label::Type;
use super::super::lexicon::flag;
use super::super::token::{Class, Token};
use super::super::words::WordSet;
use super::{is_glued, token};

/// Takes away what is a part of a code: `KHQF-0071-OYAM`, `UK-0849`; of unknown words in lower case also what stands right
/// behind a mark of codes: `kafka.md`, `--tagger`.
pub(super) fn codes(tokens: &[Token], named: &mut Vec<Named>) {
    named.retain(|one| {
        let word = token(tokens, one.first);
        let number = |at: Option<usize>| {
            at.is_some_and(|at| matches!(token(tokens, at).class, Class::Digits | Class::Alphanumeric))
        };
        let hyphen = |at: usize| token(tokens, at).is(b'-') && is_glued(tokens, at) && is_glued(tokens, at + 1);
        let before = one.first.checked_sub(1).is_some_and(hyphen) && number(one.first.checked_sub(2));
        let behind = hyphen(one.end) && number(Some(one.end + 1));
        let marked = one.first.checked_sub(1).is_some_and(|at| {
            let mark = token(tokens, at);
            let inner = b"._/=`".iter().any(|byte| mark.is(*byte));
            is_glued(tokens, one.first) && (inner || (mark.is(b'-') && !is_glued(tokens, at)))
        });
        let unknown =
            word.class == Class::Lower && !word.entry.has(flag::FIRST | flag::LAST | flag::CITY | flag::REGION);
        let dot = |at: usize| token(tokens, at).is(b'.') && is_glued(tokens, at) && is_glued(tokens, at + 1);
        // `com.fasterxml.jackson.core`
        let inner = word.class == Class::Lower && one.first.checked_sub(1).is_some_and(dot) && dot(one.end);
        let code = (word.class == Class::Upper && (before || behind)) || (unknown && marked) || inner;
        one.of == Type::Address || ((one.end != one.first + 1 || !code) && !is_compound(tokens, one))
    });
}

/// Two words in lower case with a hyphen, of which one is no name: `jackson-databind`.
fn is_compound(tokens: &[Token], one: &Named) -> bool {
    let Some([first, hyphen, last]) = tokens.get(one.first..one.end) else { return false };
    let name = |word: &Token| word.entry.has(flag::FIRST | flag::LAST | flag::CITY | flag::REGION | flag::PARTICLE);
    matches!(one.of, Type::Person | Type::Organization)
        && hyphen.is(b'-')
        && first.end == hyphen.start
        && hyphen.end == last.start
        && first.class == Class::Lower
        && last.class == Class::Lower
        && !(name(first) && name(last))
}

/// Takes away what stands in a program: `Vec::new`, `hasher.finalize()`, `` `BytesMut` ``, and what is done to it at the
/// beginning of a line: ``Fix `poll` ``. Who is known as somebody stays, and what stands beside it.
pub(super) fn programs(tokens: &[Token], named: &mut Vec<Named>) {
    named.retain_mut(|one| {
        if one.of == Type::Address {
            return true;
        }
        cut(tokens, one);
        one.first < one.end && !is_of_program(tokens, one)
    });
}

/// Takes off what is done to somebody or something, and all from a mark of programs on: ``Add `Poll``.
fn cut(tokens: &[Token], one: &mut Named) {
    let inside = tokens.get(one.first..one.end).unwrap_or_default();
    let mark = inside.iter().position(|word| word.is(b'`') || is_path(word));
    one.end = mark.map_or(one.end, |at| one.first + at);
    let begins = !back(tokens, one.first, 1).class.is_word();
    let code = |word: &Token| matches!(word.class, Class::Upper | Class::Mixed);
    if let Some([done, rest @ ..]) = tokens.get(one.first..one.end)
        && begins
        && done.class == Class::Capital
        && TO_DO.has(done)
    {
        // `Fix HPACK`
        one.first = if rest.iter().all(code) { one.end } else { one.first + 1 };
    }
}

fn is_of_program(tokens: &[Token], one: &Named) -> bool {
    let inside = tokens.get(one.first..one.end).unwrap_or_default();
    if inside.iter().any(is_name) {
        return false;
    }
    // `Apache License`
    if inside.last().is_some_and(|last| LICENSES.has(last)) {
        return true;
    }
    let [only] = inside else { return false };
    let (before, next) = (back(tokens, one.first, 1), token(tokens, one.end));
    let (follows, goes_on) = (is_glued(tokens, one.first), is_glued(tokens, one.end));
    let small = matches!(only.class, Class::Lower | Class::Mixed);
    let path = (follows && is_path(before)) || (goes_on && is_path(next));
    let call = small && goes_on && next.is(b'(');
    let joins = follows && is_glued(tokens, one.first - 1) && back(tokens, one.first, 2).class.is_word();
    // `Option<Keyword>`, no `<b>Laura</b>`
    let kind = before.is(b'<') && joins;
    // `&str`, no `R&D`
    let pointer = small && follows && before.is(b'&') && !joins;
    let set = only.class == Class::Lower && SETS.has(before) && (next.is(b'=') || MUT.has(before));
    // `hasher.finalize()`
    let has = small && goes_on && next.is(b'.') && is_glued(tokens, one.end + 1);
    let method = has && token(tokens, one.end + 2).class != Class::Capital && token(tokens, one.end + 3).is(b'(');
    let done = next.is(b'`') && only.class == Class::Capital && only.entry.has(flag::COMMON) && !before.class.is_word();
    path || call || kind || pointer || set || method || done || is_ticked(tokens, one, only)
}

/// Tells whether a word stands in backticks that open and close on its line: one in lower case, or one beside what only programs
/// have.
fn is_ticked(tokens: &[Token], one: &Named, only: &Token) -> bool {
    /// Tokens of the line on each side that are looked at.
    const AROUND: usize = 24;
    let line = |at: &usize| token(tokens, *at).class != Class::Newline;
    let before = || (one.first.saturating_sub(AROUND)..one.first).rev().take_while(line);
    let behind = || (one.end..(one.end + AROUND).min(tokens.len())).take_while(line);
    let tick = |at: &usize| token(tokens, *at).is(b'`');
    let opens = before().filter(tick).count() % 2 == 1;
    if !opens || !behind().any(|at| tick(&at)) {
        return false;
    }
    // `Reported by `Okonjo` in the enum`
    if only.class != Class::Lower && WHO.has(back(tokens, one.first, 2)) {
        return false;
    }
    let code = |at: usize| {
        let here = token(tokens, at);
        let follows = is_glued(tokens, at) && back(tokens, at, 1).class.is_word();
        let leads = is_glued(tokens, at + 1) && !is_glued(tokens, at);
        let mark = ((here.is(b'(') || here.is(b'<')) && follows) || (here.is(b'&') && leads);
        mark || is_path(here) || KINDS.has(here)
    };
    only.class == Class::Lower || before().chain(behind()).any(code)
}

/// Somebody's or a place's name that is no everyday word.
pub(super) fn is_name(word: &Token) -> bool {
    let name = word.entry.has(flag::FIRST | flag::LAST | flag::CITY | flag::REGION);
    name && (!word.entry.has(flag::COMMON | flag::FUNCTION) || word.entry.has(flag::RATHER_NAME))
}

/// A mark that programs have and addresses do not.
pub(super) fn is_mark(mark: &Token) -> bool {
    mark.is(b'`') || mark.is(b'=') || is_path(mark)
}

/// `::`
fn is_path(mark: &Token) -> bool {
    mark.class == Class::Punctuation && mark.head == u32::from(b':') && mark.end - mark.start == 2
}

fn back(tokens: &[Token], at: usize, by: usize) -> &Token {
    at.checked_sub(by).map_or(&Token::BEYOND, |at| token(tokens, at))
}

/// What stands before whom something is of, in backticks, too.
static WHO: WordSet<10> = WordSet::new("by from cc user customer client owner author assignee reviewer");

/// What stands before a name that a program gives something.
static MUT: WordSet<1> = WordSet::new("mut");
static SETS: WordSet<6> = WordSet::new("let mut var const val static");

/// What is done to programs, as lists of changes begin; nobody is called so alone.
static TO_DO: WordSet<93> = WordSet::new(
    "add added adds fix fixed fixes remove removed removes update updated updates bump bumped rename renamed replace \
    replaced deprecate deprecated undeprecate undeprecated implement implemented impl improve improved support supported \
    allow allowed enforce enforced emit emitted expose exposed export exported make made makes document documented use \
    used uses switch switched move moved drop dropped refactor refactored optimize optimized optimise optimised ignore \
    ignored handle handled rework reworked revert reverted change changed enable enabled disable disabled migrate migrated \
    upgrade upgraded downgrade downgraded sanitize investigate accelerate merge merged rewrite rewrote introduce \
    introduced prefer preferred relax relaxed stabilize",
);

static LICENSES: WordSet<3> = WordSet::new("license licence licenses");

/// What programs and data consist of.
static KINDS: WordSet<25> = WordSet::new(
    "trait traits struct structs enum enums impl impls crate crates macro macros constructor constructors iterator \
     iterators getter setter derive deprecate deprecates param params callback callbacks",
);

#[cfg(test)]
mod tests {
    use super::super::rig::check;

    #[test]
    fn words_of_programs_are_nobody() {
        check("calls <P:Vec>::new(&<P:str>) on <P:hasher>(1), an Option<<P:Keyword>>, let <P:vec> = 1", &[]);
        check("- <P:Fix> `poll`\n- <P:Add `Poll>::now`", &[]);
        check("the `<P:BytesMut>` and `<P:usizes>` of the `<P:Rng>` trait", &[]);
        check("told `<P:Laura>`, &<P:Laura> of the `Rng` trait, and <P:Laura>::new", &["Person Laura"; 3]);
        check("user `<P:McQwertz>` (id 42), `<P:OKONJO>` has the wrong type", &["Person McQwertz", "Person OKONJO"]);
        check("<P:Anna License>, an <P:Apache License>", &["Person Anna License"]);
        check("of <P:Xqwe>::max, a <P:xqwem>(1), let <P:xqwem> = 1, hash is <P:xqwem>.finalize()", &[]);
        check("- <P:Mark> `poll` as done\nrun `make <P:xqwem>` now", &[]);
        check("reported by `<P:Xqwelia>` in the enum module", &["Person Xqwelia"]);
        check("told `<P:Xqwelia>` about it; <P:Xqwelia `rear>`", &["Person Xqwelia", "Person Xqwelia"]);
        check("- <P:Added Xqwelia> to the group\n- <P:Fix HPACK> now", &["Person Xqwelia"]);
        check("ask R&<P:dqwe> and <P:Xqwelia> (now)", &["Person dqwe", "Person Xqwelia"]);
    }
}
