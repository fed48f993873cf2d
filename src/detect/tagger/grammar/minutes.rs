//! Who speaks, has to do something or did at the start of a line of minutes or a chat: `Okonjo to circulate the minutes`,
//! `Delacroix: we should wait`, `Tagliabue seconded the motion`.

use super::super::decode::Named;
use super::super::lexicon::{Entry, class, flag};
use super::super::token::{Class, Place, Token};
use super::super::words::WordSet;
use super::{subject, thing, token};

/// Finds them, where nothing or a firm was found.
pub(super) fn minutes(tokens: &[Token], named: &mut Vec<Named>) {
    for (at, name) in tokens.iter().enumerate() {
        if name.class != Class::Capital {
            continue;
        }
        let begins = matches!(name.place, Place::Line | Place::Sentence);
        if (begins && (is_tasked(tokens, at) || speaks(tokens, at) || is_minuted(tokens, at))) || is_charged(tokens, at)
        {
            subject::person(named, at, at + 1);
        }
        if begins {
            pair(tokens, at, named);
        }
    }
}

/// A word that is known as a name.
pub(super) fn is_known(word: &Token) -> bool {
    let rather = !word.entry.has(flag::COMMON) || word.entry.has(flag::RATHER_NAME);
    let dated = matches!(word.entry.class, class::MONTH | class::DAY);
    word.entry.has(flag::FIRST | flag::LAST) && !word.entry.has(subject::OTHER) && rather && !dated && !is_listed(word)
}

/// A word of which nothing is known, and which no ending tells to be a noun.
pub(super) fn is_unknown(word: &Token) -> bool {
    /// Letters of a name that is not known.
    const LETTERS_MIN: usize = 4;
    word.entry == Entry::NONE && word.len() >= LETTERS_MIN && !thing::is_noun(word) && !is_listed(word)
}

fn is_listed(word: &Token) -> bool {
    thing::is_program(word) || HEADS.has(word)
}

/// `Okonjo to circulate the minutes`
fn is_tasked(tokens: &[Token], at: usize) -> bool {
    let (name, to, verb) = (token(tokens, at), token(tokens, at + 1), token(tokens, at + 2));
    let tasked = to.class == Class::Lower && TO.has(to) && verb.class == Class::Lower && DO.has(verb);
    tasked && (is_known(name) || is_unknown(name) || GIVEN.has(name))
}

/// `Tagliabue seconded the motion`; of a word that is not known, only what nobody says of firms and programs.
fn is_minuted(tokens: &[Token], at: usize) -> bool {
    let (name, verb) = (token(tokens, at), token(tokens, at + 1));
    if verb.class != Class::Lower || !(AT_MEETINGS.has(verb) || OF_ALL.has(verb)) {
        return false;
    }
    let (what, which) = (token(tokens, at + 2), token(tokens, at + 3));
    let matter = MATTERS.has(what) || (THE.has(what) && MATTERS.has(which));
    // `Okonjo proposed to wait`
    let urged = PROPOSED.has(verb) && TO.has(what);
    let unknown =
        is_unknown(name) && !is_role(name) && !is_firm(name, verb) && (AT_MEETINGS.has(verb) || matter || urged);
    is_known(name) || unknown
}

/// `Shah/Okafor to confirm`: both have to.
fn pair(tokens: &[Token], at: usize, named: &mut Vec<Named>) {
    let (mark, other) = (token(tokens, at + 1), token(tokens, at + 2));
    let joined = mark.is(b'/') || mark.is(b'&') || (mark.class == Class::Lower && AND.has(mark));
    let fits = |word: &Token| word.class == Class::Capital && (is_known(word) || is_unknown(word));
    if joined && fits(token(tokens, at)) && fits(other) && is_tasked(tokens, at + 2) {
        subject::person(named, at, at + 1);
        subject::person(named, at + 2, at + 3);
    }
}

/// `assigned to Okonjo`, `approved by Tagliabue`, no `approved by Finance`.
fn is_charged(tokens: &[Token], at: usize) -> bool {
    let back = |by: usize| at.checked_sub(by).map_or(&Token::BEYOND, |at| token(tokens, at));
    let (name, way, verb, next) = (token(tokens, at), back(1), back(2), token(tokens, at + 1));
    // Most words have another before them.
    if way.class != Class::Lower || way.len() != 2 || !verb.class.is_word() {
        return false;
    }
    // `assigned to Okonjo by Tagliabue`
    let after = BY.has(way) && TO.has(back(3)) && ASSIGNED.has(back(4)) && verb.class == Class::Capital;
    let given = (TO.has(way) && ASSIGNED.has(verb)) || (BY.has(way) && DONE.has(verb)) || after;
    given && (is_known(name) || (is_unknown(name) && !is_role(name) && !next.class.is_big()))
}

/// `Delacroix: we should wait`; of a word that is not known, only what somebody says of himself or others.
fn speaks(tokens: &[Token], at: usize) -> bool {
    let name = token(tokens, at);
    if name.place != Place::Line || !token(tokens, at + 1).is(b':') {
        return false;
    }
    let (first, second) = (token(tokens, at + 2), token(tokens, at + 3));
    // `i` is an article of Italian, and `we` is one of Dutch, too.
    let lone = first.class == Class::Lower && first.len() == 1;
    let goes_on = !lone && second.class == Class::Lower && MEANS.has(second);
    (is_known(name) && SPEECH.has(first)) || (is_unknown(name) && WHO.has(first) && goes_on && !is_role(name))
}

/// A word that by its ending is what somebody does: `Interviewer`, `Moderator`, `Chatbot`.
pub(super) fn is_role(word: &Token) -> bool {
    const ENDINGS: [&[u8; 2]; 3] = [b"er", b"or", b"ot"];
    ENDINGS.iter().any(|ending| u32::from(u16::from_be_bytes(**ending)) == word.tail & 0xFFFF)
}

/// A word with the ending of what something is, as firms take it, that wants something: `Xfinity wants a deposit`; a vowel
/// before the ending (`Maity`) is a name's.
fn is_firm(word: &Token, verb: &Token) -> bool {
    let [before, ending @ ..] = word.tail.to_be_bytes();
    WANTS.has(verb) && ending == *b"ity" && !b"aeiou".contains(&before)
}

/// What somebody does at a meeting, or on the phone.
static AT_MEETINGS: WordSet<11> = WordSet::new(
    "seconded disagreed abstained dissented volunteered recused chaired rang phoned texted \
    wants",
);
/// What of these firms do, too.
static WANTS: WordSet<1> = WordSet::new("wants");
/// What firms do, too.
static OF_ALL: WordSet<15> = WordSet::new(
    "raised reported confirmed moved advised welcomed proposed noted suggested asked queried apologised apologized thanked \
    objected",
);
/// What programs do not.
static PROPOSED: WordSet<4> = WordSet::new("proposed apologised apologized objected");
static THE: WordSet<5> = WordSet::new("the a an his her");
static MATTERS: WordSet<16> = WordSet::new(
    "question issue point matter concern concerns topic problem motion budget objection objections complaint query agenda minutes",
);
static AND: WordSet<1> = WordSet::new("and");

static TO: WordSet<1> = WordSet::new("to");

static BY: WordSet<1> = WordSet::new("by");

/// What is given to somebody, and what somebody has done.
static ASSIGNED: WordSet<6> = WordSet::new("assigned reassigned delegated escalated handed transferred");
static DONE: WordSet<12> = WordSet::new(
    "assigned reported requested approved reviewed signed written raised taken handled authorised authorized",
);

/// Given names that are everyday words, of which none is to be done or to do.
static GIVEN: WordSet<16> =
    WordSet::new("bob mark grace ray rose jack frank dawn faith joy sue pat rob drew dean nick");

/// What is to be done.
static DO: WordSet<69> = WordSet::new(
    "circulate send call check draft review follow prepare confirm update chase book arrange contact email speak ask write \
    organise organize investigate provide share present finalise finalize complete submit order pay discuss report look get \
    take make raise sign meet bring talk schedule set invite collect create find fix help return attend lead own coordinate \
    propose revise advise reply respond forward print buy phone ring escalate liaise clarify distribute clean",
);

/// Who somebody says that does something.
static WHO: WordSet<5> = WordSet::new("i we he she they");

/// What is meant to be done, or is thought.
static MEANS: WordSet<17> = WordSet::new(
    "should could can must need think believe agree suggest propose want will would might may have prefer",
);

/// What somebody says first.
static SPEECH: WordSet<67> = WordSet::new(
    "i we you he she they it yes no ok okay thanks thank hi hello can could should will shall let not sure agreed that this \
    please why what when how do did is are my our your maybe sorry great good fine yeah nope if but and so \
    ich wir ja nein danke bitte das oui non merci je nous si gracias yo ik wij nee",
);

/// What lines of notes and logs begin with.
static HEADS: WordSet<33> = WordSet::new(
    "followup workaround postmortem tldr changelog rollback mitigation caveat recap takeaway todo fixme hotfix rationale \
    wontfix nitpick disclaimer synopsis blocker blockers onboarding offboarding kickoff standup retro devops helpdesk \
    backend frontend infra admin admins telco",
);

#[cfg(test)]
mod tests {
    use super::super::rig::check;

    #[test]
    fn who_proposes_and_by_whom_something_is_assigned_is_somebody() {
        check("Okonjo proposed to wait.", &["Person Okonjo"]);
        check("Assigned to <P:Okonjo> by Tagliabue", &["Person Okonjo", "Person Tagliabue"]);
        check("Grafana proposed to wait. It was assigned to Okonjo by Finance", &["Person Okonjo"]);
    }
}
