//! Everyday words with a capital where a name may stand: what somebody answers (`Agent: Lovely.`), what a sentence begins with
//! (`Frequently asked`, `Brown the mince`), what somebody is (`Finance Director`), and headers (`Retry-After`).

use super::super::decode::Named;
use super::super::label::Type;
use super::super::lexicon::flag;
use super::super::token::{Class, Place, Token};
use super::super::words::WordSet;
use super::initial::DOES;
use super::{code, is_glued, token};

/// Takes them away.
pub(super) fn words(tokens: &[Token], named: &mut Vec<Named>) {
    named.retain(|one| {
        let inside = tokens.get(one.first..one.end).unwrap_or_default();
        let nobody = is_duty(inside)
            || is_header(tokens, one, inside)
            || is_answer(tokens, one, inside)
            || is_beginning(tokens, one, inside);
        matches!(one.of, Type::Address | Type::Organization) || !nobody
    });
}

/// `Finance Director`, `Stock Manager`
fn is_duty(inside: &[Token]) -> bool {
    let Some((last, [first, rest @ ..])) = inside.split_last() else { return false };
    let said = |word: &Token| word.entry.has(flag::COMMON) && !word.entry.has(flag::FIRST | flag::RATHER_NAME);
    DUTIES.has(last) && last.class.is_big() && said(first) && rest.iter().all(said)
}

/// `Retry-After`
fn is_header(tokens: &[Token], one: &Named, inside: &[Token]) -> bool {
    let [first, hyphen, last] = inside else { return false };
    let glued = is_glued(tokens, one.first + 1) && is_glued(tokens, one.first + 2);
    let fits = first.class == Class::Capital && last.class == Class::Capital && HEADERS.has(last);
    let said = first.entry.has(flag::COMMON | flag::FUNCTION) && !first.entry.has(flag::PARTICLE);
    hyphen.is(b'-') && glued && fits && said && !code::is_name(first)
}

/// What is answered behind who speaks: `Agent: Lovely. What is it?`, `ROSALIND: Seven.`
fn is_answer(tokens: &[Token], one: &Named, inside: &[Token]) -> bool {
    let [only] = inside else { return false };
    let back = |by: usize| one.first.checked_sub(by).map_or(&Token::BEYOND, |at| token(tokens, at));
    let who = back(2);
    let speaks = SPEAKERS.has(who) || (who.class == Class::Upper && who.entry.has(flag::FIRST));
    let ends = [b'.', b'!', b','].iter().any(|mark| token(tokens, one.end).is(*mark));
    back(1).is(b':') && who.place == Place::Line && speaks && ANSWERS.has(only) && ends
}

/// What a sentence begins with: nobody and everybody, an adverb, and what is done to something.
fn is_beginning(tokens: &[Token], one: &Named, inside: &[Token]) -> bool {
    let [only] = inside else { return false };
    if only.class != Class::Capital {
        return false;
    }
    let (next, third) = (token(tokens, one.end), token(tokens, one.end + 2));
    let begins = matches!(only.place, Place::Line | Place::Sentence | Place::Second);
    let adverb = only.tail & 0xFFFF == u32::from(u16::from_be_bytes(*b"ly")) && next.class == Class::Lower;
    let adverb = adverb && only.entry.has(flag::COMMON) && !only.entry.has(flag::FIRST | flag::LAST | flag::CITY);
    let done = DONE.has(only) && THE.has(next) && !DOES.has(third);
    ANYBODY.has(only) || (begins && (adverb || done))
}

/// What somebody is, by the last word of it.
static DUTIES: WordSet<22> = WordSet::new(
    "director manager officer assistant lead clerk engineer analyst consultant accountant secretary treasurer controller \
     specialist administrator supervisor executive coordinator auditor counsel partner representative",
);

/// What headers of messages end with.
static HEADERS: WordSet<26> = WordSet::new(
    "after agent by control date encoding for forwarded host id key language length limit match modified options origin policy \
     range remaining reset since token type version",
);

/// Who speaks, by what he is there, and what is answered that people are called, too.
static SPEAKERS: WordSet<9> = WordSet::new("agent interviewer operator bot me mum mom dad caller");
static ANSWERS: WordSet<28> = WordSet::new(
    "lovely brilliant perfect great grand fair fine sweet super smashing cheers ta champion right sure wonderful one two three four \
     five six seven eight nine ten eleven twelve",
);

static ANYBODY: WordSet<9> = WordSet::new("nobody somebody everybody anybody someone everyone anyone noone whoever");

/// What is done to something, and what people are called, too.
static DONE: WordSet<5> = WordSet::new("brown ran chase bake dice");
static THE: WordSet<9> = WordSet::new("the a an your all both each these those");

#[cfg(test)]
mod tests {
    use super::super::rig::check;

    #[test]
    fn what_somebody_is_and_answers_is_nobody() {
        check("<P:Ada Byron>, <P:Finance Director>, and <L:Stock Manager>", &["Person Ada Byron"]);
        check("Agent: <P:Lovely>. What is it?\nROSALIND: <P:Seven>. We were poor", &[]);
        check(
            "Name: <P:Lovely>. ask <P:Lovely>. Agent: <P:Grace>.",
            &["Person Lovely", "Person Lovely", "Person Grace"],
        );
    }

    #[test]
    fn what_sentences_and_lists_begin_with_is_nobody() {
        check("<P:Nobody> said sorry. <P:Frequently> asked. <P:Brown> the mince", &[]);
        check("- <P:Ran> the move\n- <P:Chase> the invoice, see <L:Retry-After>", &[]);
        check("<P:Brown> the plumber called; <P:Emily> asked", &["Person Brown", "Person Emily"]);
        check(
            "<P:Al-Ghamdi>, <P:Anne-Price>, <L:Saint-Malo>",
            &["Person Al-Ghamdi", "Person Anne-Price", "Location Saint-Malo"],
        );
    }
}
