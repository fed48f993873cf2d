//! Names behind the keys of programs, as logs and exports write them: `firstName='Laura'`, `"lastName":"Marlowe"`,
//! `User(name=Laura Schmidt)`.

use super::super::decode::Named;
use super::super::label::Type;
use super::super::lexicon::flag;
use super::super::token::{Class, Token};
use super::super::words::WordSet;
use super::{add, name_end, token};

/// Makes a person of what stands behind a key of names; a key and its mark are no part of one.
pub(super) fn values(tokens: &[Token], named: &mut Vec<Named>) {
    for (at, mark) in tokens.iter().enumerate().skip(1) {
        if !(mark.is(b'=') || mark.is(b':')) {
            continue;
        }
        let quoted = usize::from(is_quote(token(tokens, at - 1)));
        let Some(key) = at.checked_sub(1 + quoted).and_then(|key| Some((key, tokens.get(key)?))) else { continue };
        let (sure, unsure) = (SURE.has(key.1), UNSURE.has(key.1));
        // A label of forms is read as such.
        if !(sure || unsure) || (mark.is(b':') && quoted == 0) {
            continue;
        }
        let opens = |one: &Token| is_quote(one) || one.is(b'{') || one.is(b'[');
        let first =
            at + 1 + tokens.get(at + 1..).unwrap_or_default().iter().take(2).take_while(|one| opens(one)).count();
        let end = name_end(tokens, first);
        let known = |one: &Token| one.entry.has(flag::FIRST | flag::LAST) && !one.entry.has(flag::COMMON);
        let tells = sure || tokens.get(first..end).unwrap_or_default().iter().any(known);
        if end > first && tells && is_end(tokens, end) {
            named.retain(|one| one.end <= key.0 || one.first >= end);
            add(named, Type::Person, first, end);
        }
    }
}

/// Makes a person of a name in quotes before an address of mail: `From: "Lovelace, Ada" <ada@example.org>`.
pub(super) fn senders(tokens: &[Token], named: &mut Vec<Named>) {
    /// Tokens of such a name.
    const TOKENS_MAX: usize = 8;
    let ends = |at: usize| {
        let mail = token(tokens, at + 2);
        is_quote(token(tokens, at)) && token(tokens, at + 1).is(b'<') && mail.class == Class::Found
    };
    for end in (1..tokens.len()).filter(|at| ends(*at)) {
        let floor = end.saturating_sub(TOKENS_MAX);
        let Some(opens) = (floor..end).rev().find(|at| is_quote(token(tokens, *at))) else { continue };
        let inside = tokens.get(opens + 1..end).unwrap_or_default();
        let name = |one: &Token| one.entry.has(flag::FIRST | flag::LAST);
        let rather = |one: &Token| !one.entry.has(flag::COMMON) || one.entry.has(flag::RATHER_NAME);
        let named_so = |one: &Token| one.class.is_big() && name(one) && rather(one);
        // No `"Grace Period"`.
        let other = flag::COMPANY | flag::ORGANISATION | flag::THING;
        let fits = |one: &Token| one.class != Class::Newline && !one.entry.has(other) && (name(one) || rather(one));
        if inside.iter().any(named_so) && inside.iter().all(fits) {
            named.retain(|one| one.end <= opens || one.first >= end);
            add(named, Type::Person, opens + 1, end);
        }
    }
}

/// Tells whether a value ends before a token: at a mark, the end, or the next key.
fn is_end(tokens: &[Token], at: usize) -> bool {
    let here = token(tokens, at);
    let mark = [b',', b';', b'&', b')', b'}', b']', b'|', b'/'].iter().any(|mark| here.is(*mark));
    mark || is_quote(here) || matches!(here.class, Class::None | Class::Newline) || token(tokens, at + 1).is(b'=')
}

fn is_quote(one: &Token) -> bool {
    one.is(b'"') || one.is(b'\'')
}

/// Keys whose values are names.
static SURE: WordSet<32> = WordSet::new(
    "firstname first_name lastname last_name fullname full_name givenname given_name familyname family_name surname forename \
     middlename middle_name maidenname maiden_name patientname patient_name customername customer_name contactname contact_name \
     ownername owner_name vorname nachname prenom apellido apellidos cognome achternaam voornaam",
);

/// Keys whose values are names where a word of them is known as one.
static UNSURE: WordSet<34> = WordSet::new(
    "name user username user_name customer patient contact owner employee member recipient sender author driver guest passenger client \
     agent assignee reporter createdby created_by updatedby updated_by displayname display_name cn gn sn before after nom nombre naam",
);

#[cfg(test)]
mod tests {
    use super::super::rig::check_rule;
    use super::senders;

    #[test]
    fn who_sends_mail_is_found_by_the_quotes_around_the_name() {
        let check = |marked: &str, expected: &[&str]| {
            check_rule(marked, expected, |_, tokens, named| senders(tokens, named));
        };
        check("From: \"Lovelace, Ada\" <<M:ada@example.org>>", &["Person Lovelace, Ada"]);
        check("From: \"Google Ada\" <<M:ada@example.org>>", &[]);
        check("From: \"Lovelace Newsletter\" <<M:ada@example.org>>", &[]);
        check("From: \"Summer Sale\" <<M:ada@example.org>>", &[]);
        check("she said \"Ada\" and wrote to <<M:ada@example.org>>", &[]);
    }
}
