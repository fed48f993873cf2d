//! Versions, sizes, standards, answers of servers, quantities and lines of programs that look like a street and its house:
//! `libc 0.2.100`, `37.090 GiB/s`, `RFC 2822`, `400 Bad Request`, `500 g lamb`, `` `TcpListener`, `UnixStream` ``.

use super::super::super::decode::Named;
use super::super::super::label::Type;
use super::super::super::token::{Class, Place, Token};
use super::super::super::words::WordSet;
use super::super::code::{is_mark, is_name};
use super::super::token;
use super::numbered::is_of_street;
use super::piece;

/// Takes away addresses that hold one, where no street, box, town, code of the post or name is besides.
pub(super) fn versions(tokens: &[Token], named: &mut Vec<Named>) {
    named.retain(|one| {
        let all = || one.first..one.end;
        let told = |at: usize| is_told(tokens, at);
        let post = |word: &Token| is_name(word) || piece::bits(word) & piece::BOX != 0;
        let place = |at: usize| !told(at) && (is_of_street(tokens, at) || post(token(tokens, at)));
        one.of != Type::Address || all().any(place) || !all().any(told)
    });
}

fn is_told(tokens: &[Token], at: usize) -> bool {
    let (here, next) = (token(tokens, at), token(tokens, at + 1));
    let (before, third) = (at.checked_sub(1).map_or(&Token::BEYOND, |at| token(tokens, at)), token(tokens, at + 2));
    // `PR #290`, `SHA-256`
    let joined = next.is(b'#') || next.is(b'-') || next.is(b'.');
    let number = matches!(token(tokens, at + 1 + usize::from(joined)).class, Class::Digits | Class::Alphanumeric);
    let standard = here.class.is_big() && number && (STANDARDS.has(here) || (CHANGES.has(here) && next.is(b'#')));
    let [_, v, digit, _] = here.head.to_be_bytes();
    let version = match here.class {
        // `libc 0.2.100`, no `Qwertzow 12.5`
        Class::Digits => !here.is_whole_number() && !before.class.is_big(),
        Class::Alphanumeric => v == b'v' && digit.is_ascii_digit(),
        _ => false,
    };
    let size = SIZES.has(here) && before.class == Class::Digits;
    let answer = here.class == Class::Digits && here.len() == 3 && REASONS.has(next) && OF_REASONS.has(third);
    // `500 g lamb` begins a line, no `Alpenblick 12 g`
    let counted = here.class == Class::Digits && here.place == Place::Line && next.class == Class::Lower;
    let amount = counted && QUANTITIES.has(next) && third.class == Class::Lower;
    standard || version || size || answer || amount || is_mark(here)
}

/// What servers answer behind a number, in two words: RFC 9110, section 15.
static REASONS: WordSet<8> = WordSet::new("bad too not internal service gateway unprocessable method");
static OF_REASONS: WordSet<13> = WordSet::new(
    "request many found acceptable implemented modified server unavailable timeout gateway entity content not",
);

/// What recipes count.
static QUANTITIES: WordSet<20> =
    WordSet::new("g kg mg ml cl dl l lb lbs oz tsp tbsp cup cups el tl bay sprig sprigs clove");

/// What has a number and is a standard, or one of many changes.
static STANDARDS: WordSet<10> = WordSet::new("rfc iso iec utf sha asn pcre api cve unicode");
static CHANGES: WordSet<4> = WordSet::new("pr prs issue issues");

/// Units of sizes and times.
static SIZES: WordSet<12> = WordSet::new("kib mib gib tib kb mb gb tb ns fps rpm qps");

#[cfg(test)]
mod tests {
    use super::super::super::rig::check;

    #[test]
    fn versions_sizes_and_code_are_no_addresses() {
        check("up to <A:libc 0.2.100> and <A:phf v0.11.3, phf_macros>", &[]);
        check("at <A:37.090 GiB/s>, see <A:RFC 2822, ISO 8601> and <A:PR #290>", &[]);
        check("<A:400 Bad> Request, <A:429 Too> Many\n<A:500 g minced lamb\n1> onion\n<A:1 bay> leaf", &[]);
        check("<A:37 GiB/s>", &[]);
        check("<A:12 g, Qwertzhof>", &["Address 12 g, Qwertzhof"]);
        check("for `<A:TcpListener`, `UnixStream`, 5> of <A:Eq, Number {\n Zero = 0>", &[]);
        check("at <A:Qwertzow 12, Gottlieb, 1.5>", &["Address Qwertzow 12, Gottlieb, 1.5"]);
        check(
            "at <A:Qwertzblick 12 g>; at <A:500 Bad Qwertz>; at <A:Qwertzow 12.5>",
            &["Address Qwertzblick 12 g", "Address 500 Bad Qwertz", "Address Qwertzow 12.5"],
        );
        check("to <A:P.O. Box 1,234>", &["Address P.O. Box 1,234"]);
        check("in <A:12 High Street, `rear`>", &["Address 12 High Street, `rear`"]);
        check("in <A:Qwertzhof 12, 10115 Berlin 1.5>", &["Address Qwertzhof 12, 10115 Berlin 1.5"]);
    }
}
