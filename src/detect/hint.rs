//! What a field's name says of the values below it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::matcher::{has_bit, set_bit};
use super::names;
use super::writing::Holds;
use crate::model::{EntityIndex, RecognizerIndex};

/// What the last names on a field's path say of its values; made by [`super::RecognizerSet::hint`], cheap to clone.
///
/// Holds no name: nothing of a path can leak through it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FieldHint {
    typed: Option<Typed>,
    /// Bits by recognizer: the name holds one of its context words.
    context: Option<Arc<[u64]>>,
    /// Bits by recognizer: the name holds a word that speaks against it, or is that of another thing.
    against: Option<Arc<[u64]>>,
    /// Bits by recognizer: the field is called after whom its values may name (`assignee`, `reporter`).
    owner: Option<Arc<[u64]>>,
    /// The field is called after what people write: `note`, `message`.
    holds: Holds,
}

impl FieldHint {
    /// Gives the entity type of every value of the field, where the name alone is proof (`cardNumber`, `ssn`).
    ///
    /// A name that recognizers of several types share (`passport`) gives their family, which the value may narrow.
    pub fn typed(&self) -> Option<EntityIndex> {
        self.typed.map(|typed| typed.entity)
    }

    /// Gives what the field's name is proof of.
    pub(super) const fn proof(&self) -> Option<Typed> {
        self.typed
    }

    /// Gives the recognizers that the field's name is context for, as bits; none where it is for none.
    pub(super) fn context(&self) -> Option<&[u64]> {
        self.context.as_deref()
    }

    /// Tells whether the field's name is context for a recognizer.
    pub(super) fn calls(&self, recognizer: RecognizerIndex) -> bool {
        self.context.as_ref().is_some_and(|bits| has_bit(bits, usize::from(recognizer.0)))
    }

    /// Tells whether the field is called after somebody whom its values may name: `assignee`, `reporter`.
    pub(super) fn is_owner(&self, recognizer: RecognizerIndex) -> bool {
        self.owner.as_ref().is_some_and(|bits| has_bit(bits, usize::from(recognizer.0)))
    }

    /// Tells whether the field is called after what people write: `note`, `message`.
    pub(super) const fn holds(&self) -> Holds {
        self.holds
    }

    /// Tells whether the field's name speaks against a recognizer's findings: `product.name` is no person.
    pub fn denies(&self, recognizer: RecognizerIndex) -> bool {
        self.against.as_ref().is_some_and(|bits| has_bit(bits, usize::from(recognizer.0)))
    }
}

/// What a field's name is proof of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Typed {
    /// The type, or the family where recognizers of several types share the name.
    pub(super) entity: EntityIndex,
    name: NameIndex,
}

/// A strong name's place in the lexicon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct NameIndex(u32);

/// Who has a strong name.
#[derive(Debug)]
struct Strong {
    entity: EntityIndex,
    owners: Vec<RecognizerIndex>,
}

/// The names that recognizers know fields by.
#[derive(Debug, Default)]
pub(super) struct Lexicon {
    /// Strong names, their words joined.
    strong: BTreeMap<String, NameIndex>,
    named: Vec<Strong>,
    /// Context phrases, their words joined, and who listens to them.
    context: BTreeMap<String, Vec<RecognizerIndex>>,
    /// The same of phrases that speak against a finding.
    against: BTreeMap<String, Vec<RecognizerIndex>>,
    /// Names of fields, their words joined, whose values are nothing of a recognizer's.
    denying: BTreeMap<String, Vec<RecognizerIndex>>,
    /// Who has words that decide together.
    words: Vec<Deciding>,
    recognizers: usize,
}

/// Names that are proof only of the right owner: `customer.name`, not `product.name`.
#[derive(Debug)]
struct Deciding {
    recognizer: RecognizerIndex,
    name: NameIndex,
    /// The names, their words joined.
    names: BTreeSet<String>,
    /// What they are proof of the type beside.
    of: BTreeSet<String>,
    /// What they are not beside, be they strong names of the recognizer too.
    never: BTreeSet<String>,
}

/// What the words beside a name say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    Right,
    Wrong,
    Unknown,
}

/// Names on a path that are read, from the leaf outwards.
const NAMES_MAX: usize = 4;
/// Words that make a name a statement about a value, not the value (`hasEmail`).
const STATEMENTS: [&str; 6] = ["is", "has", "should", "can", "use", "allow"];
/// Words that may follow a strong name and change nothing (`phone.home`, `email2`, `ssn.value`).
#[rustfmt::skip]
const NEUTRAL: &[&str] = &[
    "value", "raw", "text", "string", "str", "data", "primary", "secondary", "home", "work", "mobile", "main", "current", "old", "new",
    "previous", "number", "field", "full", "complete", "formatted", "canonical", "form", "display", "normalized", "original",
];
/// What is parted or put in order by something, and by nobody: `order_by`.
const ARRANGED: [&str; 10] =
    ["sort", "sorted", "order", "group", "grouped", "filter", "filtered", "split", "partition", "partitioned"];
/// Words that join others in a name: `nom de famille`, `data di nascita`.
const LINKS: [&str; 16] =
    ["de", "du", "des", "del", "della", "di", "do", "da", "dos", "van", "der", "of", "the", "la", "le", "el"];

impl Lexicon {
    pub(super) fn new(recognizers: usize) -> Self {
        Self { recognizers, ..Self::default() }
    }

    /// Takes a strong name. `family` is the row of the family that the owner's `entity` is of.
    ///
    /// # Errors
    /// The recognizer that has the name already, where `shares` says that it is of another family.
    pub(super) fn add_strong(
        &mut self,
        name: &str,
        (entity, family): (EntityIndex, EntityIndex),
        recognizer: RecognizerIndex,
        shares: impl Fn(RecognizerIndex) -> bool,
    ) -> Result<(), RecognizerIndex> {
        let joined = joined(name);
        self.add_context(name, recognizer);
        if let Some(strong) = self.strong.get(&joined).and_then(|name| self.named.get_mut(name.0 as usize)) {
            if let Some(other) = strong.owners.iter().find(|owner| !shares(**owner)) {
                return Err(*other);
            }
            if strong.entity != entity {
                strong.entity = family;
            }
            if !strong.owners.contains(&recognizer) {
                strong.owners.push(recognizer);
            }
            return Ok(());
        }
        if let Ok(place) = u32::try_from(self.named.len()) {
            self.strong.insert(joined, NameIndex(place));
            self.named.push(Strong { entity, owners: vec![recognizer] });
        }
        Ok(())
    }

    /// Gives the recognizers whose strong name a field has, in the order of the set.
    pub(super) fn owners(&self, typed: Typed) -> &[RecognizerIndex] {
        self.named.get(typed.name.0 as usize).map_or(&[], |strong| strong.owners.as_slice())
    }

    /// Takes names that are proof of a type only beside words of `of`, and never beside words of `never`.
    pub(super) fn add_words(
        &mut self,
        [names, of, never]: [&[String]; 3],
        entity: EntityIndex,
        recognizer: RecognizerIndex,
    ) {
        let Ok(place) = u32::try_from(self.named.len()) else { return };
        self.named.push(Strong { entity, owners: vec![recognizer] });
        names.iter().for_each(|name| self.add_context(name, recognizer));
        let set = |words: &[String]| words.iter().map(|word| joined(word)).collect();
        self.words.push(Deciding {
            recognizer,
            name: NameIndex(place),
            names: set(names),
            of: set(of),
            never: set(never),
        });
    }

    /// Takes a context phrase.
    pub(super) fn add_context(&mut self, phrase: &str, recognizer: RecognizerIndex) {
        self.context.entry(joined(phrase)).or_default().push(recognizer);
    }

    /// Takes a phrase that speaks against a recognizer's findings.
    pub(super) fn add_against(&mut self, phrase: &str, recognizer: RecognizerIndex) {
        self.against.entry(joined(phrase)).or_default().push(recognizer);
    }

    /// Takes a name of fields that speaks against a recognizer's findings in them, and not in what stands below them.
    pub(super) fn add_denying(&mut self, name: &str, recognizer: RecognizerIndex) {
        self.denying.entry(joined(name)).or_default().push(recognizer);
    }

    /// Reads the names on a path, outermost first.
    pub(super) fn read(&self, path: &[&str]) -> FieldHint {
        let near = path.get(path.len().saturating_sub(NAMES_MAX)..).unwrap_or_default();
        let mut words = Vec::new();
        let mut leaf = 0;
        for name in near {
            leaf = words.len();
            names::split(name, &mut words);
        }
        let states = words.get(leaf).is_some_and(|first| STATEMENTS.contains(&first.as_str()));
        let typed = if states { None } else { self.typed(&words).or_else(|| self.decided(&words, leaf)) };
        let denying = self.words.iter().filter(|deciding| deciding.denies(&words)).map(|deciding| deciding.recognizer);
        let denying: BTreeSet<RecognizerIndex> = denying.collect();
        let mut context = called(&self.context, &words);
        context.retain(|recognizer| !denying.contains(recognizer));
        let mut against = called(&self.against, &words);
        against.extend(denying);
        let named = |start: usize, end: usize| self.denying.get(&words.get(start..end)?.concat());
        against.extend(tail(&words, named).into_iter().flatten());
        let called = words.get(leaf..).unwrap_or_default();
        let owners = self.words.iter().filter(|deciding| !states && deciding.is_owner(called));
        let owners = owners.map(|deciding| deciding.recognizer).filter(|one| !against.contains(one)).collect();
        let holds = Holds::of(&words);
        FieldHint { typed, context: self.bits(context), owner: self.bits(owners), against: self.bits(against), holds }
    }

    /// Tells whether all of a name is a strong one, neutral words behind it left out.
    pub(super) fn is_strong(&self, name: &str) -> bool {
        let mut words = Vec::new();
        names::split(name, &mut words);
        let named = |start: usize, end: usize| {
            words.get(start..end).is_some_and(|run| self.strong.contains_key(&run.concat())).then_some(start)
        };
        tail(&words, named) == Some(0)
    }

    /// Finds the strong name that the words end with, neutral words behind it left out.
    fn typed(&self, words: &[String]) -> Option<Typed> {
        tail(words, |start, end| {
            let name = *self.strong.get(&words.get(start..end)?.concat())?;
            let strong = self.named.get(name.0 as usize)?;
            let before = words.get(..start)?;
            let run = words.get(start..end)?.concat();
            let wrong = |owner: &RecognizerIndex| {
                let takes_back = |deciding: &&Deciding| deciding.recognizer == *owner && deciding.names.contains(&run);
                let deciding = self.words.iter().find(takes_back);
                deciding.is_some_and(|deciding| deciding.owner(before.iter().rev()) == Owner::Wrong)
            };
            // A name that its owner takes back is no name; a shorter one may be.
            (!strong.owners.iter().all(wrong)).then_some(Typed { entity: strong.entity, name })
        })
    }

    /// Finds a name that its neighbours make a proof: before it, outwards (`customer.name`), or in it (`nom_client`).
    fn decided(&self, words: &[String], leaf: usize) -> Option<Typed> {
        self.words.iter().find_map(|deciding| {
            let named = |start: usize, end: usize| {
                words.get(start..end).is_some_and(|run| deciding.names.contains(&run.concat())).then_some(start)
            };
            let before =
                tail(words, named).map(|start| deciding.owner(words.get(..start).unwrap_or_default().iter().rev()));
            let owner = before.or_else(|| {
                let end = (leaf + 1..words.len()).rev().find(|end| named(leaf, *end).is_some())?;
                let behind = words.get(end..)?;
                let known = |word: &String| {
                    NEUTRAL.contains(&word.as_str()) || LINKS.contains(&word.as_str()) || deciding.knows(word)
                };
                behind.iter().all(known).then(|| deciding.owner(behind.iter()))
            });
            (owner == Some(Owner::Right)).then(|| {
                let entity = self.named.get(deciding.name.0 as usize).map(|strong| strong.entity);
                entity.map(|entity| Typed { entity, name: deciding.name })
            })?
        })
    }

    fn bits(&self, recognizers: BTreeSet<RecognizerIndex>) -> Option<Arc<[u64]>> {
        let mut bits: Option<Vec<u64>> = None;
        for recognizer in recognizers {
            let bits = bits.get_or_insert_with(|| vec![0; self.recognizers.div_ceil(64)]);
            set_bit(bits, usize::from(recognizer.0));
        }
        bits.map(Into::into)
    }
}

/// Finds the recognizers one of whose phrases stands among the words.
fn called(by: &BTreeMap<String, Vec<RecognizerIndex>>, words: &[String]) -> BTreeSet<RecognizerIndex> {
    let mut called = BTreeSet::new();
    for start in 0..words.len() {
        let mut run = String::new();
        for word in words.get(start..).unwrap_or_default() {
            run.push_str(word);
            called.extend(by.get(&run).into_iter().flatten());
        }
    }
    called
}

impl Deciding {
    fn knows(&self, word: &str) -> bool {
        self.of.contains(word) || self.never.contains(word)
    }

    /// Tells what the nearest word says that says anything.
    fn owner<'a>(&self, mut outwards: impl Iterator<Item = &'a String>) -> Owner {
        match outwards.find(|word| self.knows(word)) {
            Some(word) if self.never.contains(word) => Owner::Wrong,
            Some(_) => Owner::Right,
            None => Owner::Unknown,
        }
    }

    /// Tells whether a field's words end with one of whom the names are proof, or with who did something: `assignee`,
    /// `reviewers`, `created_by`.
    fn is_owner(&self, called: &[String]) -> bool {
        if let [.., done, by] = called
            && by == "by"
        {
            return !ARRANGED.contains(&done.as_str());
        }
        let last = called.iter().rev().find(|word| !NEUTRAL.contains(&word.as_str()));
        last.is_some_and(|last| {
            let one = last.strip_suffix('s').unwrap_or(last);
            self.of.contains(last.as_str()) || self.of.contains(one)
        })
    }

    /// Tells whether the words end with one of another thing (`hostname`), or with a name of one (`product.name`).
    fn denies(&self, words: &[String]) -> bool {
        let compound = |last: &String| self.names.iter().any(|name| last != name && last.ends_with(name.as_str()));
        if words.last().is_some_and(|last| self.never.contains(last) && compound(last)) {
            return true;
        }
        let named = |start: usize, end: usize| {
            words.get(start..end).is_some_and(|run| self.names.contains(&run.concat())).then_some(start)
        };
        tail(words, named)
            .is_some_and(|start| self.owner(words.get(..start).unwrap_or_default().iter().rev()) == Owner::Wrong)
    }
}

/// Tries every run of words that ends them, the longest first, neutral words behind it left out one by one.
fn tail<T>(words: &[String], accepts: impl Fn(usize, usize) -> Option<T>) -> Option<T> {
    let mut end = words.len();
    loop {
        if let Some(found) = (0..end).find_map(|start| accepts(start, end)) {
            return Some(found);
        }
        let last = words.get(..end)?.last()?;
        if !NEUTRAL.contains(&last.as_str()) && !last.chars().all(char::is_numeric) {
            return None;
        }
        end -= 1;
    }
}

/// The words of a name or phrase without what separates them.
fn joined(name: &str) -> String {
    let mut words = Vec::new();
    names::split(name, &mut words);
    words.concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lexicon() -> Lexicon {
        let mut lexicon = Lexicon::new(70);
        let mut add = |name: &str, entity, recognizer| {
            let types = (EntityIndex(entity), EntityIndex(9));
            lexicon.add_strong(name, types, RecognizerIndex(recognizer), |other| other.0 != 1).unwrap();
        };
        add("cardNumber", 1, 1);
        add("phone", 2, 65);
        add("ssn", 3, 3);
        add("passport", 4, 4);
        add("passport", 5, 5);
        add("tel", 2, 65);
        add("tel", 2, 66);
        lexicon.add_context("date of birth", RecognizerIndex(4));
        lexicon
    }

    fn check(path: &[&str], expected: Option<u16>) {
        assert_eq!(lexicon().read(path).typed(), expected.map(EntityIndex), "{path:?}");
    }

    #[test]
    fn strong_names_type_a_field() {
        for path in
            [&["cardNumber"][..], &["payment", "card_no"], &["card", "number"], &["a", "CARDNUMBER"], &["cardnumbers"]]
        {
            check(path, Some(1));
        }
        for path in
            [&["phone"][..], &["customer", "homePhone"], &["phones", "home"], &["phone2"], &["phones", "number"]]
        {
            check(path, Some(2));
        }
        check(&["ssn", "value"], Some(3));
    }

    #[test]
    fn other_names_do_not() {
        for path in
            [&["card"][..], &["phone", "model"], &["hasPhone"], &["phoneVerified"], &["ssn", "hash"], &["number"], &[]]
        {
            check(path, None);
        }
        // Only the last four names count.
        check(&["card", "number", "a", "b", "c"], None);
    }

    #[test]
    fn a_name_is_context() {
        let hint = lexicon().read(&["person", "dateOfBirth", "raw"]);
        assert!(hint.calls(RecognizerIndex(4)) && !hint.calls(RecognizerIndex(1)));
        assert!(lexicon().read(&["phone", "model"]).calls(RecognizerIndex(65)));
        assert_eq!(lexicon().read(&["birth"]), FieldHint::default());
    }

    #[test]
    fn a_shared_name_is_of_the_family() {
        check(&["passport"], Some(9));
        check(&["tel"], Some(2));
        let lexicon = lexicon();
        let owners = |name| lexicon.owners(lexicon.read(&[name]).proof().unwrap());
        assert_eq!(owners("passport"), [RecognizerIndex(4), RecognizerIndex(5)]);
        assert_eq!(owners("tel"), [RecognizerIndex(65), RecognizerIndex(66)]);
    }

    #[test]
    fn two_families_cannot_have_one_name() {
        let types = (EntityIndex(5), EntityIndex(9));
        let taken = lexicon().add_strong("card_number", types, RecognizerIndex(5), |other| other.0 != 1);
        assert_eq!(taken, Err(RecognizerIndex(1)));
    }
}
