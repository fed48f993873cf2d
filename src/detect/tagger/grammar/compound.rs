//! Words with a capital inside: classes and services of programs (`JobManager`, `KafkaConsumer`) are nobody, and who does
//! what people do is somebody (`DiMaggio wants`, `L'Estrange called`).

use super::super::decode::Named;
use super::super::label::Type;
use super::super::lexicon::{Lexicon, flag};
use super::super::token::{Class, Place, Token, Tokenizer};
use super::super::words::WordSet;
use super::{add, initial, is_glued, token};

/// Takes classes away, and finds names that begin a sentence before what people do.
pub(in super::super) fn compounds(text: &str, lexicon: Lexicon<'_>, tokens: &[Token], named: &mut Vec<Named>) {
    let read = |word: &Token| joined(text.get(word.start..word.end).unwrap_or_default(), lexicon);
    named.retain(|one| {
        // `HanSolo called`
        let does = is_done(token(tokens, one.end)) && one.end == one.first + 1;
        if does && read(token(tokens, one.first)) == Joined::Word {
            return true;
        }
        let mut inside = tokens.get(one.first..one.end).unwrap_or_default().iter();
        // `@KodrAus` is somebody's name on a site
        let site = one.first.checked_sub(1).is_some_and(|at| token(tokens, at).is(b'@')) && is_glued(tokens, one.first);
        // `Flink JobManager`
        let class = |word: &Token| {
            word.class == Class::Mixed
                && match read(word) {
                    Joined::Class | Joined::Word => true,
                    Joined::Strange => !site,
                    Joined::Name | Joined::Whole | Joined::Other => false,
                }
        };
        let person = one.of == Type::Person || one.of == Type::Location;
        !(person && inside.next_back().is_some_and(class) && inside.all(|word| class(word) || is_unnamed(word)))
    });
    for (at, name) in tokens.iter().enumerate() {
        if name.class == Class::Mixed
            && matches!(name.place, Place::Line | Place::Sentence)
            && !name.entry.has(flag::THING | flag::COMPANY | flag::ORGANISATION)
            && is_done(token(tokens, at + 1))
            && matches!(read(name), Joined::Name | Joined::Whole)
        {
            named.retain(|one| one.of == Type::Person || one.first != at || one.end != at + 1);
            add(named, Type::Person, at, at + 1);
        }
    }
}

/// A word that nobody is called.
fn is_unnamed(word: &Token) -> bool {
    word.class.is_word() && !word.entry.has(flag::FIRST | flag::LAST | flag::CITY | flag::REGION)
}

/// What people do, and not what holds sentences together.
fn is_done(verb: &Token) -> bool {
    verb.class == Class::Lower && initial::DOES.has(verb) && !verb.entry.has(flag::FUNCTION)
}

/// What the halves of a word say of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Joined {
    /// A family's name with its particle (`McAllister`, `L'Estrange`).
    Name,
    /// A name that is nothing else, and one more that is no everyday word: `SmithJones`.
    Whole,
    /// A family's name, and an everyday word that is no program's: `HanSolo`, `PriceList`.
    Word,
    /// The last half is what programs and their parts are, or an everyday word that nobody is called.
    Class,
    /// No half is anybody's name: `BytesMut`; or it is more than one of what is written in capitals: `CPUs`.
    Strange,
    Other,
}

fn joined(word: &str, lexicon: Lexicon<'_>) -> Joined {
    let changes = |at: &usize| {
        let (before, here) = (word.get(..*at).unwrap_or_default(), word.get(*at..).unwrap_or_default());
        before.ends_with(char::is_lowercase) && here.starts_with(char::is_uppercase)
    };
    let apostrophe = word.char_indices().find(|(_, c)| matches!(c, '\'' | '\u{2019}'));
    if let Some((at, c)) = apostrophe {
        let behind = word.get(at + c.len_utf8()..).unwrap_or_default();
        let name = word.starts_with(['L', 'O', 'D']) && at == 1 && behind.starts_with(char::is_uppercase);
        return if name { Joined::Name } else { Joined::Other };
    }
    let mut halves = word.char_indices().map(|(at, _)| at).filter(changes);
    let plural = || word.strip_suffix('s').is_some_and(|one| one.len() >= 2 && one.chars().all(char::is_uppercase));
    let Some(first) = halves.next() else { return if plural() { Joined::Strange } else { Joined::Other } };
    let (last, more) = halves.next_back().map_or((first, false), |last| (last, true));
    let half = |part: Option<&str>| part.and_then(|part| Tokenizer::new(part, lexicon, &[]).next());
    let (Some(given), Some(noun)) = (half(word.get(..first)), half(word.get(last..))) else { return Joined::Other };
    if PARTICLES.has(&given) {
        return if CLASSES.has(&noun) { Joined::Other } else { Joined::Name };
    }
    let name = flag::FIRST | flag::LAST | flag::CITY | flag::REGION;
    let everyday =
        noun.entry.has(flag::COMMON | flag::FUNCTION) && !noun.entry.has(name) && !given.entry.has(flag::FIRST);
    let called = given.entry.has(flag::FIRST | flag::LAST);
    let somebody = called && !given.entry.has(OTHER | flag::COMMON) && !noun.entry.has(flag::THING | flag::FUNCTION);
    // `BytesMut`, no `XiuYing`
    let said =
        [given, noun].iter().any(|half| half.entry.has(flag::COMMON) && half.len() >= 4) || noun.class == Class::Upper;
    match (CLASSES.has(&noun), everyday, called) {
        (true, _, _) | (false, true, false) => Joined::Class,
        (false, true, true) => Joined::Word,
        (false, false, _) if somebody => Joined::Whole,
        // `i gCorcaigh`
        (false, false, _) if given.class == Class::Lower => Joined::Other,
        (false, false, _) if word.is_ascii() && ![given, noun].iter().any(is_name) && (said || more) => Joined::Strange,
        (false, false, _) => Joined::Other,
    }
}

/// Somebody's name that is no everyday word.
fn is_name(word: &Token) -> bool {
    let called = word.entry.has(flag::FIRST | flag::LAST | flag::PARTICLE);
    called && (!word.entry.has(flag::COMMON) || word.entry.has(flag::RATHER_NAME))
}

/// What a given name or a family's may be besides.
const OTHER: u16 = flag::THING | flag::COMPANY | flag::ORGANISATION | flag::CITY | flag::REGION | flag::FUNCTION;

/// What begins a family's name that has a capital inside.
static PARTICLES: WordSet<50> = WordSet::new(
    "mc mac de del della dela di da do das dos du des la le lo van von vander vanden vande ver ter ten fitz st san al el \
    ap abd abu ibn ben ni nic ui sha ja ta ty ra ke za qua mar jo an lee tre",
);

/// What programs and their parts are, by the last of the words that are written together.
static CLASSES: WordSet<86> = WordSet::new(
    "manager server client consumer producer executor scheduler coordinator controller service servlet dispatcher worker \
    thread pool node cluster broker watcher listener handler factory builder adapter provider resolver loader reader \
    writer parser serializer deserializer validator generator collector monitor tracker registry repository storage store \
    cache queue topic stream buffer bucket filter router proxy gateway connector connection session context request \
    response exception error event message job task process processor engine driver daemon agent runner launcher \
    initializer publisher subscriber emitter fetcher elector balancer limiter indexer replicator compactor observer \
    template config interceptor",
);

#[cfg(test)]
mod tests {
    use super::super::super::builtin;
    use super::super::rig::check_rule;
    use super::compounds;

    fn check(marked: &str, expected: &[&str]) {
        check_rule(marked, expected, |text, tokens, named| compounds(text, builtin().lexicon(), tokens, named));
    }

    #[test]
    fn words_written_together_that_nobody_is_called_are_nobody() {
        check("the <P:BytesMut> and <P:RwLock> of <P:CPUs>, a <P:KafkaConsumer>", &[]);
        check("on <L:NetBSD>", &[]);
    }

    #[test]
    fn names_with_a_capital_inside_stay() {
        check("saw <P:XiuYing>, <P:XiuQwertz>", &["Person XiuYing", "Person XiuQwertz"]);
        check("saw <P:McQwertz>, <P:TaQwertz>", &["Person McQwertz", "Person TaQwertz"]);
        check("saw <P:MaryQwertz>, <P:QwertzMary>", &["Person MaryQwertz", "Person QwertzMary"]);
        check("i <L:gLock>", &["Location gLock"]);
        check("thanks @<P:BytesMut>, and <P:OBrien>", &["Person BytesMut", "Person OBrien"]);
    }
}
