//! Names that the words beside them tell: `Mia has not paid`, `Did Otto call?`, `the letter from Becker`, `Near Denver`.

use super::super::decode::Named;
use super::super::label::Type;
use super::super::lexicon::{class, flag};
use super::super::token::{Class, Place, Token};
use super::super::words::WordSet;
use super::{add, minutes, thing, token, widen};

/// Finds names and towns by their verbs, questions, letters and ways, where nothing was found.
pub(super) fn subjects(tokens: &[Token], named: &mut Vec<Named>) {
    for (at, name) in tokens.iter().enumerate() {
        if name.class != Class::Capital {
            continue;
        }
        let before = at.checked_sub(1).map_or(&Token::BEYOND, |at| token(tokens, at));
        let next = token(tokens, at + 1);
        let asked =
            before.class == Class::Capital && is_first(before) && name.place == Place::Second && ASK.has(before);
        if next.class == Class::Capital {
            // `Uma Thurman`, of whom only `Thurman` was seen
            let place = named.partition_point(|one| one.end <= at + 1);
            if let Some(family) = named.get_mut(place).filter(|one| one.of == Type::Person && one.first == at + 1)
                && SMALL.has(name)
            {
                family.first = at;
                continue;
            }
            let whole = asked && is_whole(name, next);
            if (whole || is_small_whole(name, next)) && goes_on(token(tokens, at + 2)) {
                person(named, at, at + 2);
            }
            continue;
        }
        let does =
            is_first(name) && next.class == Class::Lower && (DOES.has(next) || (next.len() >= 5 && SPEAKS.has(next)));
        // `Dan is de vraag`
        let then = DUTCH.has(name) && DUTCH_WORDS.has(token(tokens, at + 2));
        if then && does {
            continue;
        }
        if does && is_water(tokens, at + 1) {
            // `Don is a river`
            if kind(name).is_some() {
                add(named, Type::Location, at, at + 1);
            }
            continue;
        }
        let asked = asked && goes_on(next);
        if (does || asked)
            && let Some(of) = kind(name)
        {
            add(named, of, at, at + 1);
        } else if is_called_by_name(tokens, at) {
            person(named, at, at + 1);
        } else if is_said_of_word(tokens, at) {
            add(named, Type::Person, at, at + 1);
        } else if is_kept(tokens, at) || (is_told(tokens, at) && is_free(next)) {
            person(named, at, at + 1);
        } else if is_small_one(tokens, at) {
            add(named, Type::Person, at, at + 1);
        } else if NEAR.has(before) && is_town(name) && is_free(next) {
            add(named, Type::Location, at, at + 1);
        }
    }
}

/// `under the name Delacroix`, of which nothing else is known.
fn is_called_by_name(tokens: &[Token], at: usize) -> bool {
    let back = |by: usize| at.checked_sub(by).map_or(&Token::BEYOND, |at| token(tokens, at));
    let (name, article, way) = (back(1), back(2), back(3));
    let told = name.class == Class::Lower && NAME.has(name) && ARTICLES.has(article) && UNDER.has(way);
    told && is_free(token(tokens, at + 1)) && (is_known(token(tokens, at)) || minutes::is_unknown(token(tokens, at)))
}

/// A given name that is an everyday word, of whom is said what is said of people at work: `Grace is on leave`, `Will can't come`,
/// `Art will bring it`.
fn is_said_of_word(tokens: &[Token], at: usize) -> bool {
    let (name, verb, state, kind) =
        (token(tokens, at), token(tokens, at + 1), token(tokens, at + 2), token(tokens, at + 3));
    if !is_first(name) || verb.class != Class::Lower || !WORDS.has(name) {
        return false;
    }
    let is = IS.has(verb) && (AWAY.has(state) || (ON.has(state) && LEAVE.has(kind)));
    let will = MODALS.has(name) && CAN.has(verb) && state.class == Class::Clitic;
    is || will || (BRINGS.has(name) && WILL.has(verb) && state.class == Class::Lower)
}

/// What is said of waters and towns: `is a long river`.
fn is_water(tokens: &[Token], verb: usize) -> bool {
    let article = token(tokens, verb + 1);
    let noun = |by: usize| token(tokens, verb + by).class == Class::Lower && WATERS.has(token(tokens, verb + by));
    ARTICLES.has(article) && (noun(2) || (token(tokens, verb + 2).class == Class::Lower && noun(3)))
}

fn is_first(token: &Token) -> bool {
    matches!(token.place, Place::Line | Place::Sentence)
}

/// What a name that ends here has behind it.
fn is_free(next: &Token) -> bool {
    !next.class.is_big()
        && !next.is(b'-')
        && !next.is(b'&')
        && !matches!(next.class, Class::Digits | Class::Alphanumeric)
}

/// A question goes on: `Has Becker signed`, `Is it Becker?`.
fn goes_on(next: &Token) -> bool {
    next.class == Class::Lower || next.is(b'?')
}

/// What no name of a person is, whatever else it is.
pub(super) const OTHER: u16 = flag::TITLE
    | flag::NATION
    | flag::REGION
    | flag::THING
    | flag::COMPANY
    | flag::ORGANISATION
    | flag::STREET
    | flag::FUNCTION;

fn is_dated(word: &Token) -> bool {
    matches!(word.entry.class, class::MONTH | class::DAY)
}

fn is_known(word: &Token) -> bool {
    let rather = !word.entry.has(flag::COMMON) || word.entry.has(flag::RATHER_NAME);
    let named = word.entry.has(flag::FIRST | flag::LAST) && !word.entry.has(OTHER) && rather;
    named && !is_dated(word) && !thing::is_program(word)
}

fn is_town(word: &Token) -> bool {
    let other = flag::COMMON | flag::FUNCTION | flag::THING | flag::COMPANY | flag::ORGANISATION | flag::TITLE;
    word.entry.has(flag::CITY) && !word.entry.has(other)
}

/// Tells what a word with a capital is that does something.
fn kind(word: &Token) -> Option<Type> {
    if SMALL.has(word) || (is_known(word) && (word.entry.has(flag::FIRST) || !word.entry.has(flag::CITY))) {
        Some(Type::Person)
    } else {
        is_town(word).then_some(Type::Location)
    }
}

/// A given name and a family's, or one of them and a word that nothing is known of.
fn is_whole(given: &Token, family: &Token) -> bool {
    let firm = flag::COMPANY | flag::ORGANISATION | flag::FUNCTION | flag::NATION | flag::STREET;
    let (first, last) = (given.entry, family.entry);
    let plain = !first.has(firm | flag::TITLE) && !last.has(firm) && !is_dated(given) && !is_dated(family);
    let unknown = (first.flags == 0 && last.has(flag::LAST)) || (first.has(flag::FIRST) && last.flags == 0);
    plain
        && ((first.has(flag::FIRST) && last.has(flag::LAST)) || unknown || (first.has(flag::FIRST) && is_town(family)))
}

/// `Mia Otto`, `Uma Thurman`: a given name that is a small word elsewhere, and a family's.
fn is_small_whole(given: &Token, family: &Token) -> bool {
    let other = flag::COMPANY | flag::ORGANISATION | flag::NATION | flag::STREET;
    SMALL.has(given) && (family.entry.has(flag::LAST) || SMALL.has(family)) && !family.entry.has(other)
}

/// A given name that is a small word elsewhere, by what stands beside it: `cc Mia on this`, `Mia's turn`, `Mia and I`.
fn is_small_one(tokens: &[Token], at: usize) -> bool {
    let (name, next, behind) = (token(tokens, at), token(tokens, at + 1), token(tokens, at + 2));
    if !SMALL.has(name) {
        return false;
    }
    let before = at.checked_sub(1).map_or(&Token::BEYOND, |at| token(tokens, at));
    let told = TELL.has(before) && is_free(next);
    let owns = next.class == Class::Clitic && next.tail & 0xFF == u32::from(b's') && behind.class == Class::Lower;
    let with = AND.has(next) && behind.class == Class::Initial && behind.head == u32::from(b'i');
    told || owns || with
}

/// `the letter from Becker`, `a contract with Babic`.
fn is_told(tokens: &[Token], at: usize) -> bool {
    let name = token(tokens, at);
    if !is_known(name) || name.entry.has(flag::CITY) && !name.entry.has(flag::FIRST | flag::LAST) {
        return false;
    }
    let back = |by: usize| at.checked_sub(by).map_or(&Token::BEYOND, |at| token(tokens, at));
    let (way, letter) = (back(1), back(2));
    way.class == Class::Lower && way.len() <= 4 && WAYS.has(way) && letter.class.is_word() && LETTERS.has(letter)
}

/// `keys for Obafemi`: what is kept or left for somebody of whom nothing is known, and no more.
fn is_kept(tokens: &[Token], at: usize) -> bool {
    let (name, next) = (token(tokens, at), token(tokens, at + 1));
    let back = |by: usize| at.checked_sub(by).map_or(&Token::BEYOND, |at| token(tokens, at));
    let (way, kept) = (back(1), back(2));
    let ends = matches!(next.class, Class::None | Class::Newline) || next.is(b'.') || next.is(b',');
    let whom = ends && minutes::is_unknown(name) && !minutes::is_role(name);
    whom && way.class == Class::Lower && FOR.has(way) && kept.class.is_word() && KEPT.has(kept)
}

/// Makes a person of a range in which no person or another thing than a firm or place was found.
pub(super) fn person(named: &mut Vec<Named>, first: usize, end: usize) {
    let inside = |one: &&Named| one.first < end && one.end > first;
    let beyond = |one: &Named| one.first < first || one.end > end || one.of == Type::Address;
    if !named.iter().filter(inside).any(beyond) {
        widen(named, Type::Person, first, end);
        named.iter_mut().filter(|one| one.first == first && one.end == end).for_each(|one| one.of = Type::Person);
    }
}

/// Given names that are small words in another language than the one they are met in.
static SMALL: WordSet<25> = WordSet::new(
    "al ben dan don elke ella ernst hanno hans heinz juan karl klaus linda mai mia nella nello nur otto savanna uma \
    una val niel",
);

/// Those of them that are words of Dutch, and what stands behind their verb there.
static DUTCH: WordSet<2> = WordSet::new("dan al");
static DUTCH_WORDS: WordSet<30> = WordSet::new(
    "de het een er te nu ook wel niet geen dat dit hij zij ze we wij ik je jij u mijn uw hun zijn haar toch pas nog \
     alles",
);

static ARTICLES: WordSet<4> = WordSet::new("a an the one");
static WATERS: WordSet<22> = WordSet::new(
    "river lake creek stream bay sea mountain volcano island valley town city village suburb region district province \
     county municipality tributary harbour port",
);

/// What somebody is called by.
static NAME: WordSet<2> = WordSet::new("name surname");
static UNDER: WordSet<4> = WordSet::new("under in by of");

/// Given names that are everyday words.
static WORDS: WordSet<24> = WordSet::new(
    "grace hope joy will art faith mark rose dawn summer frank jack drew dean nick rob bob ray pat sue rich gene chase pearl",
);
static MODALS: WordSet<1> = WordSet::new("will");
static BRINGS: WordSet<4> = WordSet::new("art grace frank jack");
static CAN: WordSet<7> = WordSet::new("can won isn wasn didn couldn hasn");
static WILL: WordSet<1> = WordSet::new("will");
static IS: WordSet<3> = WordSet::new("is was isn");
/// Where people are who are not at work, or are back.
static AWAY: WordSet<12> = WordSet::new("off out away sick ill back late absent unavailable here retiring leaving");
static ON: WordSet<1> = WordSet::new("on");
static LEAVE: WordSet<10> = WordSet::new("leave holiday vacation maternity paternity parental annual sick call duty");

/// Verbs behind who or what does something, at the start of a sentence.
static DOES: WordSet<36> = WordSet::new(
    "is was has had isn wasn hasn hadn did does didn doesn will would can could should must left paid called came went \
    kommt kam ist war hat hatte wird kann geht bleibt ruft bittet fragt",
);
static SPEAKS: WordSet<2> = WordSet::new("speaking calling");

/// Verbs that questions begin with.
static ASK: WordSet<26> = WordSet::new(
    "has have did does is are was were will would can could should isn hasn didn doesn hat ist war kommt kann wird \
    hatte haben sind",
);

static TELL: WordSet<19> = WordSet::new(
    "cc ping ask tell call email remind told asked called emailed met saw thank invite phone pinged with for",
);
static AND: WordSet<2> = WordSet::new("and und");

/// What somebody writes or signs, and the words between it and who does.
static LETTERS: WordSet<29> = WordSet::new(
    "letter letters mail email emails message messages note call complaint reply report contract lease dispute \
    interview meeting agreement request statement answer enquiry inquiry appointment voicemail conversation signed \
    written reserved",
);
static FOR: WordSet<1> = WordSet::new("for");
static KEPT: WordSet<12> =
    WordSet::new("keys key parcel package message refund flowers birthday room visitor cake taxi");
static WAYS: WordSet<4> = WordSet::new("from with by for");

/// What stands before places alone.
static NEAR: WordSet<5> = WordSet::new("near toward towards outside nearby");

#[cfg(test)]
mod tests {
    use super::super::rig::check;

    #[test]
    fn given_names_that_are_words_are_found_by_what_is_said_of_people_at_work() {
        check(
            "Grace is on leave. Hope is off sick. Will can't make it. Art will bring it",
            &["Person Grace", "Person Hope", "Person Will", "Person Art"],
        );
        check("Grace is a virtue. Hope is lost. Will is a word. Joy will come. Art is on display", &[]);
    }

    #[test]
    fn who_is_called_by_a_name_and_who_has_a_contract_is_somebody() {
        check("The contract with <O:Babic> expires in May.", &["Person Babic"]);
        check("a table under the name <O:Delacroix>.", &["Person Delacroix"]);
        check("sold under the name <O:Delacroix Foods>", &["Organization Delacroix Foods"]);
    }
}
