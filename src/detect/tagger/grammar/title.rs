//! Whom titles stand before: `Mrs. van Jaarsveld`, `dona Lindalva`.

use super::super::decode::{By, Named};
use super::super::label::Type;
use super::super::lexicon::{class, flag};
use super::super::particle::is_particle;
use super::super::token::{Class, Place, Token};
use super::super::words::{WordMap, WordSet};
use super::initial::DOES;
use super::{add, is_glued, token};

/// Words of a name behind a title.
const WORDS_MAX: usize = 3;
/// Bytes of a name in capitals; shorter ones are abbreviations.
const UPPER_MIN: usize = 4;

/// Takes for a person what was taken for a place or firm behind a title, and what is written as a name there.
pub(super) fn titles(tokens: &[Token], named: &mut Vec<Named>) {
    // `Maj. Gen.`: the first of two titles is nobody.
    named.retain(|one| {
        let behind = token(tokens, one.end + 1);
        let two = token(tokens, one.first).entry.has(flag::TITLE) && behind.entry.has(flag::TITLE) && SHORT.has(behind);
        one.end != one.first + 1 || !token(tokens, one.end).is(b'.') || !two
    });
    for at in 0..tokens.len() {
        let title = token(tokens, at);
        if !title.entry.has(flag::TITLE) && LISTED.get(title.word) == 0 {
            continue;
        }
        let rank = is_rank(title);
        let doctor = DOCTOR.has(title) && matches!(title.class, Class::Lower | Class::Capital);
        let lowered = title.class == Class::Lower && begins(title) && STRICT.has(title);
        let abroad = is_abroad(tokens, at);
        if !is_title(title) && !rank && !doctor && !lowered && !abroad {
            continue;
        }
        let dotted = token(tokens, at + 1).is(b'.');
        let first = behind(tokens, at);
        let ends = !dotted || !SHORT.has(title) || token(tokens, first).place == Place::Line;
        if matches!(token(tokens, first).place, Place::Line | Place::Sentence) && ends {
            // `She is his Frau. Grün ist`: a full stop that ends a sentence, not an abbreviation.
            continue;
        }
        let initials = initials(tokens, first, title.class);
        let behind = tokens.get(first + initials..).unwrap_or_default();
        let particles = particles(behind);
        // `Mr Das called`
        let lone = particles > 0 && !token(tokens, first + initials + particles).class.is_big();
        let particles = if lone && token(tokens, first + initials).class == Class::Capital { 0 } else { particles };
        let name = first + initials + particles;
        let place = named.partition_point(|one| one.end <= first);
        match named.get_mut(place) {
            // `ra Colombo` of `Sig.ra Colombo`
            Some(one) if one.first > at && one.first < first => one.first = first.min(one.end - 1),
            Some(one) if one.first <= name => {
                // `Mr Adeleke's`, of which all was taken for a firm.
                let owns = one.end > name + 1 && token(tokens, one.end - 1).class == Class::Clitic;
                let end = one.end - usize::from(owns);
                let words = tokens.get(one.first.max(first)..end).unwrap_or_default();
                let other = flag::STREET | flag::COMPANY | flag::ORGANISATION;
                let named_so = words.iter().all(|word| word.class.is_word() || word.is(b'-'));
                let counted = words.iter().filter(|word| !word.is(b'-') && !is_particle(word)).count();
                // Particles are words of firms and streets, too.
                let is_other = |word: &Token| word.entry.has(other) && !is_particle(word);
                let fits = named_so && counted <= WORDS_MAX && !words.iter().any(is_other);
                let taken = matches!(one.of, Type::Location | Type::Organization)
                    && fits
                    && !rank
                    // `5 Oak Dr. Leeds`
                    && (!doctor || is_said_of(tokens, at, name, rank));
                // `Ms de la Rosa`, of whom only `Rosa` was seen; `Mr A Khan`
                let joined = one.of == Type::Person && particles + initials > 0;
                // `mr. van dyke`, of whom only `van` was seen
                let more = joined && STRICT.has(title) && end <= name && is_said_of(tokens, at, name, rank);
                let end = if more { name + 1 } else { end };
                one.by = if more { By::Form } else { one.by };
                // `La Sra. de la Fuente`, of which all was taken for a firm
                let article = |word: &Token| word.entry.has(flag::FUNCTION | flag::PARTICLE);
                let begins = tokens.get(one.first..at).unwrap_or_default().iter().all(article);
                let titled = taken && begins && one.first <= first && is_said_of(tokens, at, name, rank);
                if ((taken || joined) && one.first >= first) || titled {
                    (one.of, one.first, one.end) = (Type::Person, first, end);
                }
            }
            _ if is_said_of(tokens, at, name, rank) => {
                // `Col.` was taken for a place.
                named.retain(|one| one.first != at || one.end > first);
                add(named, Type::Person, first, name + 1);
            }
            _ => {}
        }
    }
}

/// Counts the particles between a title and a name: `van der`, `von und zu`.
fn particles(behind: &[Token]) -> usize {
    const PARTICLES_MAX: usize = 3;
    let fits = |at: &usize| {
        let (here, next) = (token(behind, *at), token(behind, at + 1));
        let joins = is_and(here) && *at > 0 && is_particle(token(behind, at - 1)) && ZU.has(next);
        let to = ZU.has(here) && *at > 0 && is_and(token(behind, at - 1));
        is_particle(here) || joins || to
    };
    (0..PARTICLES_MAX).take_while(fits).count()
}

fn is_and(word: &Token) -> bool {
    static UND: WordSet<1> = WordSet::new("und");
    word.class == Class::Lower && UND.has(word)
}

static ZU: WordSet<1> = WordSet::new("zu");

/// Counts the tokens of initials behind a title: `A`, `A.`, and `a`, `a.` behind one in lower case.
fn initials(tokens: &[Token], first: usize, title: Class) -> usize {
    /// Initials before one name.
    const INITIALS_MAX: usize = 2;
    let mut at = first;
    for _ in 0..INITIALS_MAX {
        let here = token(tokens, at);
        let small = title == Class::Lower && here.class == Class::Lower && here.len() == 1;
        let next = at + 1 + usize::from(here.len() == 1 && token(tokens, at + 1).is(b'.') && is_glued(tokens, at + 1));
        if !(small || here.class == Class::Initial) || !token(tokens, next).class.is_word() {
            break;
        }
        at = next;
    }
    at - first
}

/// Tells whether a title stands before somebody's name: that is written as one, or nothing else stands behind such a title.
fn is_said_of(tokens: &[Token], at: usize, name: usize, rank: bool) -> bool {
    let title = token(tokens, at);
    let listed = rank || is_title(title) || is_abroad(tokens, at);
    listed && is_called(token(tokens, name), rank) && title.class != Class::Upper || is_addressed(tokens, at, name)
}

/// The first token behind a title, its full stop and its ending: `Sig.ra`, `Dott.ssa`.
fn behind(tokens: &[Token], title: usize) -> usize {
    static ENDINGS: WordSet<4> = WordSet::new("ra na ssa re");
    let stop = usize::from(token(tokens, title + 1).is(b'.'));
    let ending = token(tokens, title + 1 + stop);
    let ends = stop == 1 && ending.class == Class::Lower && is_glued(tokens, title + 2) && ENDINGS.has(ending);
    title + 1 + stop + usize::from(ends)
}

/// Titles of other languages than English that are words or letters without their full stop (`mw.`, `Sr.`, `Sig.ra`), and some
/// that are none.
fn is_abroad(tokens: &[Token], at: usize) -> bool {
    let title = token(tokens, at);
    // None of them has more letters.
    if title.len() > 4 {
        return false;
    }
    let cased = matches!(title.class, Class::Capital | Class::Lower);
    let stopped = token(tokens, at + 1).is(b'.') && is_glued(tokens, at + 1) && DOTTED.has(title);
    // `5 mw.`, `12 hr.`
    let counted = stopped && at.checked_sub(1).is_some_and(|before| token(tokens, before).class == Class::Digits);
    (cased && stopped && !counted) || (title.class == Class::Capital && PLAIN.has(title))
}

/// `M. Dupont`, `D. Carmelo`: a letter that is a title, and a name that is known and no word besides.
fn is_letter(tokens: &[Token], at: usize) -> bool {
    let (title, name) = (token(tokens, at), token(tokens, at + 1));
    let letter = |of: u8| {
        title.class == Class::Initial && title.len() == 2 && title.head & 0xFFFF == u32::from(of) << 8 | u32::from(b'.')
    };
    let other = flag::COMMON | flag::THING | flag::COMPANY | flag::ORGANISATION | flag::STREET | flag::NATION;
    let named = (letter(b'm') && name.entry.has(flag::LAST)) || (letter(b'd') && name.entry.has(flag::FIRST));
    named && name.class == Class::Capital && !name.entry.has(other)
}

fn begins(token: &Token) -> bool {
    matches!(token.place, Place::Line | Place::Sentence)
}

/// Tells whether the word behind `Mr`, `Mrs`, `Herrn` is whom it is said of, whatever else the word may be: `Mrs Church`,
/// `mr park`, `MR PARK`; nobody is called `Mr. Speaker`.
fn is_addressed(tokens: &[Token], at: usize, name: usize) -> bool {
    let (title, next, place) = (token(tokens, at), token(tokens, name + 1), name);
    let name = token(tokens, place);
    let known = name.entry.has(flag::FIRST | flag::LAST);
    match (title.class, name.class) {
        (Class::Capital, Class::Capital) => {
            let titled = name.entry.has(flag::TITLE) && (!known || name.entry.has(flag::ABBREVIATION));
            let miss = MISS.has(title) && !name.entry.has(flag::NATION | flag::REGION);
            // `Call Dr Park now`, no `Maple Dr Leeds`
            let before = at.checked_sub(1).map_or(&Token::BEYOND, |before| token(tokens, before));
            let asked = begins(title) || CALLS.has(before) || (before.class == Class::Lower && !begins(before));
            let doctor = DOCTOR.has(title) && known && asked;
            (STRICT.has(title) || miss || doctor) && !NOBODY.has(name) && (!titled || next.class == Class::Lower)
        }
        (Class::Lower, Class::Lower) => {
            let before = at.checked_sub(1).map_or(&Token::BEYOND, |before| token(tokens, before));
            // `dr wood is running late`
            let says = begins(title) && next.class == Class::Lower && next.entry.has(flag::FUNCTION | flag::COMMON);
            let doctor = DOCTOR.has(title) && (ASKS.has(before) || says);
            let strict = STRICT.has(title) && (known || is_unmistakable(tokens, at, place));
            !name.entry.has(flag::FUNCTION) && (strict || (doctor && known))
        }
        // `MR CROOK is here`, `Mr CROOK`, no `MS OFFICE`
        (Class::Upper, Class::Upper | Class::Capital) | (Class::Capital, Class::Upper) => {
            let long = name.len() >= 3 && !name.entry.has(flag::FUNCTION);
            let before = at.checked_sub(1).map_or(&Token::BEYOND, |before| token(tokens, before));
            let doctor = DOCTOR.has(title) && (begins(title) || CALLS.has(before));
            let strict = STRICT.has(title) && (known || is_unmistakable(tokens, at, place));
            long && (strict || (doctor && known && !name.entry.has(flag::CITY)))
        }
        _ => false,
    }
}

/// Tells whether any word behind `mr.`, `mrs`, `MR` is somebody's name. What is read over (`mr review`) and scanned (`MR
/// IMAGING`) is written so, too, but not with a full stop, and not behind `mrs`.
fn is_unmistakable(tokens: &[Token], at: usize, name: usize) -> bool {
    let title = token(tokens, at);
    let of = name.checked_sub(1).filter(|of| *of > at && is_particle(token(tokens, *of)));
    let (name, next) = (token(tokens, name), token(tokens, name + 1));
    // `mr crook called`, `mr banda`
    let told = MR.has(title)
        && !MERGED.has(name)
        && (name.entry.flags & !(flag::CITY | flag::COMMON) == 0 && name.entry.flags != flag::COMMON
            || (next.class == Class::Lower && DOES.has(next)));
    let clear = token(tokens, at + 1).is(b'.') || MRS.has(title) || told || (of.is_some() && !DOES.has(name));
    let shouted = title.class == Class::Upper && MR.has(title) && !MERGED.has(name);
    let other = flag::FUNCTION | flag::TITLE | flag::THING | flag::COMPANY | flag::ORGANISATION;
    name.len() >= 3 && (clear || shouted) && !name.entry.has(other) && !NOBODY.has(name)
}

/// Tells whether a token stands behind such a title: `mr crook`.
pub(super) fn is_behind(tokens: &[Token], at: usize) -> bool {
    let back = |by: usize| at.checked_sub(by).map_or(&Token::BEYOND, |at| token(tokens, at));
    STRICT.has(back(1)) || (back(1).is(b'.') && STRICT.has(back(2)))
}

/// Tells whether somebody is called by one word, with particles before it.
pub(super) fn is_one(tokens: &[Token], one: &Named) -> bool {
    let particles = tokens.get(one.first..one.end).unwrap_or_default().split_last().map_or(&[][..], |(_, rest)| rest);
    particles.iter().all(is_particle)
}

/// Titles with their full stop, and without.
static DOTTED: WordSet<12> = WordSet::new(DOTTED_WORDS);
const DOTTED_WORDS: &str = "mw dhr mevr sr sra srta sig dott dra dna hr fr";
static PLAIN: WordSet<2> = WordSet::new(PLAIN_WORDS);
const PLAIN_WORDS: &str = "mlle mtre";

static MR: WordSet<3> = WordSet::new("mr herr herrn");
static MRS: WordSet<2> = WordSet::new("mrs herrn");

/// What merge requests and magnetic resonance have behind them: `MR OPEN`, `MR KNEE LEFT`.
static MERGED: WordSet<66> = WordSet::new(
    "merge merged merges review reviewed reviews pipeline approved approval closed opened request requests scan scans \
     scanner imaging image angiography spectroscopy open ready blocked failed draft drafts pending needs rejected \
     conflict conflicts comment comments coffee knee hip shoulder ankle wrist elbow foot hand spine lumbar cervical \
     thoracic brain head neck skull orbit pelvis abdomen liver pancreas kidney renal prostate breast heart cardiac \
     bowel rectum whole angiogram venography",
);

/// Titles that stand before nothing but names.
static STRICT: WordSet<9> = WordSet::new(STRICT_WORDS);
const STRICT_WORDS: &str = "mr mrs ms herr herrn frau mme mevrouw mevr";

/// Stands before names, and before lands: `Miss Peru`.
static MISS: WordSet<1> = WordSet::new("miss");

/// What begins a sentence before whom to ask.
static CALLS: WordSet<14> = WordSet::new("call page bleep ask tell see phone email contact ring message thank meet is");

static DOCTOR: WordSet<2> = WordSet::new(DOCTOR_WORDS);
const DOCTOR_WORDS: &str = "dr prof";

/// What stands before `dr knight`, and not before a drive.
static ASKS: WordSet<14> = WordSet::new("ask tell call see saw with by from to for and contact email phone");

/// Whom the words name by what he or she is, or nobody.
static NOBODY: WordSet<23> = WordSet::new(
    "unknown anonymous nobody speaker president chairman chairwoman chairperson chair justice secretary mayor right wrong universe world \
    robot vorsitzender vorsitzende prasident prasidentin minister ministerin",
);

/// Tells whether a short text begins with a title, perhaps behind a room, and whom it is said of: `Mrs Achieng Otieno`,
/// `Dr. Ndlovu`, `Unit 3 Mr Singh`.
pub(super) fn shows(tokens: &[Token]) -> bool {
    // `Unit 3 Mr Singh`
    let room = ROOMS.has(token(tokens, 0)) && matches!(token(tokens, 1).class, Class::Digits | Class::Alphanumeric);
    let skipped = if room { 2 + usize::from(token(tokens, 2).is(b',')) } else { 0 };
    let tokens = tokens.get(skipped..).unwrap_or_default();
    let (title, next) = (token(tokens, 0), token(tokens, 1));
    // `c/o Mele Fifita`
    if next.is(b'/') && title.len() == 1 && title.head == u32::from(b'c') {
        return token(tokens, 2).len() == 1 && token(tokens, 3).class == Class::Capital;
    }
    if HONOURED.has(title) && next.is(b'.') {
        return shows(tokens.get(2..).unwrap_or_default());
    }
    let first = behind(tokens, 0);
    let initials = initials(tokens, first, title.class);
    let abroad = is_abroad(tokens, 0) || is_letter(tokens, 0);
    let rest = tokens.get(first + initials..).unwrap_or_default();
    let particles = if abroad && token(rest, 0).class == Class::Lower { particles(rest) } else { 0 };
    let name = token(tokens, first + initials + particles);
    let begins = SHOWING.has(title) && title.class == Class::Capital;
    // `MR CROOK`, `mr. banda`
    let any = title.class.is_word() && is_addressed(tokens, 0, first + initials) && STRICT.has(title);
    let written = matches!(name.class, Class::Capital | Class::Mixed);
    let abroad = is_letter(tokens, 0) || (abroad && is_called(name, false));
    (any || abroad || (begins && written)) && name.place != Place::Line && !NOBODY.has(name)
}

/// Tells whether a word of this hash may be such a title or room.
pub(super) fn may_be(word: u64) -> bool {
    SHOWING.has_word(word)
        || ROOMS.has_word(word)
        || DOTTED.has_word(word)
        || PLAIN.has_word(word)
        || HONOURED.has_word(word)
        || LETTERS.has_word(word)
}

/// What people stay in, with its number, before a title.
static ROOMS: WordSet<8> = WordSet::new("unit room flat suite apt apartment bed zimmer");

/// What stands before a title, and letters that are titles.
static HONOURED: WordSet<3> = WordSet::new("exmo exma ilmo");
static LETTERS: WordSet<2> = WordSet::new("m d");

/// Titles that short texts begin with.
static SHOWING: WordSet<11> = WordSet::new("mr mrs ms dr herr herrn frau mme mevrouw mevr prof");

/// Ranks and offices, which stand before persons' names, and before other words (`President Street`).
static RANKS: WordSet<23> = WordSet::new(RANK_WORDS);
const RANK_WORDS: &str = "inspector constable sergeant sgt detective colonel col captain capt lieutenant lt corporal king queen \
    princess president senator chancellor judge justice dhr bishop pastor";

/// All words that are titles here, whatever the lexicon says of them: most words are none.
static LISTED: WordMap<128> =
    WordMap::new(&[(RANK_WORDS, 1), (DOCTOR_WORDS, 1), (STRICT_WORDS, 1), (DOTTED_WORDS, 1), (PLAIN_WORDS, 1)]);

/// Titles that are never written without their full stop, which ends no sentence.
static SHORT: WordSet<12> = WordSet::new("dhr mevr col capt sgt lt maj gen mw dna hr fr");

fn is_rank(token: &Token) -> bool {
    token.class == Class::Capital && RANKS.has(token)
}

/// A word that is written as a name behind a title; behind a rank no street, region or thing.
fn is_called(token: &Token, rank: bool) -> bool {
    let entry = token.entry;
    let named = entry.has(flag::FIRST | flag::LAST);
    let other = flag::STREET | flag::NATION | flag::REGION | flag::THING | flag::FUNCTION | flag::TITLE;
    if rank {
        // `Judge Rivers`
        let region = entry.has(flag::REGION) && !entry.has(flag::LAST);
        return token.class == Class::Capital
            && !region
            && !entry.has((other & !flag::REGION) | flag::COMPANY | flag::ORGANISATION)
            && (named || !entry.has(flag::CITY))
            && !matches!(entry.class, class::MONTH | class::DAY);
    }
    // `Mr Li`, which is a small word elsewhere.
    is_name(token) || (token.class == Class::Capital && named && entry.has(flag::FUNCTION) && !entry.has(flag::TITLE))
}

/// A title that stands before nothing but a person's name.
fn is_title(token: &Token) -> bool {
    // The last four letters are enough beside the flag.
    const TITLES: [&[u8; 4]; 21] = [
        b"\0\0mr", b"\0mrs", b"\0\0ms", b"miss", b"frau", b"herr", b"\0mme", b"mlle", b"ieur", b"\0sra", b"srta",
        b"enor", b"nora", b"nhor", b"hora", b"dona", b"gnor", b"errn", b"mevr", b"rouw", b"neer",
    ];
    // `I miss Lisbon`, `in 12 ms Frankfurt answered`.
    const WORDS: [&[u8; 4]; 2] = [b"\0\0ms", b"miss"];
    let is = |title: &&[u8; 4]| u32::from_be_bytes(**title) == token.tail;
    token.entry.has(flag::TITLE)
        && token.class.is_word()
        && TITLES.iter().any(is)
        && (token.class == Class::Capital || !WORDS.iter().any(is))
}

/// A word that is written as a name: no everyday one, or one that families have too (`Long`, `Klein`); in capitals
/// also behind a title that is not (`Monsieur DUPONT`).
fn is_name(token: &Token) -> bool {
    let written = match token.class {
        Class::Capital | Class::Mixed => true,
        Class::Upper => token.end - token.start >= UPPER_MIN,
        _ => false,
    };
    let other = flag::FUNCTION | flag::THING | flag::COMPANY | flag::ORGANISATION | flag::TITLE;
    written && !token.entry.has(other) && (!token.entry.has(flag::COMMON) || token.entry.has(flag::FIRST | flag::LAST))
}
