//! How parts of an address come together: units, towns, codes and countries that go on, on the same line or the next, and
//! what stands before.

use super::super::super::decode::Named;
use super::super::super::label::Type;
use super::super::super::lexicon::{class, flag};
use super::super::super::token::{Class, Token};
use super::super::super::words::WordSet;
use super::super::{absorb, is_glued, token};
use super::{part, piece, said, town, unit};

/// Takes what a street is called after into its address: `Heydar Aliyev prospekti 115`, `28 May küçəsi 14`.
pub(super) fn streets(tokens: &[Token], named: &mut Vec<Named>) {
    let mut at = 0;
    while let Some(one) = named.get(at).copied() {
        let (street, number) = (token(tokens, one.first), token(tokens, one.first + 1));
        let numbered = matches!(number.class, Class::Digits | Class::Alphanumeric) && one.end > one.first + 1;
        if one.of == Type::Address && street.entry.has(flag::STREET) && street.class == Class::Lower && numbered {
            let before = at.checked_sub(1).and_then(|before| named.get(before)).copied();
            let beside = before.filter(|before| before.end == one.first);
            let free = one.first - before.map_or(0, |before| before.end);
            let first = beside.map_or_else(|| one.first - day(tokens, one.first).min(free), |before| before.first);
            let from = at - usize::from(beside.is_some());
            absorb(named, from..at + 1, Type::Address, first..one.end);
            at = from;
        }
        at += 1;
    }
}

/// Takes a name in that a street or an army post office goes on from: `Anna-Lena` before `-Weg 7`, `USS Haynes` above
/// `FPO AA 31346`.
pub(super) fn called(tokens: &[Token], named: &mut Vec<Named>) {
    const OFFICES: [u32; 3] =
        [u32::from_be_bytes(*b"\0apo"), u32::from_be_bytes(*b"\0fpo"), u32::from_be_bytes(*b"\0dpo")];
    let mut at = 1_usize;
    while let (Some(before), Some(one)) = (at.checked_sub(1).and_then(|at| named.get(at)), named.get(at)) {
        let (mark, street) = (token(tokens, before.end), token(tokens, one.first));
        let beside = before.end + 1 == one.first && before.of != Type::Address && one.of == Type::Address;
        let glued = mark.is(b'-') && is_glued(tokens, before.end) && is_glued(tokens, one.first);
        let ship = token(tokens, before.first).class == Class::Upper && OFFICES.contains(&street.tail);
        if beside && ((glued && street.entry.has(flag::STREET)) || (ship && is_separator(mark))) {
            let span = before.first..one.end;
            absorb(named, at - 1..at + 1, Type::Address, span);
        } else {
            at += 1;
        }
    }
}

/// Tells how many tokens before `at` are a day of the year, after which streets are called.
fn day(tokens: &[Token], at: usize) -> usize {
    let before = |back: usize| at.checked_sub(back).and_then(|at| tokens.get(at)).unwrap_or(&Token::BEYOND);
    match (before(1).class, before(2).class) {
        (Class::Found, _) => 1,
        // May is more than a month.
        (Class::Capital, Class::Digits) if before(2).end - before(2).start <= 2 => 2,
        _ => 0,
    }
}

/// Brings two parts of an address together: `14 bis, rue de la Paix`, `Via Garibaldi 12, int. 4`.
pub(super) fn bridges(tokens: &[Token], named: &mut Vec<Named>) {
    /// Tokens between the parts.
    const BETWEEN_MAX: usize = 4;
    let mut at = 0;
    while let (Some(one), Some(next)) = (named.get(at).copied(), named.get(at + 1).copied()) {
        at += 1;
        let between = tokens.get(one.end..next.first).unwrap_or_default();
        let last = token(tokens, one.end.saturating_sub(1));
        let of_unit = between.iter().any(unit::is_unit)
            && between.iter().all(|token| unit::is_unit(token) || token.is(b',') || token.is(b'.'));
        let after_unit = last.entry.class == class::UNIT && between.iter().all(|token| token.is(b'.'));
        let before_street = between.first().is_some_and(is_again)
            && between.iter().skip(1).all(|token| {
                token.is(b',') || (token.class.is_word() && token.entry.has(flag::STREET | flag::PARTICLE))
            });
        if one.of == Type::Address
            && next.of != Type::Person
            && between.len() <= BETWEEN_MAX
            && (of_unit || after_unit || before_street)
        {
            at -= 1;
            absorb(named, at..at + 2, Type::Address, one.first..next.end);
        }
    }
}

/// Takes the house in that stands before its street: `5 bis, impasse des Lilas`.
pub(super) fn houses(tokens: &[Token], named: &mut [Named]) {
    let mut floor = 0;
    for one in named {
        // The comma may have been found with the street.
        let first = one.first + usize::from(token(tokens, one.first).is(b','));
        let street = token(tokens, first).entry.has(flag::STREET);
        let comma = usize::from(first > floor && token(tokens, first - 1).is(b','));
        let number = first.checked_sub(2 + comma).filter(|number| *number >= floor);
        if let Some(number) = number.filter(|_| one.of == Type::Address && street)
            && is_again(token(tokens, number + 1))
            && token(tokens, number).is_whole_number()
        {
            one.first = number;
        }
        floor = one.end;
    }
}

/// `bis`, `ter`, `quater` behind the number of a house.
fn is_again(token: &Token) -> bool {
    // The tail is the last four letters: `later` and `water` end as `quater` does.
    const AGAIN: [(u32, usize); 3] =
        [(u32::from_be_bytes(*b"\0bis"), 3), (u32::from_be_bytes(*b"\0ter"), 3), (u32::from_be_bytes(*b"ater"), 6)];
    token.class == Class::Lower && AGAIN.contains(&(token.tail, token.end - token.start))
}

/// Lets addresses go on: `12 High Street` over `Flat 3`, `Leeds`, `LS1 4DY`, `UK`, on this line and the next.
pub(super) fn addresses(tokens: &[Token], named: &mut Vec<Named>) {
    let mut at = 0;
    while let Some(one) = named.get(at).copied() {
        if one.of == Type::Address {
            let (end, taken) = reach(tokens, named, at);
            absorb(named, at..at + 1 + taken, Type::Address, one.first..end);
        }
        at += 1;
    }
}

/// Finds how far an address goes on, and how many findings behind it that takes in.
fn reach(tokens: &[Token], named: &[Named], at: usize) -> (usize, usize) {
    let Some(one) = named.get(at) else { return (0, 0) };
    let goes_on = |other: &Named| matches!(other.of, Type::Location | Type::Address);
    let mut end = one.end;
    let mut taken = 0;
    loop {
        // `OG links` behind `3.`, `gauche` behind `2ème étage`
        if let Some(whole) = unit::rest(tokens, one.first, end) {
            let inside = named.get(at + 1 + taken..).unwrap_or_default().iter().take_while(|other| other.first < whole);
            if inside.clone().all(goes_on) {
                end = inside.clone().map(|other| other.end).fold(whole, usize::max);
                taken += inside.count();
            }
        }
        // `7` of what goes on as `/A`
        end = rest(tokens, end)
            .filter(|rest| named.get(at + 1 + taken).is_none_or(|next| next.first >= *rest))
            .unwrap_or(end);
        let river =
            by_river(tokens, end).filter(|river| named.get(at + 1 + taken).is_none_or(|next| next.end <= *river));
        if let Some(river) = river {
            taken += usize::from(named.get(at + 1 + taken).is_some_and(|next| next.first < river));
            end = river;
        }
        let mut next = end;
        // At most a mark and a line end stand between two parts.
        let mut separators = 0;
        while separators < 2 && is_separator(token(tokens, next)) {
            next += 1;
            separators += 1;
        }
        let follows = named.get(at + 1 + taken).filter(|other| other.first == next);
        if let Some(other) = follows.filter(|other| goes_on(other)) {
            end = other.end;
            taken += 1;
            continue;
        }
        let crosses = tokens.get(end..next).unwrap_or_default().iter().any(|token| token.class == Class::Newline);
        let Some(part) = part_at(tokens, next, separators > 0, crosses) else { return (end, taken) };
        // What was found inside of the part goes on with it.
        let inside = named.get(at + 1 + taken..).unwrap_or_default().iter().take_while(|other| other.first < part);
        let (mut last, mut count) = (part, 0);
        for other in inside {
            if !goes_on(other) {
                return (end, taken);
            }
            (last, count) = (last.max(other.end), count + 1);
        }
        (end, taken) = (last, taken + count);
    }
}

/// Finds the end of what a house's number goes on with.
fn rest(tokens: &[Token], end: usize) -> Option<usize> {
    let last = token(tokens, end.checked_sub(1)?);
    let numbered = matches!(last.class, Class::Digits | Class::Alphanumeric) && last.len() <= 6;
    // `II` of `II. em. 4`
    let storey = (matches!(last.class, Class::Upper | Class::Initial) && token(tokens, end).is(b'.'))
        .then(|| unit::unit(tokens, end - 1).filter(|whole| *whole > end + 1))
        .flatten();
    if storey.is_some() {
        return storey;
    }
    let rest = part::house_rest(tokens, end, 3);
    if rest == end && numbered && token(tokens, end).is(b'.') {
        // `utca 12. II/4`, `utca 12., 1053 Budapest`
        let code = || part::code(tokens, end + 2).filter(|_| is_separator(token(tokens, end + 1))).map(|_| end + 1);
        // What begins with a capital begins a sentence.
        let unit = unit::unit(tokens, end + 1).filter(|_| token(tokens, end + 1).class != Class::Capital);
        return unit.or_else(code);
    }
    (numbered && rest > end).then_some(rest)
}

/// Finds the end of what a town's name goes on with behind small words: `Freiburg im Breisgau`, `Stoke on Trent`.
fn by_river(tokens: &[Token], end: usize) -> Option<usize> {
    /// Small words in a row: `an der`.
    const SMALL_MAX: usize = 2;
    let last = token(tokens, end.checked_sub(1)?);
    // `København Ø`
    if town::is_part(tokens, end) {
        return Some(end + 1);
    }
    let rest = tokens.get(end..)?;
    let small = rest.iter().take(SMALL_MAX).take_while(|one| RIVERS.has(one) && one.class == Class::Lower).count();
    let name = end + small;
    let ends = ends_line(tokens, name + 1) || said::is_since(token(tokens, name + 1));
    let fits = small > 0 && last.class.is_big() && token(tokens, name).class.is_big() && ends;
    fits.then_some(name + 1)
}

/// Finds the end of the part of an address that begins at a token.
fn part_at(tokens: &[Token], at: usize, separated: bool, crosses: bool) -> Option<usize> {
    let free = unit::unit(tokens, at).or_else(|| part::code(tokens, at)).or_else(|| part::state(tokens, at));
    let town = || part::town(tokens, at).filter(|end| !crosses || ends_line(tokens, *end));
    free.or_else(|| if separated { part::sector(tokens, at).or_else(town) } else { None })
}

/// Tells whether a line, or what counts as one, ends before a token.
fn ends_line(tokens: &[Token], end: usize) -> bool {
    piece::bits(token(tokens, end)) & piece::BREAK != 0
        || part::code(tokens, end).is_some()
        || token(tokens, end).is(b'.')
}

/// Lets addresses begin earlier, where towns come first: `Leeds LS1 4DY, 12 High Street`, `Level 5, 100 George St`.
pub(super) fn beginnings(tokens: &[Token], named: &mut Vec<Named>) {
    let mut at = 0;
    while let Some(one) = named.get(at).copied() {
        if one.of == Type::Address {
            let (first, taken) = reach_back(tokens, named, at);
            absorb(named, at - taken..at + 1, Type::Address, first..one.end);
            at -= taken;
        }
        at += 1;
    }
}

/// Finds how early an address begins, and how many findings before it that takes in.
fn reach_back(tokens: &[Token], named: &[Named], at: usize) -> (usize, usize) {
    let Some(one) = named.get(at) else { return (0, 0) };
    let mut first = one.first;
    let mut taken = 0;
    let open = ends_with_street(tokens, one);
    loop {
        let mut end = first;
        // At most a mark and a line end stand between two parts.
        while end + 2 > first && end > 0 && is_separator(token(tokens, end - 1)) {
            end -= 1;
        }
        let crosses = tokens.get(end..first).unwrap_or_default().iter().any(|token| token.class == Class::Newline);
        // A line above belongs to an address only where nothing else stands in it.
        let fits = |first: usize| {
            let before = first.checked_sub(1).map_or(&Token::BEYOND, |at| token(tokens, at));
            let said = before.is(b':') || (before.class == Class::Lower && before.entry.has(flag::FUNCTION));
            let unit = said && unit::unit(tokens, first) == Some(end);
            !crosses || first == 0 || before.class == Class::Newline || unit
        };
        let before = (at - taken).checked_sub(1).and_then(|before| named.get(before));
        let floor = before.map_or(0, |before| before.end);
        let town = before.filter(|other| open && other.of == Type::Location);
        // `Leeds LS1 4DY`, `Lyon, 69002`
        let beside = |start: usize, town: &Named| {
            town.end == start || (town.end + 1 == start && token(tokens, town.end).is(b','))
        };
        let post = post(tokens, end).filter(|start| town.is_some_and(|town| beside(*start, town)));
        let house = before.filter(|other| other.end == end && end < first && is_built(tokens, other));
        let part = match (town.or(house), post) {
            (Some(town), Some(_)) => Some((town.first, 1)),
            (Some(town), None) if town.end == end => Some((town.first, 1)),
            _ => unit::before(tokens, end).or_else(|| building_before(tokens, end)).filter(|_| end < first).and_then(
                |start| match before.filter(|_| floor > start) {
                    // `2nd floor front`, of which all was taken for a place
                    Some(other) => (other.of != Type::Person && other.first >= start).then_some((start, 1)),
                    None => Some((start, 0)),
                },
            ),
        };
        match part.filter(|(start, _)| fits(*start)) {
            Some((start, more)) => {
                first = start;
                taken += more;
            }
            None => return (first, taken),
        }
    }
}

/// Tells whether a finding of another type is a building's name or another part of the address (`Rose Cottage`).
fn is_built(tokens: &[Token], one: &Named) -> bool {
    let inside = tokens.get(one.first..one.end).unwrap_or_default();
    one.of == Type::Address || (one.of != Type::Person && inside.iter().any(|token| BUILDINGS.has(token)))
}

/// Tells whether a word is of the name of a building or of a street.
pub(super) fn is_building(word: &Token) -> bool {
    BUILDINGS.has(word) || piece::bits(word) & piece::STREET != 0
}

/// Finds the first token of a building's name that ends before `end`: `Résidence Les Pins`, `The Old Vicarage`.
fn building_before(tokens: &[Token], end: usize) -> Option<usize> {
    /// Words of its name.
    const WORDS_MAX: usize = 5;
    let before = tokens.get(..end).unwrap_or_default();
    let joins = |token: &Token| token.class.is_big() || (token.class.is_word() && token.entry.has(flag::PARTICLE));
    let len = before.iter().rev().take(WORDS_MAX).take_while(|token| joins(token)).count();
    let first = end - len;
    let names = tokens.get(first..end)?;
    let begins = first == 0
        || piece::bits(token(tokens, first - 1)) & piece::BREAK != 0
        || token(tokens, first - 1).is(b':')
        || token(tokens, first - 1).class == Class::Lower;
    let big = names.first().is_some_and(|token| token.class.is_big());
    (begins && big && len >= 2 && names.iter().any(|token| BUILDINGS.has(token))).then_some(first)
}

/// Tells whether an address ends with its street and house, so that its town may stand before.
pub(super) fn ends_with_street(tokens: &[Token], one: &Named) -> bool {
    let inside = tokens.get(one.first..one.end).unwrap_or_default();
    let last = inside.iter().rfind(|token| !is_separator(token)).unwrap_or(&Token::BEYOND);
    let is_short = |token: &Token| token.end - token.start <= 4;
    let is_house = matches!(last.class, Class::Digits | Class::Alphanumeric) && is_short(last);
    let town = |token: &Token| piece::bits(token) & (piece::TOWN | piece::CODE | piece::FIVE | piece::OUTWARD) != 0;
    last.entry.has(flag::STREET) || is_house || !inside.iter().any(is_separator) || !inside.iter().skip(1).any(town)
}

/// Finds the first token of a postal code that ends before `end`.
pub(super) fn post(tokens: &[Token], end: usize) -> Option<usize> {
    (1..=3).filter_map(|length| end.checked_sub(length)).find(|start| part::code(tokens, *start) == Some(end))
}

/// A mark or line end between two parts.
pub(super) fn is_separator(token: &Token) -> bool {
    token.is(b',')
        || token.is(b'-')
        || token.is(b'|')
        || token.is(b';')
        || (token.class == Class::Newline && !token.is_blank_line())
}

static BUILDINGS: WordSet<37> = WordSet::new(
    "cottage court house lodge vicarage rectory manor farm residence immeuble lotissement villa tower towers \
     residency apartments mansion mansions hall heights building estate edificio condominio palazzo torre haus \
     hof domaine complex plaza bungalow mews grange barn society chambers",
);

/// Small words inside the names of towns.
static RIVERS: WordSet<14> = WordSet::new("im am an der bei ob sur sous les upon on under de la");

#[cfg(test)]
mod tests {
    use super::super::super::rig::check;

    #[test]
    fn an_address_goes_on_over_floors_and_flats() {
        check("<A:Hauptstr. 12a>, 3. OG, 80331 <L:München>", &["Address Hauptstr. 12a, 3. OG, 80331 München"]);
        check("<A:12 High Street>, 2nd floor, <L:Leeds>", &["Address 12 High Street, 2nd floor, Leeds"]);
        check(
            "<A:ul. Marszałkowska 10/12> m. 5, 00-590 <L:Warszawa>",
            &["Address ul. Marszałkowska 10/12 m. 5, 00-590 Warszawa"],
        );
        check("<A:12 High Street>, 3 trees", &["Address 12 High Street"]);
        check("at <A:12 High Street>, 5000 people came", &["Address 12 High Street"]);
        check("<A:12 High Street> later <A:14 Mill Lane>", &["Address 12 High Street", "Address 14 Mill Lane"]);
        check("<A:Hauptstr. 12a, 3.> OG, <A:80331 München>", &["Address Hauptstr. 12a, 3. OG, 80331 München"]);
        check(
            "<A:Marszałkowska 10/12> m<A:. 5, 00-590 Warszawa>",
            &["Address Marszałkowska 10/12 m. 5, 00-590 Warszawa"],
        );
        check("<A:Via Garibaldi 12>, int<A:. 4, 20121 Milano>", &["Address Via Garibaldi 12, int. 4, 20121 Milano"]);
        check("<A:Via Garibaldi 12, int>. <A:4, 20121 Milano>", &["Address Via Garibaldi 12, int. 4, 20121 Milano"]);
    }

    #[test]
    fn a_house_has_a_second_number_and_a_street_its_whole_name() {
        check(
            "au <A:14> bis, rue <A:de la République, 69002 Lyon>.",
            &["Address 14 bis, rue de la République, 69002 Lyon"],
        );
        check("au <A:3> ter <A:avenue Foch>.", &["Address 3 ter avenue Foch"]);
        check("<A:12 High Street> or <A:14 Mill Lane>", &["Address 12 High Street", "Address 14 Mill Lane"]);
        check("to <P:Heydar Aliyev> <A:prospekti 115>.", &["Address Heydar Aliyev prospekti 115"]);
        check("at <P:Anna-Lena>-<A:Weg 7/2, 1010 Wien>.", &["Address Anna-Lena-Weg 7/2, 1010 Wien"]);
        check("to <P:USS Haynes>\n<A:FPO AA 31346>", &["Address USS Haynes\nFPO AA 31346"]);
        check("to <P:Ada>\n<A:APO AA 31346>", &["Person Ada", "Address APO AA 31346"]);
        check("at 28 May <A:küçəsi 14>.", &["Address 28 May küçəsi 14"]);
        check("<P:Ada>, <A:via 12>", &["Person Ada", "Address via 12"]);
    }

    #[test]
    fn an_address_goes_on_to_the_country() {
        check(
            "at <A:12 High Street>, Flat 3, <L:Leeds> LS1 4DY, <L:UK>.",
            &["Address 12 High Street, Flat 3, Leeds LS1 4DY, UK"],
        );
        check(
            "<A:Hauptstraße 5>\nD-10115 <L:Berlin>\n<L:Germany>",
            &["Address Hauptstraße 5\nD-10115 Berlin\nGermany"],
        );
        check("<A:Damrak 1>, 1012 LG <L:Amsterdam>", &["Address Damrak 1, 1012 LG Amsterdam"]);
        check("<A:12 High Street> and <L:Leeds>", &["Address 12 High Street", "Location Leeds"]);
        check("<A:1 Main St>\n\n<L:Leeds> is far", &["Address 1 Main St"]);
        check("<A:1 Main St>\n\n<L:Leeds>\n\nLS1 4DY", &["Address 1 Main St\n\nLeeds\n\nLS1 4DY"]);
    }
}
