//! How the parts of a person's name come together (`van`, hyphens, initials, capitals), and how lists are taken apart.

use super::super::decode::Named;
use super::super::label::Type;
use super::super::lexicon::{Entry, class, flag};
use super::super::token::{Class, Place, Token};
use super::super::words::WordSet;
use super::{absorb, add, is_dotted, is_glued, name_end, token};

/// Lines from here on have words in lower case and others.
const MIXED: u8 = 4;

/// Mends the persons of a segment.
pub(super) fn mend(tokens: &[Token], named: &mut Vec<Named>) {
    persons(tokens, named);
    hyphens(tokens, named);
    lists(tokens, named);
    pairs(tokens, named);
}

/// Finds the other one of two: `Jack & Tom`, of whom Jack was found, `Tom's and James' cars`, of which James was.
fn pairs(tokens: &[Token], named: &mut Vec<Named>) {
    let joins = |at: usize| token(tokens, at).is(b'&') || JOINS.has(token(tokens, at));
    let is_clitic = |at: usize| usize::from(token(tokens, at).class == Class::Clitic);
    let mut at = 0;
    while let Some(one) = named.get(at).copied() {
        at += 1;
        // `Ottoline and Hugo Fairweather`, of whom she was taken for a firm
        let couple = one.of == Type::Person && one.end - one.first == 2 && one.first >= 2 && joins(one.first - 1);
        let before = at.checked_sub(2).and_then(|before| named.get_mut(before));
        let firm = |firm: &&mut Named| firm.of == Type::Organization && firm.end == one.first - 1;
        if let Some(firm) = before.filter(|_| couple).filter(firm) {
            let word = token(tokens, firm.first);
            let known = word.entry == Entry::NONE || is_called(word);
            if firm.end == firm.first + 1 && word.class == Class::Capital && known {
                firm.of = Type::Person;
            }
        }
        if one.of != Type::Person || one.end - one.first != 1 || !is_called(token(tokens, one.first)) {
            continue;
        }
        let mark = one.end + is_clitic(one.end);
        if joins(mark) && is_called(token(tokens, mark + 1)) {
            // `Sarah and Tom Whitfield`
            add(named, Type::Person, mark + 1, name_end(tokens, mark + 1));
        }
        if one.first >= 2 && joins(one.first - 1) {
            let other = (one.first - 2).saturating_sub(is_clitic(one.first - 2));
            if is_called(token(tokens, other)) {
                let count = named.len();
                add(named, Type::Person, other, other + 1);
                at += named.len() - count;
            }
        }
    }
}

/// A word with a capital that is a given name rather than anything else.
fn is_called(word: &Token) -> bool {
    let rather = !word.entry.has(flag::COMMON) || word.entry.has(flag::RATHER_NAME);
    word.class == Class::Capital && word.entry.has(flag::FIRST) && rather
}

/// What two names are joined with.
static JOINS: WordSet<4> = WordSet::new("and und et og");

/// Brings the parts of persons' names together.
fn persons(tokens: &[Token], named: &mut Vec<Named>) {
    let mut at = 0;
    while let Some(one) = named.get(at).copied() {
        if one.of != Type::Person {
            at += 1;
            continue;
        }
        let floor = at.checked_sub(1).and_then(|before| named.get(before)).map_or(0, |before| before.end);
        let mut first = one.first;
        // `J. R. Smith` where only `Smith` was seen.
        while first > floor && token(tokens, first - 1).class == Class::Initial && is_dotted(token(tokens, first - 1)) {
            first -= 1;
        }
        if first > floor && (is_given(token(tokens, first - 1)) || leads(tokens, first - 1, one.end)) {
            first -= 1;
        }
        // `DUPONT Jean`, of whom only `Jean` was seen.
        if first > floor && !is_glued(tokens, first) && is_shouted(tokens, first - 1, first) {
            first -= 1;
        }
        // `Kathleen M.` where only `Kathleen` was seen.
        let ceiling = named.get(at + 1).map_or(tokens.len(), |next| next.first);
        let initial = token(tokens, one.end);
        let after = one.end < ceiling && initial.class == Class::Initial && is_dotted(initial);
        let end =
            one.end + usize::from(after && !is_glued(tokens, one.end) && token(tokens, one.end - 1).class.is_big());
        // `Sophie MARTIN`, of whom only `Sophie` was seen; `DE VRIES Jan`.
        let more = end < ceiling && !is_glued(tokens, end) && token(tokens, end).place == Place::Inside;
        let given = is_given(token(tokens, end)) && token(tokens, end - 1).class == Class::Upper;
        let end = end + usize::from(more && (given || is_shouted(tokens, end, end - 1)));
        if let Some(own) = named.get_mut(at) {
            (own.first, own.end) = (first, end);
        }
        let next = named.get(at + 1).copied().filter(|next| {
            // `Ludwig van` and a town called Beethoven are one person.
            let town =
                next.of == Type::Location && next.first == end + 1 && OF_NAMES.contains(&token(tokens, end).tail);
            next.of == Type::Person || town
        });
        if let Some(next) = next.filter(|next| is_joint(tokens, end, next.first)) {
            absorb(named, at..at + 2, Type::Person, first..next.end);
        } else {
            at += 1;
        }
    }
}

/// Takes the other half of a double name in: `HWANG Soo-ah`, `Papadakis-Wong`.
fn hyphens(tokens: &[Token], named: &mut [Named]) {
    let mut floor = 0;
    for at in 0..named.len() {
        let ceiling = named.get(at + 1).map_or(tokens.len(), |next| next.first);
        let Some(one) = named.get_mut(at) else { break };
        let fits = |half: &Token| {
            let short = half.class == Class::Lower && half.end - half.start <= 4;
            (half.class.is_big() || short)
                && (!half.entry.has(flag::COMMON | flag::FUNCTION) || half.entry.has(flag::FIRST))
        };
        let hyphen = |at: usize| token(tokens, at).is(b'-') && is_glued(tokens, at) && is_glued(tokens, at + 1);
        if one.of == Type::Person {
            if one.end + 2 <= ceiling && hyphen(one.end) && fits(token(tokens, one.end + 1)) {
                one.end += 2;
            }
            let first = one.first.saturating_sub(2);
            if first >= floor && one.first >= 2 && hyphen(first + 1) && fits(token(tokens, first)) {
                one.first = first;
            }
        }
        floor = one.end;
    }
}

/// Tells the persons of a list apart: a name has one comma at most (`O'Malley, Patrick`), and no mark of other kinds.
fn lists(tokens: &[Token], named: &mut Vec<Named>) {
    let mut at = 0;
    while let Some(one) = named.get(at).copied() {
        if one.of == Type::Person
            && let Some(mark) = cut(tokens, named, at)
        {
            if let Some(own) = named.get_mut(at) {
                own.end = mark;
            }
            // What is left of a list is one, too.
            named.insert(at + 1, Named { first: mark + 1, ..one });
        }
        at += 1;
    }
    named.retain(|one| one.first < one.end);
}

/// Finds the mark at which a person ends and another begins.
fn cut(tokens: &[Token], named: &[Named], at: usize) -> Option<usize> {
    const MARKS: &[u8] = b"><|;/=";
    let one = named.get(at)?;
    let inside = tokens.get(one.first..one.end)?;
    // `Arumugam s/o Muthusamy`
    let sign = |at: usize| {
        let letter = |one: &Token| one.len() == 1 && one.class == Class::Lower;
        let (before, behind) = (token(tokens, (one.first + at).wrapping_sub(1)), token(tokens, one.first + at + 1));
        letter(before) && letter(behind) && is_glued(tokens, one.first + at) && is_glued(tokens, one.first + at + 1)
    };
    let parts = |(at, mark): (usize, &Token)| MARKS.iter().any(|byte| mark.is(*byte)) && !(mark.is(b'/') && sign(at));
    if let Some(mark) = inside.iter().enumerate().position(parts) {
        return Some(one.first + mark);
    }
    // `I saw O'Brien. Smith came`: abbreviations (`Wm. Smith`) are short and no names.
    let ends = |pair: &[Token]| {
        let [word, mark, next] = pair else { return false };
        let length = word.end - word.start;
        let whole = length >= 5 || (length >= 3 && word.entry.has(flag::FIRST | flag::LAST));
        mark.is(b'.') && next.place == Place::Sentence && whole && !word.entry.is_abbreviation()
    };
    if let Some(word) = inside.windows(3).position(ends) {
        return Some(one.first + word + 1);
    }
    let comma = inside.iter().position(|token| token.is(b','))?;
    let commas = inside.iter().filter(|token| token.is(b',')).count();
    let (first, last) = (inside.first()?, comma.checked_sub(1).and_then(|at| inside.get(at))?);
    // `Priya K., Tom`: a family name stands alone before its comma.
    let given = comma > 1
        && (last.class == Class::Initial || first.class == Class::Initial || first.entry.has(flag::FIRST))
        && !first.entry.has(flag::PARTICLE);
    (commas >= 2 || given || is_cut(tokens, named, at)).then_some(one.first + comma)
}

/// Tells whether a comma alone stands between a person and the person before.
fn is_cut(tokens: &[Token], named: &[Named], at: usize) -> bool {
    let (Some(before), Some(own)) = (at.checked_sub(1).and_then(|at| named.get(at)), named.get(at)) else {
        return false;
    };
    before.of == Type::Person && before.end + 1 == own.first && token(tokens, before.end).is(b',')
}

/// A given name inside a sentence that has words in lower case, too: `leaving, Victor` before a family name.
fn is_given(token: &Token) -> bool {
    const MIXED: u8 = 5;
    token.class == Class::Capital
        && token.place == Place::Inside
        && token.line.casing >= MIXED
        && token.entry.has(flag::FIRST)
        && !token.entry.has(flag::TITLE | flag::FUNCTION | flag::STREET | flag::NATION)
        && !matches!(token.entry.class, class::MONTH | class::DAY)
}

/// Tells whether a word before a person begins the name: `Abu` before `Bakr`, `Tan` before `Wei Ling`, `Cao` before `Wei,`.
fn leads(tokens: &[Token], at: usize, end: usize) -> bool {
    /// Letters of the words of such names.
    const LETTERS_MAX: usize = 5;
    let word = token(tokens, at);
    if word.class != Class::Capital || is_glued(tokens, at + 1) {
        return false;
    }
    let rest = tokens.get(at + 1..end).unwrap_or_default();
    let short = |one: &Token| {
        one.class == Class::Capital && one.len() <= LETTERS_MAX && one.entry.has(flag::FIRST | flag::LAST)
    };
    let other = flag::FUNCTION | flag::TITLE | flag::NATION;
    let family = rest.len() == 2 && rest.iter().all(short) && short(word) && word.entry.has(flag::LAST);
    // `Cao Wei, please call`
    let called =
        rest.len() == 1 && word.place == Place::Line && token(tokens, end).is(b',') && word.entry.has(flag::LAST);
    let called = called && rest.iter().all(short) && short(word) && !word.entry.has(flag::COMMON | flag::FIRST);
    KUNYA.has(word) || ((family || called) && !word.entry.has(other))
}

/// `Abu Bakr`, `Umm Khalid`.
static KUNYA: WordSet<3> = WordSet::new("abu umm abd");

/// A family name in capitals beside a name that is not, in a line that has words in lower case: `DUPONT Jean`.
fn is_shouted(tokens: &[Token], at: usize, beside: usize) -> bool {
    /// Letters of a name in capitals that is not known; shorter ones are abbreviations.
    const UNKNOWN_MIN: usize = 5;
    let (family, beside) = (token(tokens, at), token(tokens, beside));
    let other = flag::THING | flag::COMPANY | flag::ORGANISATION | flag::TITLE | flag::FUNCTION | flag::STREET;
    family.class == Class::Upper
        && beside.class == Class::Capital
        && family.line.casing >= MIXED
        && beside.entry.has(flag::FIRST | flag::LAST)
        && !family.entry.has(other)
        && (family.entry.has(flag::LAST) || (family.entry == Entry::NONE && family.end - family.start >= UNKNOWN_MIN))
}

/// Small words between two names of one person: `Wanjiku wa Kamau`.
static CHILD_OF: WordSet<6> = WordSet::new("wa ole arap binti bte ap");

static AND: WordSet<1> = WordSet::new("und");

/// `van`, `von`, `bin`, `ibn`: particles that name nobody's town.
const OF_NAMES: [u32; 4] = [
    u32::from_be_bytes(*b"\0van"),
    u32::from_be_bytes(*b"\0von"),
    u32::from_be_bytes(*b"\0bin"),
    u32::from_be_bytes(*b"\0ibn"),
];

/// Tells whether what stands between two parts of a name holds them together: nothing but a space, `van der`, a hyphen
/// without spaces.
fn is_joint(tokens: &[Token], from: usize, to: usize) -> bool {
    let between = tokens.get(from..to).unwrap_or_default();
    match between {
        [] => token(tokens, to).class.is_big() && !is_glued(tokens, to),
        [hyphen] if hyphen.is(b'-') => is_glued(tokens, from) && is_glued(tokens, to),
        // `Dl. Ionescu`, `Cmdr. Okoye`, of which the title was taken for somebody
        [stop] if stop.is(b'.') && is_glued(tokens, from) => {
            is_abbreviated(tokens, from) && token(tokens, to).class.is_big()
        }
        // `Karl von und zu Guttenberg`
        [of, and, last] if OF_NAMES.contains(&of.tail) && AND.has(and) && last.entry.has(flag::PARTICLE) => {
            token(tokens, to).class.is_big()
        }
        [of, and] if OF_NAMES.contains(&of.tail) && AND.has(and) => token(tokens, to).entry.has(flag::PARTICLE),
        [of] if of.class == Class::Lower && CHILD_OF.has(of) => token(tokens, to).class.is_big(),
        _ => between.len() <= 3 && between.iter().all(|token| token.entry.has(flag::PARTICLE) && token.class.is_word()),
    }
}

/// A few letters before a full stop that nobody is called.
fn is_abbreviated(tokens: &[Token], stop: usize) -> bool {
    /// Letters of such a title.
    const LETTERS_MAX: usize = 4;
    let title = stop.checked_sub(1).map_or(&Token::BEYOND, |at| token(tokens, at));
    title.class.is_word() && title.len() <= LETTERS_MAX && !title.entry.has(flag::FIRST | flag::LAST)
}

/// Takes away persons that are a few capitals among other words: unknown ones (`la TVA`), or two (`Flight VO 4492`).
pub(super) fn abbreviations(tokens: &[Token], named: &mut Vec<Named>) {
    const LETTERS_MAX: usize = 4;
    named.retain(|one| {
        let only = token(tokens, one.first);
        let letters = only.end - only.start;
        let short = one.end == one.first + 1 && only.class == Class::Upper && letters <= LETTERS_MAX;
        let known = letters > 2 && only.entry.has(flag::FIRST | flag::LAST);
        one.of != Type::Person || !short || known || only.line.casing < MIXED
    });
}

/// What only people do; what is written otherwise of things (`Bill paid`, `Page moved`) is left out.
static DOES: WordSet<32> = WordSet::new(
    "said says told tells asked asks wrote emailed phoned texted replied agreed thinks thought wants knew knows fixed met \
    forgot promised loves hates apologised apologized complained insisted visited borrowed mentioned resigned married",
);

/// Given names that are other words in more languages than they are none.
static GIVEN: WordSet<6> = WordSet::new("al don ben may will vi");

/// What is said of people alone: `Grace is pregnant`.
static FEELS: WordSet<16> = WordSet::new(
    "sick ill pregnant married divorced retired upset angry tired asleep hungry crying worried allergic diabetic abroad",
);
static IS: WordSet<4> = WordSet::new("is was isn wasn");

/// Given names that are plurals: of more than one of those, nobody says `is`.
static PLURALS: WordSet<1> = WordSet::new("miles");

/// What people do to or for others; of things only with what follows (`Bill paid for it`, `Vi called about it`).
static DOES_WITH: WordSet<8> = WordSet::new("paid called calls rang phones moved lives works");
static WITH: WordSet<12> = WordSet::new("for about me us him her them again back yesterday with here");

/// What people do to something.
static DOES_TO: WordSet<10> = WordSet::new("paid signed owes brought returned lost broke cancelled booked ordered");
static WHAT: WordSet<8> = WordSet::new("the a his her my our it two");

/// Finds given names that are everyday words, where a sentence begins with one who does what people do: `Ed fixed it`.
pub(super) fn speakers(tokens: &[Token], named: &mut Vec<Named>) {
    for (at, name) in tokens.iter().enumerate() {
        if name.class != Class::Capital {
            continue;
        }
        if !matches!(name.place, Place::Line | Place::Sentence) {
            continue;
        }
        let other = flag::TITLE | flag::FUNCTION | flag::NATION | flag::COMPANY | flag::ORGANISATION | flag::STREET;
        let given = name.entry.has(flag::FIRST) && !name.entry.has(other);
        let verb = token(tokens, at + 1);
        let does = DOES.has(verb)
            || (DOES_WITH.has(verb) && WITH.has(token(tokens, at + 2)))
            || (DOES_TO.has(verb) && WHAT.has(token(tokens, at + 2)))
            || (IS.has(verb) && (FEELS.has(token(tokens, at + 2)) || PLURALS.has(name)));
        let family = name.entry.has(flag::LAST) && !name.entry.has(other | flag::COMMON | flag::CITY);
        if (given || family || GIVEN.has(name)) && verb.class == Class::Lower && does {
            add(named, Type::Person, at, at + 1);
        }
    }
}

/// Takes away what is all in lower case and begins with no known name, among words of which most are unknown, too: in a
/// language that the model never learnt every word looks like a name.
pub(super) fn foreign(tokens: &[Token], named: &mut Vec<Named>) {
    /// Tokens on each side that tell what language it is.
    const AROUND: usize = 12;
    const UNKNOWN_MIN: usize = 3;
    let unknown = |token: &&Token| token.class == Class::Lower && token.entry == Entry::NONE;
    named.retain(|one| {
        let words = tokens.get(one.first..one.end).unwrap_or_default();
        let small = words.iter().all(|word| word.class == Class::Lower);
        let told = words.iter().any(|word| unknown(&word) || SMALL.has(word));
        if !matches!(one.of, Type::Person | Type::Location) || !small || !told {
            return true;
        }
        // Who writes all in lower case writes names so, too.
        let first = token(tokens, one.first);
        // `fekete színben`, in which a family's name is a word
        let known = first.entry.has(flag::FIRST) || (first.entry.has(flag::LAST) && words.len() == 1);
        if first.line.casing < MIXED {
            return true;
        }
        let line = |token: &&Token| token.class != Class::Newline;
        let before = tokens.get(one.first.saturating_sub(AROUND)..one.first).unwrap_or_default();
        let behind = tokens.get(one.first..(one.first + AROUND).min(tokens.len())).unwrap_or_default();
        let near = || before.iter().rev().take_while(line).chain(behind.iter().take_while(line));
        let strange = near().filter(unknown).count();
        let everyday = near().filter(|token| token.entry.has(flag::COMMON | flag::FUNCTION)).count();
        // `dua kali`, `kaks korda` among words of which nothing is known: not `dua lipa`, and not `spoke with mert this morning`
        if words.iter().all(|word| SMALL.has(word)) && strange >= 2 {
            return false;
        }
        if known {
            return true;
        }
        // `Asiakas ei vastaa puhelimeen`; a single unknown word is no place (`a zipem`) but behind `in`
        let no_word = everyday == 0 && strange >= 2;
        let placed = one.first.checked_sub(1).is_some_and(|at| token(tokens, at).entry.class == class::IN);
        let no_place = one.of == Type::Location && strange >= 2 && !placed;
        !(no_word || no_place) && (strange < UNKNOWN_MIN || strange * 2 < everyday)
    });
}

/// Small words of languages that the model never learnt, which are written as names elsewhere are: where every word of what
/// was found is one, and the line has capitals, it is nobody.
static SMALL: WordSet<49> = WordSet::new(
    "doua ori pentru sau dua tiga kali yang untuk karena sudah belum dari pada ang mga lahat dahil kung mbili tatu \
    kwa katika kaks korda ning mis kui iki uc icin gibi kadar beri koska mutta kun etta ota mert hogy vagy csak nuk \
    nga per sve ali jer",
);
