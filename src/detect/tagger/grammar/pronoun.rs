//! Small words of other languages, most for who does something, which begin sentences as names do: `Qu'il vienne`, `Ze belde`,
//! `Han ringte`, `Ona zadzwoniła`, `Ihre Katherine`.

use super::super::decode::Named;
use super::super::label::Type;
use super::super::token::{Class, Place, Token};
use super::super::words::WordSet;
use super::token;

/// Takes them away, and off the names behind them.
pub(super) fn mend(tokens: &[Token], named: &mut Vec<Named>) {
    named.retain_mut(|one| {
        let word = token(tokens, one.first);
        if one.of == Type::Address || word.class != Class::Capital || word.len() > LETTERS_MAX {
            return true;
        }
        if !matches!(word.place, Place::Line | Place::Sentence) || !PRONOUNS.has(word) {
            return true;
        }
        let next = token(tokens, one.first + 1);
        if ELIDED.has(word) {
            // `Qu'il vienne`, no `Qu's`
            return next.class != Class::Clitic || next.len() <= 2 || one.end > one.first + 1;
        }
        if one.end > one.first + 1 && next.class.is_big() {
            // `Ihre Katherine`
            one.first += usize::from(GERMAN.has(word));
            return true;
        }
        next.class != Class::Lower || !is_one(word, next)
    });
}

/// Tells by the verb behind it whether a word is one, and nobody who is called so.
fn is_one(word: &Token, verb: &Token) -> bool {
    if DUTCH.has(word) {
        // `Zé ligou` has three bytes.
        let [.., before, last] = verb.tail.to_be_bytes();
        let ends = verb.len() >= 4 && (last == b't' || matches!([before, last], [b'e', b'n'] | [b'd' | b't', b'e']));
        return word.len() == 2 && (ends || DUTCH_VERBS.has(verb));
    }
    if SLAVIC.has(word) {
        // `zadzwoniła`
        let ends = verb.len() >= 5 && verb.tail & 0xFFFF == u32::from(u16::from_be_bytes(*b"la"));
        return ends || SLAVIC_VERBS.has(verb);
    }
    // `Hän`, whose second letter has two bytes, is nobody's name.
    GERMAN.has(word) || word.len() == 4 || NORTHERN_VERBS.has(verb)
}

/// Bytes of the longest.
const LETTERS_MAX: usize = 5;

static PRONOUNS: WordSet<13> = WordSet::new("ze han hon hun ona ono qu sie ihr ihre ihren ihrem ihrer");
/// A word of French before `il`, `elle`, `on` and `un`.
static ELIDED: WordSet<1> = WordSet::new("qu");
static DUTCH: WordSet<1> = WordSet::new("ze");
static GERMAN: WordSet<6> = WordSet::new("sie ihr ihre ihren ihrem ihrer");
static SLAVIC: WordSet<2> = WordSet::new("ona ono");

/// Verbs of Dutch without the usual endings.
static DUTCH_VERBS: WordSet<40> = WordSet::new(
    "is was zei wil kan kon zou mag zal had ging kwam gaf nam zat lag deed vond sprak schreef kreeg bleef bracht \
     liep vroeg koos riep las sliep hielp stond ziet doet ga ben heb woon nog niet vertrok",
);

/// Verbs of Polish, Czech and Croatian.
static SLAVIC_VERBS: WordSet<39> = WordSet::new(
    "jest ma byla mieszka placi chce nie moze pracuje mowi dzwoni prosi pyta czeka wie idzie je bydli rika vola muze \
     zije bude nema ceka plati zove zivi radi hoce ima nije kaze zna place se si bi zeli",
);

/// Verbs of Swedish, Danish and Norwegian.
static NORTHERN_VERBS: WordSet<82> = WordSet::new(
    "ar er var har hade hadde havde ringde ringte ringer bor kom kommer vill vil ville ska skal skulle sa sade sier sager \
    siger sagde betalar betaler betalade betalte gar gick gik gikk far fick fik fikk kan kunde kunne ma maste skrev \
    skriver jobbar jobber arbetar arbejder heter hedder blir bliver blev ble tar tog tok vet ved ser sag fragade spurte \
    spurgte ikke inte aldrig aldri mener mente onskar onsker flyttade flyttet flytter mangler saknar bestalde bestilte \
    ater spiser sover",
);

#[cfg(test)]
mod tests {
    use super::super::rig::check;

    #[test]
    fn pronouns_are_nobody() {
        check("<P:Ze> belde en vroeg. <P:Ze> is weg", &[]);
        check("<P:Han> ringte om ordren. <P:Han er syk>", &[]);
        check("<P:Ona zadzwoniła wczoraj>. <P:Hän> asuu täällä", &[]);
        check("<P:Qu>'il vienne.", &[]);
        check("<P:Sie> kommt. <P:Ihre Katherine Schulz>", &["Person Katherine Schulz"]);
    }

    #[test]
    fn who_is_called_so_is_somebody() {
        check("<P:Zé> ligou ontem. <P:Ze> ligou", &["Person Zé", "Person Ze"]);
        check("<P:Qu>'s car is here", &["Person Qu"]);
        check("<P:Han> called. <P:Ze Frank> called", &["Person Han", "Person Ze Frank"]);
        check("<P:Ona> wants it; ask <P:Han>", &["Person Ona", "Person Han"]);
    }
}
