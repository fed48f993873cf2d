//! What names, places and addresses look like beyond the words themselves: mends what the labels say.
//!
//! Parts of a name come together (`van`, hyphens, initials), an address goes on over units, towns, codes and countries
//! on the same line or the next, boxes and signatures are found by their form.

use super::decode::Named;
use super::label::Type;
use super::lexicon::{class, flag};
use super::token::{Class, Place, Token};

/// How sure a rule is, in thousandths.
const BY_RULE: u16 = 800;

/// Mends what was found in a segment; `named` stays in order and disjoint.
pub(super) fn mend(tokens: &[Token], named: &mut Vec<Named>) {
    persons(tokens, named);
    lists(tokens, named);
    boxes(tokens, named);
    signatures(tokens, named);
    homes(tokens, named);
    houses(tokens, named);
    apart(tokens, named);
    addresses(tokens, named);
    trim(tokens, named);
}

/// Takes off the ends what belongs to no name: marks, endings (`'s`), titles, everyday words in lower case.
fn trim(tokens: &[Token], named: &mut Vec<Named>) {
    for one in named.iter_mut() {
        let is_off = |at: usize, one: &Named| {
            let token = token(tokens, at);
            is_loose(token) || (one.of == Type::Person && is_everyday(token))
        };
        while one.first < one.end && (is_off(one.end - 1, one) || token(tokens, one.end - 1).class == Class::Clitic) {
            one.end -= 1;
        }
        while one.first < one.end && is_off(one.first, one) {
            one.first += 1;
        }
        while one.of == Type::Person && one.end - one.first >= 2 && is_title(token(tokens, one.first)) {
            one.first += 1 + usize::from(token(tokens, one.first + 1).is(b'.') && one.end - one.first > 2);
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
    }
    named.retain(|one| one.first < one.end);
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

/// `at`, `Sie an`: a small word that begins no street's name.
fn is_small(token: &Token) -> bool {
    token.class.is_word() && token.entry.has(flag::FUNCTION) && !token.entry.has(flag::PARTICLE | flag::STREET)
}

/// `Mrs`, `Rabbi`, `Senhor`, where it is no name, too.
fn is_title(token: &Token) -> bool {
    token.entry.has(flag::TITLE) && token.class.is_word() && !token.entry.has(flag::FIRST | flag::LAST)
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
        named.insert(at, Named { first, end, of, probability: BY_RULE });
    }
}

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
        if let Some(own) = named.get_mut(at) {
            own.first = first;
        }
        let next = named.get(at + 1).copied().filter(|next| next.of == Type::Person);
        if let Some(next) = next.filter(|next| is_joint(tokens, one.end, next.first)) {
            if let Some(own) = named.get_mut(at) {
                own.end = next.end;
                own.probability = own.probability.max(next.probability);
            }
            named.remove(at + 1);
        } else {
            at += 1;
        }
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
    if let Some(mark) = inside.iter().position(|token| MARKS.iter().any(|mark| token.is(*mark))) {
        return Some(one.first + mark);
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

fn is_dotted(token: &Token) -> bool {
    token.end - token.start == 2
}

/// Tells whether what stands between two parts of a name holds them together: nothing but a space, `van der`, a hyphen
/// without spaces.
fn is_joint(tokens: &[Token], from: usize, to: usize) -> bool {
    let between = tokens.get(from..to).unwrap_or_default();
    match between {
        [] => token(tokens, to).class.is_big() && !is_glued(tokens, to),
        [hyphen] if hyphen.is(b'-') => is_glued(tokens, from) && is_glued(tokens, to),
        _ => between.len() <= 3 && between.iter().all(|token| token.entry.has(flag::PARTICLE) && token.class.is_word()),
    }
}

/// Finds post office boxes: `P.O. Box 12`, `Postfach 12 34`, `Apartado de Correos 5`.
fn boxes(tokens: &[Token], named: &mut Vec<Named>) {
    for at in 0..tokens.len() {
        let here = token(tokens, at);
        // `box` and `caixa` are boxes of all sorts.
        let is_box = here.tail == BOX && here.class.is_word();
        let everyday = is_box || here.entry.has(flag::COMMON);
        let post = (at > 0 && is_post(token(tokens, at - 1))) || token(tokens, at + 1).entry.class == class::BOX;
        if !(is_box || here.entry.class == class::BOX) || (everyday && !post) {
            continue;
        }
        let mut end = at + 1;
        while token(tokens, end).class.is_word() && end < at + 3 {
            end += 1;
        }
        if token(tokens, end).is(b'.') || token(tokens, end).is(b'#') || token(tokens, end).is(b':') {
            end += 1;
        }
        let number = end;
        while matches!(token(tokens, end).class, Class::Digits | Class::Alphanumeric | Class::Found) && end < number + 4
        {
            end += 1;
        }
        if end == number {
            continue;
        }
        let first =
            at - tokens.get(..at).unwrap_or_default().iter().rev().take(3).take_while(|one| is_post(one)).count();
        widen(named, Type::Address, first, end);
    }
}

/// The ends of `box`, which is the whole word.
const BOX: u32 = u32::from_be_bytes(*b"\0box");

/// `P.`, `O.`, `PO`, `.` before `Box`.
fn is_post(token: &Token) -> bool {
    token.is(b'.') || token.class == Class::Initial || (token.class == Class::Upper && token.end - token.start == 2)
}

/// Makes one finding of a range and of whatever of the same type stands in it.
fn widen(named: &mut Vec<Named>, of: Type, mut first: usize, mut end: usize) {
    let touches = |one: &Named, first: usize, end: usize| one.first < end && one.end > first;
    let mut probability = BY_RULE;
    for one in named.iter().filter(|one| touches(one, first, end)) {
        probability = probability.max(one.probability);
    }
    for one in named.iter() {
        if touches(one, first, end) {
            first = first.min(one.first);
            end = end.max(one.end);
        }
    }
    named.retain(|one| !touches(one, first, end));
    let at = named.partition_point(|one| one.end <= first);
    named.insert(at, Named { first, end, of, probability });
}

/// Finds who signs: a short line of names below `Best regards,`.
fn signatures(tokens: &[Token], named: &mut Vec<Named>) {
    /// Words of a name below a greeting.
    const WORDS_MAX: usize = 4;
    let mut closed = false;
    let mut at = 0;
    while at < tokens.len() {
        let len = tokens.get(at..).unwrap_or_default().iter().position(|one| one.class == Class::Newline);
        let end = at + len.unwrap_or(tokens.len() - at);
        let line = tokens.get(at..end).unwrap_or_default();
        let names = line.iter().take_while(|one| is_name_like(one)).count();
        if closed && (1..=WORDS_MAX).contains(&names) && names == line.len() {
            add(named, Type::Person, at, end);
        }
        let words = line.iter().filter(|one| one.class.is_word()).count();
        closed = line.first().is_some_and(|one| one.place == Place::Line)
            && words <= 4
            && line.iter().any(|one| one.entry.class == class::BYE);
        at = end + 1;
    }
}

fn is_name_like(token: &Token) -> bool {
    token.class.is_big()
        && (!token.entry.has(flag::COMMON | flag::FUNCTION) || token.entry.has(flag::FIRST | flag::LAST))
}

/// Finds where somebody lives or was born: `lives in X`, `geboren in X`.
fn homes(tokens: &[Token], named: &mut Vec<Named>) {
    for at in 0..tokens.len() {
        let (here, next) = (token(tokens, at), token(tokens, at + 1));
        if here.entry.class != class::LIVE || next.entry.class != class::IN {
            continue;
        }
        let first = at + 2;
        let names = tokens.get(first..).unwrap_or_default();
        let len = names
            .iter()
            .take(3)
            .take_while(|one| {
                one.class.is_big()
                    && !one.entry.has(flag::FUNCTION)
                    && !matches!(one.entry.class, class::MONTH | class::DAY)
            })
            .count();
        add(named, Type::Location, first, first + len);
    }
}

/// Makes an address of what was taken for another name: a number before it, a street's word at its end (`8 Ada Crescent`).
fn houses(tokens: &[Token], named: &mut [Named]) {
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
        if fits {
            one.first -= 1;
            one.of = Type::Address;
        }
        floor = one.end;
    }
}

/// Tells the house from the town that it stands in: `12 High Street in Leeds` is two findings.
fn apart(tokens: &[Token], named: &mut Vec<Named>) {
    /// Words of a town's name.
    const WORDS_MAX: usize = 4;
    let mut at = 0;
    while let Some(one) = named.get(at).copied() {
        at += 1;
        let inside = tokens.get(one.first..one.end).unwrap_or_default();
        let is_in = |token: &Token| token.entry.class == class::IN && token.class == Class::Lower;
        let Some(place) = inside.iter().position(is_in).filter(|place| *place > 0) else { continue };
        let (house, town) = (inside.get(..place).unwrap_or_default(), inside.get(place + 1..).unwrap_or_default());
        let numbered = house.iter().any(|token| matches!(token.class, Class::Digits | Class::Alphanumeric));
        let is_town = (1..=WORDS_MAX).contains(&town.len())
            && town.first().is_some_and(|token| token.class.is_big())
            && town.iter().all(|token| token.class.is_word() || token.is(b'-'));
        if one.of == Type::Address && numbered && is_town {
            if let Some(own) = named.get_mut(at - 1) {
                own.end = one.first + place;
            }
            named.insert(at, Named { first: one.first + place + 1, of: Type::Location, ..one });
            at += 1;
        }
    }
}

/// Lets addresses go on: `12 High Street` over `Flat 3`, `Leeds`, `LS1 4DY`, `UK`, on this line and the next.
fn addresses(tokens: &[Token], named: &mut Vec<Named>) {
    let mut at = 0;
    while let Some(one) = named.get(at).copied() {
        if one.of == Type::Address {
            let (end, taken) = reach(tokens, named, at);
            let after = (at + 1 + taken).min(named.len());
            named.drain(at + 1..after);
            if let Some(own) = named.get_mut(at) {
                own.end = end;
            }
        }
        at += 1;
    }
}

/// Finds how far an address goes on, and how many findings behind it that takes in.
fn reach(tokens: &[Token], named: &[Named], at: usize) -> (usize, usize) {
    let mut end = named.get(at).map_or(0, |one| one.end);
    let mut taken = 0;
    loop {
        let mut next = end;
        // At most a mark and a line end stand between two parts.
        let mut separators = 0;
        while separators < 2 && is_separator(token(tokens, next)) {
            next += 1;
            separators += 1;
        }
        let follows = named.get(at + 1 + taken).filter(|other| other.first == next);
        if let Some(other) = follows.filter(|other| matches!(other.of, Type::Location | Type::Address)) {
            end = other.end;
            taken += 1;
            continue;
        }
        let free = named.get(at + 1 + taken).map_or(tokens.len(), |other| other.first);
        let part = unit(tokens, next).or_else(|| code(tokens, next)).filter(|part| *part <= free);
        match part {
            Some(part) => end = part,
            None => return (end, taken),
        }
    }
}

fn is_separator(token: &Token) -> bool {
    token.is(b',') || token.is(b'-') || (token.class == Class::Newline && !token.is_blank_line())
}

/// `Flat 3`, `Apt. 4B`, `#12`.
fn unit(tokens: &[Token], at: usize) -> Option<usize> {
    let here = token(tokens, at);
    let named = here.entry.class == class::UNIT && here.class.is_word();
    if !named && !here.is(b'#') {
        return None;
    }
    let mut next = at + 1;
    if token(tokens, next).is(b'.') {
        next += 1;
    }
    let number = token(tokens, next);
    let fits = matches!(number.class, Class::Digits | Class::Alphanumeric)
        || (number.class == Class::Initial && !is_dotted(number));
    fits.then_some(next + 1)
}

/// A postal code: `10115`, `LS1 4DY`, `K1A 0B1`, `1234 AB`, with a country's letters before it or not.
fn code(tokens: &[Token], at: usize) -> Option<usize> {
    let length = |token: &Token| token.end - token.start;
    let here = token(tokens, at);
    let prefixed = matches!(here.class, Class::Initial | Class::Upper)
        && length(here) <= 2
        && token(tokens, at + 1).is(b'-')
        && token(tokens, at + 2).class == Class::Digits;
    let at = if prefixed { at + 2 } else { at };
    let (here, next) = (token(tokens, at), token(tokens, at + 1));
    match here.class {
        // A number that a word follows is the next sentence's, unless the word is a town.
        Class::Digits if (4..=6).contains(&length(here)) => {
            let letters = next.class == Class::Upper && length(next) == 2 && length(here) == 4;
            let dashed = next.is(b'-') && token(tokens, at + 2).class == Class::Digits && is_glued(tokens, at + 1);
            Some(at + if dashed { 3 } else { 1 + usize::from(letters) })
        }
        Class::Digits if length(here) == 3 && next.class == Class::Digits && length(next) <= 3 => Some(at + 2),
        Class::Alphanumeric if (2..=4).contains(&length(here)) => {
            (next.class == Class::Alphanumeric && length(next) == 3).then_some(at + 2)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::string_slice, reason = "places come from tokens")]

    use super::*;
    use crate::detect::tagger::builtin;
    use crate::detect::tagger::segment::Segment;
    use crate::detect::tagger::token::Tokenizer;

    /// Mends what `marked` says was found (`<P:Ada>`, `<A:…>`, `<L:…>`) and gives all in the same way.
    fn check(marked: &str, expected: &[&str]) {
        let mut text = String::new();
        let mut spans = Vec::new();
        let mut rest = marked;
        while let Some((before, after)) = rest.split_once('<') {
            text.push_str(before);
            let (inside, after) = after.split_once('>').unwrap();
            let (of, name) = inside.split_once(':').unwrap();
            let of = match of {
                "P" => Type::Person,
                "A" => Type::Address,
                _ => Type::Location,
            };
            spans.push((text.len(), text.len() + name.len(), of));
            text.push_str(name);
            rest = after;
        }
        text.push_str(rest);
        let mut tokenizer = Tokenizer::new(&text, builtin().lexicon(), &[]);
        let mut segment = Segment::default();
        assert!(segment.advance(&mut tokenizer));
        let tokens = segment.tokens();
        let mut named: Vec<Named> = spans
            .iter()
            .filter_map(|(start, end, of)| {
                let first = tokens.iter().position(|token| token.start >= *start)?;
                let end = tokens.iter().position(|token| token.end >= *end)? + 1;
                Some(Named { first, end, of: *of, probability: 900 })
            })
            .collect();
        mend(tokens, &mut named);
        let found: Vec<String> = named
            .iter()
            .map(|one| format!("{:?} {}", one.of, &text[tokens[one.first].start..tokens[one.end - 1].end]))
            .collect();
        assert_eq!(found, expected, "{marked}");
    }

    #[test]
    fn parts_of_a_name_come_together() {
        check("ask <P:Ludwig> van <P:Beethoven>.", &["Person Ludwig van Beethoven"]);
        check("ask <P:Anna>-<P:Lena>.", &["Person Anna-Lena"]);
        check("ask J. R. <P:Tolkien>.", &["Person J. R. Tolkien"]);
        check("ask <P:Anna>, <P:Lena>.", &["Person Anna", "Person Lena"]);
        check("ask <P:Malley, Anna>.", &["Person Malley, Anna"]);
        check("ask <P:Anna B., Lena>.", &["Person Anna B.", "Person Lena"]);
        check("ask <P:Anna B., Lena, Tom>.", &["Person Anna B.", "Person Lena", "Person Tom"]);
        check("<P:Khalid> bin <P:Salman> came", &["Person Khalid bin Salman"]);
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
        check("<A:1 Main St>\n\n<L:Leeds>", &["Address 1 Main St"]);
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
