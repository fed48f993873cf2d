//! What names, places and addresses look like beyond the words themselves: mends what the labels say.
//!
//! How parts of a name come together (`van`, hyphens, initials), addresses, letters, labelled lines, titles, and what is
//! called after somebody have files of their own.

mod address;
mod brand;
mod code;
mod company;
mod compound;
mod contact;
mod eponym;
mod everyday;
mod family;
mod firm;
mod hail;
mod initial;
mod keyed;
mod label;
mod letter;
mod minutes;
mod noble;
mod note;
mod person;
mod pronoun;
#[cfg(test)]
mod rig;
mod role;
mod software;
mod subject;
mod thing;
mod title;
mod tongue;
mod vietnamese;

use std::ops::Range;

pub(super) use address::{LINE_MAX, goes_on};
pub(super) use {compound::compounds, family::families, vietnamese::syllables};

use super::decode::{By, Named};
use super::label::Type;
use super::lexicon::{class, flag};
use super::particle::is_particle;
use super::token::{Class, Place, Token};
use super::words::WordSet;

/// What a segment ends with, as far as the next one asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Ending {
    /// Nothing that tells of the next line.
    #[default]
    Other,
    /// The close of a letter: `Best regards,`.
    Close,
}

/// How sure a rule is, in thousandths.
pub(super) const BY_RULE: u16 = 800;

/// Mends what was found in a segment; `named` stays in order and disjoint.
///
/// Takes what the segment before ended with, and tells what this one ends with.
pub(super) fn mend(tokens: &[Token], named: &mut Vec<Named>, above: Ending) -> Ending {
    person::foreign(tokens, named);
    tongue::mend(tokens, named);
    eponym::eponyms(tokens, named);
    person::abbreviations(tokens, named);
    thing::things(tokens, named);
    title::titles(tokens, named);
    firm::twins(tokens, named);
    firm::firms(tokens, named);
    firm::clans(tokens, named);
    role::mend(tokens, named);
    person::speakers(tokens, named);
    subject::subjects(tokens, named);
    minutes::minutes(tokens, named);
    note::notes(tokens, named);
    note::halves(tokens, named);
    note::strangers(tokens, named);
    note::kin(tokens, named);
    contact::contacts(tokens, named);
    software::owners(tokens, named);
    initial::families(tokens, named);
    person::mend(tokens, named);
    noble::families(tokens, named);
    noble::given(tokens, named);
    note::tickets(tokens, named);
    firm::rest(tokens, named);
    hail::greetings(tokens, named);
    let ending = letter::mend(tokens, named, above);
    address::bare(tokens, named);
    label::mend(tokens, named);
    keyed::values(tokens, named);
    keyed::senders(tokens, named);
    address::mend(tokens, named);
    code::codes(tokens, named);
    code::programs(tokens, named);
    everyday::words(tokens, named);
    company::companies(tokens, named);
    brand::brands(tokens, named);
    pronoun::mend(tokens, named);
    hail::nobody(tokens, named);
    trim(tokens, named);
    initial::initials(tokens, named);
    ending
}

/// What stands in no name of everyday words.
static THE: WordSet<1> = WordSet::new("the");

/// Takes off the ends what belongs to no name: marks, endings (`'s`), titles, everyday words in lower case.
fn trim(tokens: &[Token], named: &mut Vec<Named>) {
    // `mr crook called`
    let titled = |one: &Named| one.by == By::Form && title::is_behind(tokens, one.first) && title::is_one(tokens, one);
    for one in named.iter_mut() {
        let is_off = |at: usize, one: &Named| {
            let token = token(tokens, at);
            let glued = at > one.first && is_glued(tokens, at);
            is_loose(token) || (one.of == Type::Person && is_everyday(token) && !glued && !titled(one))
        };
        while one.first < one.end && (is_off(one.end - 1, one) || token(tokens, one.end - 1).class == Class::Clitic) {
            one.end -= 1;
        }
        while one.first < one.end && is_off(one.first, one) {
            one.first += 1;
        }
        // `Nr. 4711, am` before `Montag`
        while one.of == Type::Address && one.end - one.first >= 2 && ends_small(tokens, one.end - 1) {
            one.end -= 1;
        }
        // `Leeds LS5 3HS, Tuesday`
        if one.of == Type::Address
            && one.end - one.first >= 3
            && token(tokens, one.end - 1).entry.class == class::DAY
            && token(tokens, one.end - 2).is(b',')
        {
            one.end -= 2;
        }
        // `AUSTIN TX 78701 ASAP`
        while one.of == Type::Address && one.end - one.first >= 3 && is_rest(tokens, one.end - 1) {
            one.end -= 1;
        }
        while one.of == Type::Person && one.end - one.first >= 2 && is_title(token(tokens, one.first)) {
            one.first += 1 + usize::from(token(tokens, one.first + 1).is(b'.') && one.end - one.first > 2);
        }
        // `jürgen hoffmeister zurückrufen`, `1070 Wien senden`
        if matches!(one.of, Type::Person | Type::Address)
            && one.end - one.first >= 2
            && VERBS.has(token(tokens, one.end - 1))
        {
            one.end -= 1;
        }
        if one.of == Type::Person && one.end - one.first >= 2 && is_on_behalf(tokens, one.first) {
            one.first += 1;
        }
        while one.of == Type::Address && one.end - one.first >= 3 {
            let (here, next) = (token(tokens, one.first), token(tokens, one.first + 1));
            let leads = |token: &Token| token.class == Class::Lower && is_small(token);
            match (leads(here), is_small(here) && leads(next)) {
                (true, _) => one.first += 1,
                (false, true) => one.first += 2,
                (false, false) => break,
            }
        }
        while one.first < one.end && is_loose(token(tokens, one.first)) {
            one.first += 1;
        }
    }
    // `mark the rose`
    let is_sentence = |one: &Named| {
        let inside = tokens.get(one.first..one.end).unwrap_or_default();
        let said = |word: &Token| word.class == Class::Lower && word.entry.has(flag::COMMON | flag::FUNCTION);
        one.of == Type::Person && inside.iter().all(said) && inside.iter().any(|word| THE.has(word))
    };
    named.retain(|one| one.first < one.end && !is_sentence(one));
}

/// German verbs that end a sentence behind whom they are about.
static VERBS: WordSet<18> = WordSet::new(
    "senden schicken liefern zustellen bringen kommen zuruckrufen anrufen kontaktieren informieren erreichen sprechen schreiben treffen fragen melden abholen bescheid",
);

/// The `V.` of `i. V.`, which is no initial: a letter in lower case stands before it.
fn is_on_behalf(tokens: &[Token], at: usize) -> bool {
    let before = |by: usize| at.checked_sub(by).map_or(&Token::BEYOND, |at| token(tokens, at));
    is_dotted(token(tokens, at)) && before(1).is(b'.') && before(2).class == Class::Lower && before(2).len() == 1
}

/// A mark that no name begins or ends with.
fn is_loose(token: &Token) -> bool {
    const MARKS: &[u8] = b",;:-/|!?><=";
    token.class == Class::Newline || MARKS.iter().any(|mark| token.is(*mark))
}

/// A word in lower case that is no name and no part of one.
fn is_everyday(token: &Token) -> bool {
    let entry = token.entry;
    token.class == Class::Lower
        && entry.has(flag::COMMON | flag::FUNCTION)
        && !entry.has(flag::FIRST | flag::LAST | flag::PARTICLE)
}

/// A word behind an address' number that is no part of one: everyday, and no name.
fn is_rest(tokens: &[Token], at: usize) -> bool {
    let (before, here) = (token(tokens, at - 1), token(tokens, at));
    let numbered = matches!(before.class, Class::Digits | Class::Alphanumeric | Class::Found);
    let everyday = here.entry.has(flag::COMMON | flag::THING) && !here.entry.has(flag::NAMING | flag::PARTICLE);
    let unit = here.entry.class == class::UNIT || here.end - here.start <= 3;
    numbered && everyday && !unit && matches!(here.class, Class::Lower | Class::Upper)
}

/// A small word in lower case behind a comma or number, or that mark: nothing of an address ends so.
fn ends_small(tokens: &[Token], at: usize) -> bool {
    let (before, here) = (token(tokens, at - 1), token(tokens, at));
    let numbered = matches!(before.class, Class::Digits | Class::Alphanumeric)
        || before.is(b',')
        || before.class == Class::Newline;
    let small = here.class == Class::Lower && here.len() >= 2 && ENDS.has(here);
    (small && numbered) || is_loose(here)
}

/// Small words that go on behind an address.
static ENDS: WordSet<12> = WordSet::new("am im in an at on and und by von is are");

/// `at`, `Sie an`: a small word that begins no street's name.
fn is_small(token: &Token) -> bool {
    token.class.is_word() && token.entry.has(flag::FUNCTION) && !token.entry.has(flag::PARTICLE | flag::STREET)
}

/// `Mrs`, `Rabbi`, `Senhor`, where it is no name, too, and no particle as in `Mme du Bellay`.
fn is_title(token: &Token) -> bool {
    let particle = token.class == Class::Lower && is_particle(token);
    token.entry.has(flag::TITLE) && token.class.is_word() && !token.entry.has(flag::FIRST | flag::LAST) && !particle
}

fn token(tokens: &[Token], at: usize) -> &Token {
    tokens.get(at).unwrap_or(&Token::BEYOND)
}

/// Tells whether nothing stands between a token and the one before.
fn is_glued(tokens: &[Token], at: usize) -> bool {
    at > 0 && token(tokens, at - 1).end == token(tokens, at).start
}

/// Adds what a rule finds, where nothing was found.
fn add(named: &mut Vec<Named>, of: Type, first: usize, end: usize) {
    let at = named.partition_point(|one| one.end <= first);
    if named.get(at).is_none_or(|next| next.first >= end) && first < end {
        named.insert(at, Named { first, end, of, probability: BY_RULE, by: By::Form });
    }
}

fn is_dotted(token: &Token) -> bool {
    token.class == Class::Initial && token.tail & 0xFF == u32::from(b'.')
}

/// Makes one finding of several that follow each other, as sure as the surest of them.
fn absorb(named: &mut Vec<Named>, which: Range<usize>, of: Type, span: Range<usize>) {
    let surest = named.get(which.clone()).unwrap_or_default().iter().max_by_key(|one| one.probability);
    let Some(surest) = surest.copied() else { return };
    named.drain(which.start + 1..which.end);
    if let Some(own) = named.get_mut(which.start) {
        *own = Named { first: span.start, end: span.end, of, ..surest };
    }
}

/// Tells whether a segment of a short text shows by its form what is to be found in it: an address, a labelled line, a
/// greeting, a signature.
pub(super) fn shows(tokens: &[Token]) -> bool {
    letter::shows(tokens)
        || label::shows(tokens)
        || title::shows(tokens)
        || note::shows_anywhere(tokens)
        || address::shows(tokens)
}

/// Tells whether a word is a program, device or drug of the list.
pub(super) fn is_program(word: &Token) -> bool {
    thing::is_program(word)
}

/// Tells whether a short text of a field of notes shows by its form whom it names: `FAO Okonjo`, `w/ Hettie`, `Katherine?`.
pub(super) fn notes(tokens: &[Token]) -> bool {
    note::shows(tokens)
}

/// Tells whether a letter may begin with a word of this hash, or be nothing but a close and who signs.
pub(super) fn may_begin_letter(word: u64) -> bool {
    letter::may_begin(word)
}

/// Tells whether somebody may be named, or a home, behind a word of this hash: `Mrs Otieno`, `lives in Apia`.
pub(super) fn may_introduce(word: u64) -> bool {
    title::may_be(word) || note::may_be(word) || address::may_be_home(word)
}

/// Tells whether a word of this hash may be a house's number: `Two Way Street`.
pub(super) fn may_be_house(word: u64) -> bool {
    address::may_be_house(word)
}

/// Tells whether a word of this hash may stand in a label.
pub(super) fn may_be_label(word: u64) -> bool {
    label::may_be(word)
}

/// Makes one finding of a range and of whatever of the same type stands in it.
fn widen(named: &mut Vec<Named>, of: Type, mut first: usize, mut end: usize) {
    let touches = |one: &Named, first: usize, end: usize| one.first < end && one.end > first;
    let (mut probability, mut by) = (BY_RULE, By::Form);
    for one in named.iter().filter(|one| touches(one, first, end)) {
        if one.probability >= probability {
            (probability, by) = (one.probability, one.by);
        }
    }
    for one in named.iter() {
        if touches(one, first, end) {
            first = first.min(one.first);
            end = end.max(one.end);
        }
    }
    named.retain(|one| !touches(one, first, end));
    let at = named.partition_point(|one| one.end <= first);
    named.insert(at, Named { first, end, of, probability, by });
}

/// A word that may be a person's name as it is written: with a capital, and no everyday word that nobody is called.
fn is_name_like(token: &Token) -> bool {
    let other = flag::COMPANY | flag::ORGANISATION | flag::THING;
    token.class.is_big()
        && !matches!(token.entry.class, class::BYE | class::UNIT)
        && (!matches!(token.entry.class, class::MONTH | class::DAY) || token.entry.has(flag::FIRST))
        && (!token.entry.has(flag::COMMON | flag::FUNCTION | flag::TITLE | other)
            || (token.entry.has(flag::FIRST | flag::LAST) && !token.entry.has(flag::TITLE)))
}

/// Finds the end of a name of a few words that begins at a token: `Ada`, `Ada K. Lovelace`, `Anna-Lena van der Meer`; the
/// token itself where none does.
fn name_end(tokens: &[Token], at: usize) -> usize {
    /// Words of a name.
    const WORDS_MAX: usize = 4;
    /// Particles between two of them.
    const PARTICLES_MAX: usize = 2;
    let mut end = at;
    for _ in 0..WORDS_MAX {
        let rest = tokens.get(end..).unwrap_or_default();
        let joins = |one: &&Token| is_particle(one) && !is_name_like(one);
        let hyphen = usize::from(end > at && token(tokens, end).is(b'-') && is_glued(tokens, end + 1));
        let particles = rest.iter().take(PARTICLES_MAX).take_while(joins).count();
        let word = end + hyphen.max(particles);
        if !is_name_like(token(tokens, word)) || (word > at && token(tokens, word).place == Place::Line) {
            break;
        }
        end = word + 1;
    }
    end
}

/// Steps over titles: `Dr.`, `Frau Prof.`
fn skip_titles(tokens: &[Token], mut at: usize) -> usize {
    /// Titles before one name.
    const TITLES_MAX: usize = 3;
    for _ in 0..TITLES_MAX {
        let here = token(tokens, at);
        if !here.class.is_word() || !here.entry.has(flag::TITLE) {
            break;
        }
        at += 1 + usize::from(token(tokens, at + 1).is(b'.'));
    }
    at
}

#[cfg(test)]
mod tests {
    use super::rig::check;

    #[test]
    fn parts_of_a_name_come_together() {
        check("ask <P:Ludwig> van <P:Beethoven>.", &["Person Ludwig van Beethoven"]);
        check("RSVP from <P:Sarah> and Tom Whitfield: yes", &["Person Sarah", "Person Tom Whitfield"]);
        check("from <O:Xqwelia> and <P:Hugo Fairweather>: yes", &["Person Xqwelia", "Person Hugo Fairweather"]);
        check("from <O:Google> and <P:Hugo Fairweather>: yes", &["Organization Google", "Person Hugo Fairweather"]);
        check("Cao <P:Wei>, please call", &["Person Cao Wei"]);
        check("ask <P:HWANG Soo>-ah now", &["Person HWANG Soo-ah"]);
        check("they said that Ada <P:Qwertz> came", &["Person Ada Qwertz"]);
        check("they said in April <P:Qwertz> came", &["Person Qwertz"]);
        check("ask Anna-<P:Lena> now", &["Person Anna-Lena"]);
        check("a <P:Clippy>-style tip, <P:Ada> - Bonn", &["Person Clippy", "Person Ada"]);
        check("ask <P:Ludwig> van <L:Beethoven>.", &["Person Ludwig van Beethoven"]);
        check("ask <P:Anna> from <L:Bonn>.", &["Person Anna", "Location Bonn"]);
        check("ask <P:Anna>-<P:Lena>.", &["Person Anna-Lena"]);
        check("ask J. R. <P:Tolkien>.", &["Person J. R. Tolkien"]);
        check("ask <P:Anna>, <P:Lena>.", &["Person Anna", "Person Lena"]);
        check("ask <P:Malley, Anna>.", &["Person Malley, Anna"]);
        check("ask <P:Anna B., Lena>.", &["Person Anna B.", "Person Lena"]);
        check("ask <P:Anna B., Lena, Tom>.", &["Person Anna B.", "Person Lena", "Person Tom"]);
        check("<P:Khalid> bin <P:Salman> came", &["Person Khalid bin Salman"]);
        check("<P:O'Neill, Kathleen> M.", &["Person O'Neill, Kathleen M."]);
        check("ask <P:Kathleen> M. about it", &["Person Kathleen M."]);
        check("ask <P:Kathleen> A lot", &["Person Kathleen"]);
        check("then DUPONT <P:Jean> a dit", &["Person DUPONT Jean"]);
        check("puis <P:Sophie> MARTIN a dit", &["Person Sophie MARTIN"]);
        check("the CPU of <P:Sophie> HTTP is ok", &["Person Sophie"]);
        check("είπε η Ο <P:Μαρία> στο", &["Person Μαρία"]);
    }

    #[test]
    fn no_name_goes_over_the_end_of_a_sentence() {
        check("ask <P:O'Brien. o'brien>'s wife", &["Person O'Brien", "Person o'brien"]);
        check("ask <P:Anna. Lena> knows", &["Person Anna", "Person Lena"]);
        check("ask <P:j. abernathy>", &["Person j. abernathy"]);
        check("ask <P:Martin Luther King Jr. Junior>", &["Person Martin Luther King Jr. Junior"]);
    }

    #[test]
    fn whom_a_title_stands_before_is_a_person() {
        check("ask Mrs. van <L:Jaarsveld> now", &["Person van Jaarsveld"]);
        check("ask Mrs <L:Paris> now", &["Person Paris"]);
        check("ask Mme du <P:Bellay> now", &["Person du Bellay"]);
        check("told Herr von und <P:zu Qwertz> now", &["Person von und zu Qwertz"]);
        check("<O:La Sra. de la Fuente-Qwertz> called", &["Person de la Fuente-Qwertz"]);
        check("a dona <L:Lindalva> ligou", &["Person Lindalva"]);
        check("ask Mr Qwertz about it", &["Person Qwertz"]);
        check("ask Mr. and Mrs. Qwertz about it", &["Person Qwertz"]);
        check("ask mrs about it. Mr. Speaker", &[]);
        check("sie ist die Frau. Qwertz ist da, Herr. Qwertz", &[]);
        check("at <A:5 Oak Dr>. <L:Leeds> has it", &["Address 5 Oak Dr", "Location Leeds"]);
        check("on <L:Mme Curie Street> now", &["Location Mme Curie Street"]);
        check("told Mrs Snow to rest; call Mr Long", &["Person Snow", "Person Long"]);
        check("mit Frau Klein gesprochen", &["Person Klein"]);
        check("Monsieur DUPONT est absent, Mr GARCÍA too, Mr VAT", &["Person DUPONT", "Person GARCÍA"]);
        check("I miss <L:Lisbon>; in 12 ms <L:Frankfurt> answered", &["Location Lisbon", "Location Frankfurt"]);
    }

    #[test]
    fn who_stands_in_what_was_taken_for_a_firm_is_found() {
        check("in <O:Leeds, York and Derby> now", &["Location Leeds", "Location York", "Location Derby"]);
        check("met <O:Hughes, Doyle und Kerr> now", &["Person Hughes", "Person Doyle", "Person Kerr"]);
        check(
            "to <L:Leeds>, <O:Bath and York, Derby> now",
            &["Location Leeds", "Location Bath", "Location York", "Location Derby"],
        );
        check(
            "lunch with <O:Anna, Peter & Tom>; <P:Anna>, <O:Peter & Tom> came",
            &["Person Anna", "Person Peter", "Person Tom", "Person Anna", "Person Peter", "Person Tom"],
        );
        check(
            "<O:Hughes, Price & Kerr>, <O:Johnson and Wales>",
            &["Organization Hughes, Price & Kerr", "Organization Johnson and Wales"],
        );
        check("<O:Xqwe, Zzwe and Qqwx> said", &["Organization Xqwe, Zzwe and Qqwx"]);
        check(
            "in <L:Leeds>, <P:Bath>, <L:York> and Derby too",
            &["Location Leeds", "Location Bath", "Location York", "Location Derby"],
        );
        check(
            "at <O:Charles's> flat; <O:Ford>'s; <O:Okafor-Bell>",
            &["Person Charles", "Organization Ford", "Person Okafor-Bell"],
        );
        check("in <O:Leeds>; told <O:Leeds>", &["Location Leeds", "Organization Leeds"]);
    }

    #[test]
    fn what_is_called_after_somebody_is_nobody() {
        check("has <P:Wilson>'s disease, the <P:Fourier> transform", &[]);
        check("the <P:Gauss–Markov> assumptions, <P:Tukey> boxplots, <P:Levene>'s test", &[]);
        check("<P:Morbus Crohn>, maladie de <P:Parkinson>", &[]);
        check("<P:Maria>'s disease, <P:Jones>'s test", &["Person Maria", "Person Jones"]);
        check("that <P:TVA> is of <P:PRIYA>, <P:ANA>", &["Person PRIYA", "Person ANA"]);
        check("on flight <P:VO> 4492, code KH-0071-<P:OYAM> or <L:UK>-0849, <L:UK>", &["Location UK"]);
        check("see kafka.<P:mdx>, --<P:tagger>, `<P:fpex>`; it is <P:katherine>", &["Person katherine"]);
        check("ask <P:katherine> - <P:fpex>", &["Person katherine", "Person fpex"]);
        check("Faktura została <P:wysłana w> poniedziałek po południu", &[]);
        check("<P:Hugo> 1.80 m; <P:Julia> 2.5 hours, released it", &["Person Hugo", "Person Julia"]);
        check("<P:Hugo> 1.80 tall; <P:max>. 5 items", &["Person Hugo"]);
        check("uses <P:jackson-databind>, com.fasterxml.<P:jackson>.core", &[]);
        check("<P:Joseph Fourier> transform; <P:Fourier> came", &["Person Joseph Fourier", "Person Fourier"]);
    }

    #[test]
    fn a_date_is_no_house() {
        check("born<A:. 5 March 1984, Leeds>.", &["Location Leeds"]);
        check("on <A:March 5, 1984>.", &[]);
        check("at <A:5 March Street, Leeds>.", &["Address 5 March Street, Leeds"]);
        check("at <A:12 High Street, Leeds>.", &["Address 12 High Street, Leeds"]);
    }

    #[test]
    fn an_address_ends_before_everyday_words() {
        check("AT <A:5 PINE ST, AUSTIN TX 78701 PLEASE>", &["Address 5 PINE ST, AUSTIN TX 78701"]);
        check("at <A:12 High Street, flat 3>", &["Address 12 High Street, flat 3"]);
    }

    #[test]
    fn a_number_and_a_street_are_an_address() {
        check("meet me on 88 <P:Fricis Street>.", &["Address 88 Fricis Street"]);
        check("meet <P:Fricis Street>.", &["Person Fricis Street"]);
        check("in 2024 <P:Ada Lovelace> came", &["Person Ada Lovelace"]);
    }

    #[test]
    fn a_house_and_its_town_are_two() {
        check("at <A:12 High Street in Leeds>.", &["Address 12 High Street", "Location Leeds"]);
        check("at <A:Hauptstraße 5 in 10115 Berlin>.", &["Address Hauptstraße 5 in 10115 Berlin"]);
    }

    #[test]
    fn no_name_ends_with_a_mark() {
        check("at <A:12 High Street,> born", &["Address 12 High Street"]);
        check("ask <P:, Ada\n> now", &["Person Ada"]);
        check("<P:deal with derek> now", &["Person derek"]);
        check("ask <P:Mrs Lund> now", &["Person Lund"]);
        check("liefern <A:Sie an Hauptstraße 5, 10115 Berlin>.", &["Address Hauptstraße 5, 10115 Berlin"]);
        check("bei <A:Am Markt 5>.", &["Address Am Markt 5"]);
        check("ask <P:Ada's> mother", &["Person Ada"]);
    }

    #[test]
    fn boxes_are_addresses() {
        check("send to P.O. Box 1234, <L:Springfield>", &["Address P.O. Box 1234, Springfield"]);
        check("Postfach 12 34 56\n10115 <L:Berlin>", &["Address Postfach 12 34 56\n10115 Berlin"]);
    }

    #[test]
    fn who_signs_is_a_person() {
        check("see you\nBest regards,\nXqwelia Drommd", &["Person Xqwelia Drommd"]);
        check("see you\nRegards,\nCustomer Support", &[]);
    }

    #[test]
    fn where_somebody_lives_is_a_place() {
        check("she lives in Qwertzheim with him", &["Location Qwertzheim"]);
        check("he was born in March", &[]);
    }
}
