//! What addresses look like: streets with their houses, boxes, codes beside towns; what is none of it is taken off.
//!
//! How the parts of an address come together, `join` says; what a part is, `part`; which rows of pieces are an address
//! whatever was found there, `pattern`.

mod ahead;
mod blank;
mod dweller;
mod fault;
mod join;
mod lowered;
mod numbered;
mod part;
mod pattern;
mod piece;
mod row;
mod said;
mod shed;
mod town;
mod unit;
mod version;

pub(in super::super) use blank::{LINE_MAX, goes_on};
use join::is_separator;
use piece::Pieces;
pub(super) use row::is_measure;

use super::super::decode::Named;
use super::super::label::Type;
use super::super::lexicon::{class, flag};
use super::super::token::{Class, Token};
use super::super::words::WordSet;
use super::{add, is_glued, name_end, token, widen};

/// Mends addresses: finds them by their forms, takes off what is none, and brings parts together.
pub(super) fn mend(tokens: &[Token], named: &mut Vec<Named>) {
    shed::mend(tokens, named);
    shed::ways(tokens, named);
    homes(tokens, named);
    sites(tokens, named);
    houses(tokens, named);
    shed::lowered(tokens, named);
    boxes(tokens, named);
    forms(tokens, named);
    care_of(tokens, named);
    apart(tokens, named);
    shed::sides(tokens, named);
    dates(tokens, named);
    begun_late(tokens, named);
    join::streets(tokens, named);
    join::called(tokens, named);
    join::bridges(tokens, named);
    join::addresses(tokens, named);
    join::beginnings(tokens, named);
    row::mend(tokens, named);
    join::houses(tokens, named);
    dweller::mend(tokens, named);
    dweller::before(tokens, named);
    dweller::families(tokens, named);
    said::mend(tokens, named);
    said::times(tokens, named);
    ahead::codes(tokens, named);
    ahead::countries(tokens, named);
    fault::codes(tokens, named);
    lowered::states(tokens, named);
    lowered::streets(tokens, named);
    numbered::items(tokens, named);
    numbered::papers(tokens, named);
    version::versions(tokens, named);
}

/// Tells whether a word of this hash begins a home: `born in Gori`.
pub(super) fn may_be_home(word: u64) -> bool {
    LIVES.has_word(word) || HOMES.has_word(word)
}

static LIVES: WordSet<5> = WordSet::new("born lives living lived resides");

/// The same in other languages, in which some are other words, too.
static HOMES: WordSet<43> = WordSet::new(
    "ne nee nato nata nacido nacida nascido nascida geboren geb wohnt wohnhaft wohne lebt residiert habite vit demeurant \
     vive vivo vivia reside residente abita abito residente mora moro woont woonachtig wonend fodd fodt bor boende bosatt \
     urodzony urodzona mieszka mieszkam zyje narozen narozena",
);

/// `w`, `i`, `v`, `no`, `na`, `te`: `in` of languages whose word the lexicon does not know as that.
static WITHIN: WordSet<7> = WordSet::new("w we i v no na te");

/// Tells whether a short text says where somebody lives: `lives in Apia`, `née à Niort`.
fn is_home(tokens: &[Token]) -> bool {
    let (here, next) = (token(tokens, 0), token(tokens, 1));
    // `geb. in Ulm`
    let stop = usize::from(next.is(b'.'));
    let (next, town) = (token(tokens, 1 + stop), token(tokens, 2 + stop));
    let placed = town.class == Class::Capital && !town.entry.has(flag::FUNCTION);
    if LIVES.has(here) {
        return next.entry.class == class::IN && placed;
    }
    let known = town.entry.has(flag::CITY | flag::REGION) || town.entry.flags == 0;
    HOMES.has(here)
        && next.class == Class::Lower
        && (next.entry.class == class::IN || TO.has(next) || WITHIN.has(next))
        && placed
        && known
        && !matches!(town.entry.class, class::MONTH | class::DAY)
}

/// Tells whether a part of a short text is an address by its form.
pub(super) fn shows(tokens: &[Token]) -> bool {
    if is_home(tokens) || is_district(tokens) || is_lowered(tokens) || is_of_other_script(tokens) {
        return true;
    }
    if dweller::is_with_address(tokens) || is_with_wards(tokens) {
        return true;
    }
    let mut pieces = Pieces::of(tokens);
    pieces.fill(tokens, 0..tokens.len());
    let begins = |at: usize| {
        let before = at.checked_sub(1).map_or(piece::LINE, |before| pieces.at(before));
        before & (piece::BREAK | piece::COLON) != 0 || (at > 0 && token(tokens, at - 1).is(b'('))
    };
    (0..tokens.len()).any(|at| {
        (begins(at) && pattern::longest(tokens, &pieces, at).is_some())
            || part::boxed(tokens, at).is_some_and(|(first, _)| begins(first))
    })
}

/// Tells whether a text has a district of Dublin: `Ranelagh, Dublin 6`, `Dublin 6W`.
fn is_district(tokens: &[Token]) -> bool {
    static DUBLIN: WordSet<1> = WordSet::new("dublin");
    let town = |at: &usize| DUBLIN.has(token(tokens, *at)) && token(tokens, *at).class.is_big();
    let Some(at) = (0..tokens.len()).find(town) else { return false };
    let (number, next, code) = (token(tokens, at + 1), token(tokens, at + 2), token(tokens, at + 3));
    let numbered = matches!(number.class, Class::Digits | Class::Alphanumeric) && number.len() <= 2;
    let opens = at == 0 || token(tokens, at - 1).is(b',') || token(tokens, at - 1).class == Class::Newline;
    // `Dublin 4, D04 X2Y3`
    let ends = next.class == Class::None || (next.is(b',') && code.class == Class::Alphanumeric);
    numbered && opens && ends
}

/// Tells whether a text names a district as addresses of Asia do, beside a number: `Shibuya-ku, Tokyo`, `Gangnam-gu, Seoul`,
/// `Quận 1`.
fn is_with_wards(tokens: &[Token]) -> bool {
    let numbered = tokens.iter().any(|one| matches!(one.class, Class::Digits | Class::Alphanumeric | Class::Found));
    let ward = |at: &usize| {
        let (name, dash) = (token(tokens, *at), token(tokens, at + 1));
        let glued = is_glued(tokens, at + 1) && is_glued(tokens, at + 2);
        name.class.is_big() && dash.is(b'-') && glued && piece::bits(token(tokens, at + 2)) & piece::WARD != 0
    };
    let town = |one: &Token| piece::bits(one) & piece::TOWN != 0;
    let wards = (0..tokens.len()).filter(ward).count();
    let district = |pair: &[Token]| {
        let [before, here] = pair else { return false };
        (before.is(b',') || before.class == Class::Newline) && here.class.is_big() && WARDS.has(here)
    };
    let begins =
        matches!(token(tokens, 0).class, Class::Digits | Class::Alphanumeric) || HOUSE_SIGNS.has(token(tokens, 0));
    let vietnamese = begins && tokens.windows(2).any(district);
    numbered && (wards >= 2 || (wards == 1 && tokens.iter().any(town)) || vietnamese)
}

/// Districts of Vietnam: `Quận`, `Phường`, `Huyện`, `Đường`, `Thành phố`, and what numbers a house there.
static WARDS: WordSet<8> = WordSet::new("quan phuong huyen duong thanh tp tinh xa");
static HOUSE_SIGNS: WordSet<2> = WordSet::new("so ngo");

/// Tells whether a street and a number stand in a text of another script than Latin: `ул. Ленина, д. 5`, `вул. Хрещатик, 22`.
fn is_of_other_script(tokens: &[Token]) -> bool {
    // Latin letters are compared as those of ASCII.
    let street = |one: &Token| one.class.is_word() && one.entry.has(flag::STREET) && one.tail & 0x80 != 0;
    let number = |one: &Token| matches!(one.class, Class::Digits | Class::Alphanumeric) && one.len() <= 6;
    tokens.iter().any(street) && tokens.iter().any(number)
}

/// Tells whether a text begins with a house and its street in lower case: `12b high st`, `4 mill lane, leeds`.
fn is_lowered(tokens: &[Token]) -> bool {
    /// Words of a street's name.
    const WORDS_MAX: usize = 3;
    let house = token(tokens, 0);
    let numbered = matches!(house.class, Class::Digits | Class::Alphanumeric) && house.len() <= 5;
    let word = |one: &&Token| one.class == Class::Lower && !one.entry.has(flag::FUNCTION) && !COUNTED.has(one);
    let rest = tokens.get(1..).unwrap_or_default();
    let len = rest.iter().take(WORDS_MAX + 1).take_while(word).count();
    (2..=len).any(|len| {
        let next = token(rest, len);
        let ends = next.is(b',') || next.is(b'.') || matches!(next.class, Class::Newline | Class::None);
        STREETS.has(token(rest, len - 1)) && ends
    }) && numbered
}

/// Tells whether a number counts what stands behind it.
fn is_counted(inside: &[Token]) -> bool {
    inside.get(1).is_some_and(|word| word.class == Class::Lower && COUNTED.has(word))
}

/// What a number counts: `10 mile drive`.
static COUNTED: WordSet<16> =
    WordSet::new("mile miles hour hours day days minute minutes min km metre meter star way bed lane");

/// Last words of English streets that are hardly anything else behind a number.
static STREETS: WordSet<20> = WordSet::new(
    "street st road rd avenue ave lane ln drive dr close crescent cres court ct terrace square sq boulevard blvd",
);

/// Tells whether a word of this hash is a house's number in letters.
pub(super) fn may_be_house(word: u64) -> bool {
    piece::is_spelled(word)
}

/// Finds the end of a postal code that begins at a token.
pub(super) fn code_end(tokens: &[Token], at: usize) -> Option<usize> {
    part::code(tokens, at)
}

/// Takes off what is numbers and everyday words alone (`12345 and box 3`, `15 U.S.C. 1681`): no street, no town, no name.
pub(super) fn bare(tokens: &[Token], named: &mut Vec<Named>) {
    let tells = |token: &Token| match token.class {
        Class::Lower => {
            let town = token.entry.has(flag::CITY | flag::REGION) && !token.entry.has(flag::FUNCTION);
            (town || token.entry.has(flag::STREET)) && !unit::is_unit(token) && piece::bits(token) & piece::BOX == 0
        }
        Class::Capital | Class::Upper | Class::Mixed | Class::Caseless => true,
        Class::Alphanumeric => token.len() >= 5,
        _ => false,
    };
    let lower = |token: &Token| token.class == Class::Lower && !token.entry.has(flag::COMMON | flag::FUNCTION);
    named.retain(|one| {
        let inside = tokens.get(one.first..one.end).unwrap_or_default();
        one.of != Type::Address || inside.len() < 2 || inside.iter().any(|token| tells(token) || lower(token))
    });
}

/// Finds post office boxes.
fn boxes(tokens: &[Token], named: &mut Vec<Named>) {
    for (at, here) in tokens.iter().enumerate() {
        if part::may_be_box(here)
            && let Some((first, end)) = part::boxed(tokens, at)
        {
            widen(named, Type::Address, first, end);
        }
    }
}

/// Finds who takes letters in: `c/o Miller, 14 Birch Court`.
fn care_of(tokens: &[Token], named: &mut Vec<Named>) {
    for (at, row) in tokens.windows(3).enumerate() {
        let [care, stroke, of] = row else { continue };
        if !stroke.is(b'/') {
            continue;
        }
        let is = care.len() == 1 && care.head == u32::from(b'c') && of.len() == 1 && of.head == u32::from(b'o');
        if !(is && is_glued(tokens, at + 1) && is_glued(tokens, at + 2)) {
            continue;
        }
        let first = at + 3;
        let end = name_end(tokens, first);
        // What goes over the sign and the name is in two; what begins in them begins behind.
        let over = named.iter().position(|one| one.of == Type::Address && one.first < at && one.end > at);
        if let Some((place, whole)) = over.and_then(|place| Some((place, *named.get(place)?))) {
            named.insert(place, Named { end: at, ..whole });
        }
        for one in named.iter_mut().filter(|one| one.end > at && one.first < end.max(first)) {
            one.first = if one.of == Type::Address { end.max(first) } else { one.first.max(first) };
        }
        named.retain(|one| one.first < one.end);
        add(named, Type::Person, first, end);
    }
}

/// Finds what has the form of an address, near every number; findings in it become one with it.
fn forms(tokens: &[Token], named: &mut Vec<Named>) {
    /// Tokens before a number at which an address with it may begin.
    const BEFORE_MAX: usize = 7;
    let numbered = |here: &Token| {
        matches!(here.class, Class::Digits | Class::Alphanumeric | Class::Found)
            || (here.class.is_big()
                && here.len() <= 5
                && here.entry.has(flag::FUNCTION)
                && piece::is_spelled(here.word))
    };
    let crossing = |at: usize, here: &Token| {
        let before = token(tokens, at.wrapping_sub(1));
        before.class.is_big() && before.entry.has(flag::STREET) && piece::bits(here) & piece::AND != 0
    };
    let tells = |(at, here): (usize, &Token)| numbered(here) || crossing(at, here);
    if !tokens.iter().enumerate().any(tells) {
        return;
    }
    let mut pieces = Pieces::of(tokens);
    // Where the next try may begin: nothing is tried twice.
    let mut from = 0;
    for (at, here) in tokens.iter().enumerate() {
        if !tells((at, here)) {
            continue;
        }
        from = from.max(at.saturating_sub(BEFORE_MAX));
        pieces.fill(tokens, from..at + 1 + pattern::LENGTH_MAX);
        while from <= at {
            let end = pattern::longest(tokens, &pieces, from);
            if let Some(end) = end {
                widen(named, Type::Address, from, end);
            }
            from = end.unwrap_or(from + 1);
        }
    }
}

/// Finds where somebody lives or was born: `lives in X`, `geboren in X`.
pub(super) fn homes(tokens: &[Token], named: &mut Vec<Named>) {
    for at in 0..tokens.len() {
        let (here, next) = (token(tokens, at), token(tokens, at + 1));
        let may_come = next.class == Class::Lower && FROM.contains(&next.tail);
        let is_life = here.entry.class == class::LIVE || (here.class.is_word() && BORN.has(here));
        if !is_life && !may_come {
            continue;
        }
        let lives = is_life && (next.entry.class == class::IN || TO.has(next));
        let short = next.class == Class::Lower && next.len() <= 4;
        let comes = short && FROM.contains(&next.tail) && (here.class == Class::Clitic || COMES.has(here));
        let usual = here.entry.class == class::LIVE && next.entry.class == class::IN;
        if !usual && !((lives || comes) && next.class == Class::Lower) {
            continue;
        }
        let first = at + 2;
        let names = tokens.get(first..).unwrap_or_default();
        let len = names
            .iter()
            .take(3)
            .take_while(|one| {
                // `in Sète`, which is a number elsewhere
                let small = one.entry.has(flag::FUNCTION) && !(usual && one.class == Class::Capital);
                one.class.is_big() && !small && !matches!(one.entry.class, class::MONTH | class::DAY)
            })
            .count();
        // People come from other people, too, and from what they do.
        let other =
            flag::FIRST | flag::LAST | flag::COMMON | flag::THING | flag::COMPANY | flag::ORGANISATION | flag::NATION;
        let is_place = |one: &Token| one.entry.has(flag::CITY | flag::REGION) || !one.entry.has(other);
        if lives && next.entry.class == class::IN
            || tokens.get(first..first + len).unwrap_or_default().iter().all(is_place)
        {
            let town = |one: &Token| one.entry.has(flag::CITY | flag::REGION);
            let known = tokens.get(first..first + len).unwrap_or_default().iter().all(town);
            let taken = |one: &&mut Named| known && one.first == first && one.end == first + len;
            // What is from Paris may be from a person; who comes from there is not.
            let sure = lives || !BEING.has(here);
            let other = |one: &&mut Named| one.of == Type::Organization || (one.of == Type::Person && sure);
            // `vive en Urfa`: nobody lives in a firm.
            if usual && len == 1 {
                let firm =
                    |one: &&mut Named| one.of == Type::Organization && one.first == first && one.end == first + 1;
                let word = token(tokens, first).entry;
                let plain = !word.has(flag::COMPANY | flag::ORGANISATION | flag::THING);
                for one in named.iter_mut().filter(firm).filter(|_| plain) {
                    one.of = Type::Location;
                }
            }
            for one in named.iter_mut().filter(taken).filter(other) {
                one.of = Type::Location;
            }
            add(named, Type::Location, first, first + len);
        }
    }
}

/// Finds towns by what is there, or what they are: `the Paris office`, `the port of Como`, `der Gemeinde Oberammergau`.
fn sites(tokens: &[Token], named: &mut Vec<Named>) {
    for (at, name) in tokens.iter().enumerate().skip(1) {
        if name.class != Class::Capital || name.entry.has(flag::THING | flag::COMPANY | flag::ORGANISATION) {
            continue;
        }
        let (before, next) = (token(tokens, at - 1), token(tokens, at + 1));
        let kind = at.checked_sub(2).map_or(&Token::BEYOND, |at| token(tokens, at));
        let town = name.entry.has(flag::CITY) && !OFFICES.has(name);
        let site = town && next.class == Class::Lower && THE.has(before) && SITES.has(next);
        let port = town && OF.has(before) && kind.class == Class::Lower && PORTS.has(kind);
        let commune = before.class == Class::Capital && COMMUNES.has(before) && !next.class.is_big();
        if !(site || port || commune) {
            continue;
        }
        let place = named.partition_point(|one| one.end <= at);
        match named.get_mut(place) {
            Some(one) if one.first <= at => {
                if one.first == at && one.end == at + 1 && one.of != Type::Address {
                    one.of = Type::Location;
                }
            }
            _ => add(named, Type::Location, at, at + 1),
        }
    }
}

/// Makes an address of what was taken for another name: a number before it, a street's word at its end (`8 Ada Crescent`).
pub(super) fn houses(tokens: &[Token], named: &mut [Named]) {
    let mut floor = 0;
    for one in named.iter_mut() {
        let last = token(tokens, one.end.saturating_sub(1));
        let number = token(tokens, one.first.wrapping_sub(1));
        let fits = one.of != Type::Address
            && one.end - one.first >= 2
            && one.first > floor
            && last.entry.has(flag::STREET)
            && !last.entry.has(flag::COMPANY | flag::ORGANISATION)
            && matches!(number.class, Class::Digits | Class::Alphanumeric)
            && number.end - number.start <= 5;
        // `350 Fifth Avenue`, of which all was taken for a place
        let house = token(tokens, one.first);
        let whole = one.of == Type::Location
            && house.class == Class::Digits
            && house.len() <= 4
            && one.end - one.first >= 3
            && last.class.is_big()
            && last.entry.has(flag::STREET)
            && !last.entry.has(flag::COMPANY | flag::ORGANISATION);
        if whole {
            one.of = Type::Address;
        } else if fits {
            one.first -= 1;
            one.of = Type::Address;
        }
        floor = one.end;
    }
}

/// Tells the house from the town that it stands in: `12 High Street in Leeds` is two findings.
pub(super) fn apart(tokens: &[Token], named: &mut Vec<Named>) {
    /// Words of a town's name.
    const WORDS_MAX: usize = 4;
    let mut at = 0;
    while let Some(one) = named.get(at).copied() {
        at += 1;
        let inside = tokens.get(one.first..one.end).unwrap_or_default();
        let is_in = |token: &Token| token.entry.class == class::IN && token.class == Class::Lower;
        let Some(place) = inside.iter().position(is_in).filter(|place| *place > 0) else { continue };
        let (house, name) = (inside.get(..place).unwrap_or_default(), inside.get(place + 1..).unwrap_or_default());
        let numbered = house.iter().any(|token| matches!(token.class, Class::Digits | Class::Alphanumeric));
        let is_town = (1..=WORDS_MAX).contains(&name.len())
            && name.first().is_some_and(|token| token.class.is_big())
            && name.iter().all(|token| token.class.is_word() || token.is(b'-'));
        // `13100 Aix en Provence` is a town.
        let coded = matches!(house, [.., code, _] if matches!(code.class, Class::Digits | Class::Found))
            && town::long(tokens, one.first + place - 1).is_some();
        if one.of == Type::Address && numbered && is_town && !coded {
            if let Some(own) = named.get_mut(at - 1) {
                own.end = one.first + place;
            }
            named.insert(at, Named { first: one.first + place + 1, of: Type::Location, ..one });
            at += 1;
        }
    }
}

/// Takes dates off addresses that have no street: `5 March 1984, Leeds` is a day and a town.
pub(super) fn dates(tokens: &[Token], named: &mut Vec<Named>) {
    for one in named.iter_mut().filter(|one| one.of == Type::Address) {
        let inside = tokens.get(one.first..one.end).unwrap_or_default();
        let begins = inside.iter().take_while(|token| token.is(b'.') || is_separator(token)).count();
        let date = inside.get(begins..).unwrap_or_default();
        let is_month = |token: Option<&Token>| token.is_some_and(|token| token.entry.class == class::MONTH);
        let is_number = |token: Option<&Token>| token.is_some_and(|token| token.class == Class::Digits);
        let (first, second) = (date.first(), date.get(1));
        let dated = (is_month(first) && is_number(second)) || (is_number(first) && is_month(second));
        if !dated || inside.iter().any(|token| token.entry.has(flag::STREET)) {
            continue;
        }
        let rest = date.iter().skip(2).take_while(|token| token.class == Class::Digits || is_separator(token)).count();
        one.first += begins + 2 + rest;
        one.of = Type::Location;
    }
    named.retain(|one| one.first < one.end);
}

/// Takes a word in lower case off that stands before a street (`lautet Lindenallee 44`), and takes the sign of a number in
/// that stands before its house (`No. 15 Nanjing Road`).
fn begun_late(tokens: &[Token], named: &mut [Named]) {
    /// Letters of words that begin no street in lower case; shorter ones may.
    const LETTERS_MIN: usize = 5;
    let mut floor = 0;
    for one in named.iter_mut() {
        let (here, next) = (token(tokens, one.first), token(tokens, one.first + 1));
        let other = flag::STREET | flag::PARTICLE | flag::FIRST | flag::LAST | flag::CITY;
        let loose = here.class == Class::Lower && here.len() >= LETTERS_MIN && !here.entry.has(other);
        // `Adresim Lale Sokak 8`: my address is
        let label = here.class == Class::Capital && SAYS.has(here);
        if one.of == Type::Address && one.end - one.first >= 3 && (loose || label) && next.class == Class::Capital {
            one.first += 1;
        }
        // `1070 Wien senden`
        let (town, last) = (token(tokens, one.end.wrapping_sub(2)), token(tokens, one.end.wrapping_sub(1)));
        let verb =
            last.class == Class::Lower && last.len() >= LETTERS_MIN && !last.entry.has(other) && !unit::is_unit(last);
        if one.of == Type::Address
            && one.end - one.first >= 3
            && verb
            && town.class == Class::Capital
            && piece::bits(town) & piece::TOWN != 0
        {
            one.end -= 1;
        }
        if one.of == Type::Address && token(tokens, one.first).is(b'.') && one.end - one.first >= 2 {
            one.first += 1;
        }
        if one.of == Type::Address && matches!(token(tokens, one.first).class, Class::Digits | Class::Alphanumeric) {
            let dot = usize::from(one.first > floor && token(tokens, one.first - 1).is(b'.'));
            let sign = one.first.checked_sub(1 + dot).filter(|sign| *sign >= floor);
            let is_sign = |at: &usize| {
                let sign = token(tokens, *at);
                let unit = dot == 1 && unit::is_unit(sign);
                unit || (piece::bits(sign) & piece::SIGN != 0 && (dot == 1 || sign.class.is_big()))
            };
            if let Some(sign) = sign.filter(is_sign) {
                one.first = sign;
            }
        }
        floor = one.end;
    }
}

/// What an address is called where it begins.
static SAYS: WordSet<8> = WordSet::new("adresim adresimiz adresi adres adresse anschrift address adresa");

static THE: WordSet<5> = WordSet::new("the our their its your");

/// What firms have in towns, and offices that are called after none.
static SITES: WordSet<14> =
    WordSet::new("office offices branch team site plant warehouse depot airport store showroom factory campus hub");
static OFFICES: WordSet<28> = WordSet::new(
    "post head home box main front back field tax ticket press law oval patent union central \
     mobile orange nice split sale core model best data support design service",
);

/// What towns are.
static PORTS: WordSet<13> =
    WordSet::new("port town city village harbour harbor municipality suburb ville commune ciudad comune citta");
static OF: WordSet<3> = WordSet::new("of de di");
static COMMUNES: WordSet<4> = WordSet::new("gemeinde stadt ortschaft gemeente");

/// `né à Lens`, `j'habite à Lens`, `nata a Forlì`: of languages whose other words of it the lexicon has.
static BORN: WordSet<17> = WordSet::new(
    "ne nee nes nato nata nati nacido nacida nascido nascida habite habitent habitait demeure demeurant j'habite \
     j'habitais",
);

/// Verbs before `from` and a place.
static COMES: WordSet<22> = WordSet::new(
    "come comes came coming am is are was were hail hails komme kommt kam viens vient vengo viene soy venho kom \
     komt",
);

/// Verbs of those that say little.
static BEING: WordSet<7> = WordSet::new("am is are was were soy kam");

/// `from`, `aus`, `de`, `da`, `di`, `uit`, as whole words.
const FROM: [u32; 6] = [
    u32::from_be_bytes(*b"from"),
    u32::from_be_bytes(*b"\0aus"),
    u32::from_be_bytes(*b"\0\0de"),
    u32::from_be_bytes(*b"\0\0da"),
    u32::from_be_bytes(*b"\0\0di"),
    u32::from_be_bytes(*b"\0uit"),
];

static TO: WordSet<7> = WordSet::new("to nach naar a para en em");
