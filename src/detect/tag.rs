//! The tagger's part of a scan, and persons who are known from elsewhere in the record.

use super::builtin;
use super::mask::{EntityMask, Home, TaggerUse};
use super::scratch::{Candidate, renew};
use super::set::RecognizerSet;
use super::tagger::{
    By, Called, Everyday, Hold, Kind, KnownWords, Sensitivity, Tag, TagScratch, Taken, Type, Witness, is_a_word,
    is_code_of_israel, may_be_a_word, widened,
};
use super::writing::Holds;
use super::{DefaultUse, FieldHint, TextKind};
use crate::model::{Context, EntityIndex, Finding, Score, Span, Validation};
use std::cell::OnceCell;

/// Memory of tagging.
#[derive(Debug, Default)]
pub(super) struct TagMemory {
    known: Vec<Taken>,
    tagger: TagScratch,
}

impl TagMemory {
    /// Empties what was needed of one text; see [`super::DetectScratch`].
    pub(super) fn renew(&mut self) {
        renew(&mut self.known);
    }
}

/// How sure the tagger has to be of what it finds in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sure {
    /// In free text, as sure as its sensitivity says.
    Usual,
    /// All of the text is somebody's name by its field's name and by how it is written: there is nothing to read.
    Name(Span),
    /// In free text that says what a thing is, surer of what is in lower case beside words that are not (`Chaise en bois`).
    Goods,
    /// In a word or two that are read for their field's name only, in which it has little to go by.
    Note,
    /// In a word or two that say what a thing is (`Mason jars`, `Lily bulbs`).
    Description,
}

/// A text in which something was found, and what is asked of all of it: read once, since each finding asks.
struct Whole<'a> {
    text: &'a str,
    sure: Sure,
    /// Where it stands without the blanks around.
    written: Span,
    has_capital: OnceCell<bool>,
    everyday: OnceCell<Everyday>,
}

impl<'a> Whole<'a> {
    fn new(text: &'a str, sure: Sure) -> Self {
        let start = text.len() - text.trim_start().len();
        let written = Span::new(start, start.max(text.trim_end().len()));
        Self { text, sure, written, has_capital: OnceCell::new(), everyday: OnceCell::new() }
    }

    fn has_capital(&self) -> bool {
        *self.has_capital.get_or_init(|| self.text.chars().any(char::is_uppercase))
    }

    /// Tells whether everyday words stand around a part, and nothing but such words.
    fn is_amid_everyday_words(&self, part: Span) -> bool {
        self.everyday.get_or_init(|| builtin::tagger().everyday(self.text)).surround(part)
    }

    /// Tells whether what was found counts.
    fn counts(&self, tag: &Tag) -> bool {
        /// Bytes of a word of which nothing is known that is rather a name than an abbreviation.
        const LETTERS_MIN: usize = 5;
        let found = tag.span.of(self.text);
        let small = |text: &str| text.chars().next().is_some_and(char::is_lowercase);
        let lower = small(found) && !found.chars().any(char::is_uppercase);
        let several = found.split_whitespace().any(small) && found.contains(' ');
        let alone = tag.span == self.written;
        let tagger = builtin::tagger();
        // `paczka zgubiona`, `kunden ej hemma`: nobody writes a name and no more without capitals, unless that is what it is.
        let named = !several || tagger.has_name(found);
        // `priyanka okonjo refund`: beside words that are known, several of which nothing is known are somebody.
        let told = || !alone && found.len() >= LETTERS_MIN && self.is_amid_everyday_words(tag.span);
        let least = match self.sure {
            Sure::Usual | Sure::Name(_) => return true,
            // `mr. banda called back`, `visited anna nowak`: what a rule tells of, or is a name, is no part of a thing.
            Sure::Goods if tag.by == By::Form || (several && named) || !lower || !self.has_capital() => return true,
            Sure::Goods => 900,
            Sure::Note if lower && several && (named || told()) => 0,
            Sure::Note if lower && !told() => 800,
            Sure::Note => 650,
            Sure::Description => 900,
        };
        tag.probability >= least && (self.sure == Sure::Goods || !alone || named)
    }
}

impl RecognizerSet {
    /// Tells whether the tagger reads a text, and how sure it has to be: the text is [`TextKind::Prose`] then, else plain
    /// text.
    pub(super) fn kind(&self, text: &str, kind: TextKind, hint: &FieldHint, mask: &EntityMask) -> (TextKind, Sure) {
        if matches!(kind, TextKind::Number | TextKind::Key) {
            return (kind, Sure::Usual);
        }
        let wanted = mask.tagger() != TaggerUse::Off && self.tags.iter().any(|by| mask.contains(by.entity));
        // A value that its field's name says all of is found already, but where that is only reported.
        let changes = |entity| self.entity(entity).default == DefaultUse::Change && mask.contains(entity);
        let typed = hint.typed().is_some_and(changes);
        // `assignee: Maria Lopez`
        let owner = || self.tags.iter().any(|by| by.of == Type::Person && hint.is_owner(by.recognizer));
        let name = || owner().then(|| builtin::tagger().owner(text)).flatten();
        let free = || builtin::tagger().is_free_text(text);
        // `note: ask Katherine Johnson`
        let note = || hint.holds() != Holds::Anything && builtin::tagger().is_note(text);
        match hint.holds() {
            _ if !wanted || typed => (TextKind::Text, Sure::Usual),
            // The policy says that it is text, or all of the record is.
            _ if kind == TextKind::Prose => (TextKind::Prose, Sure::Usual),
            Holds::Description if free() && mask.tagger() != TaggerUse::High => (TextKind::Prose, Sure::Goods),
            _ if free() => (TextKind::Prose, Sure::Usual),
            _ if !note() => name().map_or((TextKind::Text, Sure::Usual), |name| (TextKind::Prose, Sure::Name(name))),
            _ if mask.tagger() == TaggerUse::High => (TextKind::Prose, Sure::Usual),
            Holds::Description => (TextKind::Prose, Sure::Description),
            Holds::Writing | Holds::Anything => (TextKind::Prose, Sure::Note),
        }
    }

    /// Adds what the tagger finds in free text; `candidates` come and stay in order.
    pub(super) fn tag(
        &self,
        (text, sure): (&str, Sure),
        mask: &EntityMask,
        candidates: &mut Vec<Candidate>,
        memory: &mut TagMemory,
    ) {
        let sensitivity = if mask.tagger() == TaggerUse::High { Sensitivity::High } else { Sensitivity::Balanced };
        self.know(text, mask, candidates, &mut memory.known);
        let TagMemory { known, tagger } = memory;
        let mut found = |tag: Tag| {
            let score = Score::from_thousandths(tag.probability);
            candidates.extend(self.tags.iter().filter(|by| by.of == tag.of).map(|by| Candidate {
                span: tag.span,
                recognizer: by.recognizer,
                pattern: match tag.by {
                    By::Model => Finding::BY_TAGGER,
                    By::Form => Finding::BY_FORM,
                },
                base: score,
                score,
                validation: Validation::None,
                context: Context::None,
            }));
        };
        if let Sure::Name(span) = sure {
            found(Tag { span, of: Type::Person, probability: NAME, by: By::Form });
        } else {
            let whole = Whole::new(text, sure);
            read(text, known, sensitivity, tagger, |tag| {
                if whole.counts(&tag) {
                    apart(text, known, tag, &mut found);
                }
            });
        }
        candidates.sort_unstable_by_key(|found| (found.span, found.recognizer, found.pattern));
    }

    /// Collects what patterns found that counts, disjoint and in order: each is one token for the tagger.
    ///
    /// What is words (`Monday`, `Dr.`) the tagger reads by itself.
    fn know(&self, text: &str, mask: &EntityMask, candidates: &[Candidate], known: &mut Vec<Taken>) {
        known.clear();
        for candidate in candidates {
            let Some(detail) = self.detail(candidate.recognizer) else { continue };
            let abroad = mask.home(candidate.recognizer) == Home::Foreign && !candidate.context.is_for();
            let counts = !abroad && mask.floor(detail.entity).is_some_and(|floor| candidate.score >= floor);
            let found = candidate.span.of(text);
            let opaque = found.bytes().any(|byte| byte.is_ascii_digit() || byte == b'@' || byte == b'/');
            // `Tel Aviv 6688218` looks like a telephone's number.
            if !counts || !opaque || is_code_of_israel(text, candidate.span) {
                continue;
            }
            match known.last_mut().filter(|last| last.span.overlaps(candidate.span)) {
                Some(last) => last.span.end = last.span.end.max(candidate.span.end),
                None => {
                    known.push(Taken { span: candidate.span, kind: self.kind_of(detail.entity), hold: Hold::Joins })
                }
            }
            if let Some(last) = known.last_mut().filter(|_| self.is_apart(detail.entity, found)) {
                last.hold = Hold::Parts;
            }
        }
    }

    fn family_name(&self, entity: EntityIndex) -> &str {
        self.entities.get(usize::from(entity.0)).map_or("", |info| info.family.as_str())
    }

    /// Tells whether a finding of the type is no part of a name or address. A bare number may be an age or a house's, but
    /// in `Anna, 34 years old` the age is no code behind a town.
    fn is_apart(&self, entity: EntityIndex, found: &str) -> bool {
        const PARTS: [&str; 7] =
            ["DATE_OF_BIRTH", "DATE_TIME", "LOCATION", "POSTAL_CODE", "STREET_ADDRESS", "PERSON", "ORGANIZATION"];
        match self.family_name(entity) {
            "AGE" => found.chars().any(char::is_alphabetic),
            family => !PARTS.contains(&family),
        }
    }

    fn kind_of(&self, entity: EntityIndex) -> Kind {
        match self.family_name(entity) {
            "EMAIL_ADDRESS" | "URL" | "IP_ADDRESS" | "SECRET" | "UUID" | "DEVICE_ID" => Kind::Machine,
            "DATE_TIME" | "DATE_OF_BIRTH" => Kind::Date,
            "PHONE_NUMBER" => Kind::Phone,
            _ => Kind::Code,
        }
    }
}

/// Gives what is left of a tag beside what patterns found that is no part of it.
///
/// What one type's operator writes of a span would else let through what another's hides.
fn apart(text: &str, known: &[Taken], tag: Tag, found: &mut impl FnMut(Tag)) {
    let inside = known.get(known.partition_point(|one| one.span.end <= tag.span.start)..).unwrap_or_default();
    let cuts = inside.iter().take_while(|one| one.span.start < tag.span.end).filter(|one| one.hold == Hold::Parts);
    let mut start = tag.span.start;
    let mut is_cut = false;
    for cut in cuts {
        is_cut = true;
        if let Some(span) = trimmed(text, Span::new(start, cut.span.start)) {
            found(Tag { span, ..tag });
        }
        start = cut.span.end;
    }
    let rest = Span::new(start, tag.span.end);
    if let Some(span) = if is_cut { trimmed(text, rest) } else { Some(rest) } {
        found(Tag { span, ..tag });
    }
}

/// Takes marks and white space off the ends; none where no letter is left.
fn trimmed(text: &str, span: Span) -> Option<Span> {
    let part = span.of(text);
    let inner = part.trim_start_matches(|c: char| !c.is_alphanumeric());
    let start = span.start + (part.len() - inner.len());
    let inner = inner.trim_end_matches(|c: char| !c.is_alphanumeric());
    inner.chars().any(char::is_alphabetic).then(|| Span::new(start, start + inner.len()))
}

/// Lets the model of the user's own read a text, where there is one, else the built-in tagger.
fn read(text: &str, known: &[Taken], sensitivity: Sensitivity, scratch: &mut TagScratch, found: impl FnMut(Tag)) {
    #[cfg(feature = "onnx")]
    let mut found = found;
    #[cfg(feature = "onnx")]
    if let Some(model) = super::onnx::in_use() {
        let mut tags = Vec::new();
        let done = model.tag(text, known, sensitivity, |tag| tags.push(tag));
        builtin::tagger().mend(text, known, &tags, scratch, &mut found);
        match done {
            Ok(()) => return,
            // What was found stays, and what the model did not read is not left unread.
            Err(_) => tracing::error!("the model failed on a text, which the built-in tagger reads instead"),
        }
    }
    builtin::tagger().tag(text, known, sensitivity, scratch, found);
}

/// Persons found in a record, whose names count in the rest of it, too.
///
/// Whole words count, in any case: of three letters or more; everyday words only if they are names as well, and only
/// where they are written with a capital. Titles, initials and particles (`van`, `de la`) do not count. What a text alone
/// says is somebody's single name counts in no identifier.
#[derive(Debug, Default)]
pub struct People {
    words: KnownWords,
    /// What a finding of a known word is like.
    like: Option<Finding>,
}

impl People {
    /// Forgets everybody.
    pub fn clear(&mut self) {
        self.words.clear();
        self.like = None;
    }

    /// Tells whether nobody is known.
    pub const fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Gives the number of words that are known.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Learns of a person of this name; tells whether there was anything to learn.
    pub fn add(&mut self, name: &str, witness: Witness, set: &RecognizerSet) -> bool {
        let Some(by) = set.tags.iter().find(|by| by.of == Type::Person) else { return false };
        let new = self.words.add(name, witness, builtin::tagger().lexicon());
        self.like = Some(Finding {
            span: Span::default(),
            entity: by.entity,
            recognizer: by.recognizer,
            pattern: Finding::BY_KNOWN_PERSON,
            score: KNOWN,
            base: KNOWN,
            validation: Validation::None,
            context: Context::None,
        });
        new
    }

    /// Appends a finding for each place where a known person's words stand in a text; where all of it is
    /// written as a name, it is one finding: in a field that is called a name, and behind a known word in others.
    pub fn find(&self, text: &str, hint: &FieldHint, out: &mut Vec<Finding>) {
        let Some(like) = self.like else { return };
        let lexicon = builtin::tagger().lexicon();
        let named = self.is_named(text, hint).then(|| {
            let start = text.len() - text.trim_start().len();
            Span::new(start, text.trim_end().len())
        });
        match named.or_else(|| self.whole(text, hint)) {
            // What stands behind it may be of others: `Katherine Johnson (Ada's mother)`.
            Some(span) => {
                out.push(Finding { span, ..like });
                let rest = text.get(span.end..).unwrap_or_default();
                self.words.find(rest, lexicon, |found| {
                    let found = widened(rest, found, lexicon);
                    let span = Span::new(span.end + found.start, span.end + found.end);
                    out.push(Finding { span, ..like });
                });
            }
            None => self.words.find(text, lexicon, |span| {
                out.push(Finding { span: widened(text, span, lexicon), ..like });
            }),
        }
    }

    /// Appends a finding for each place where a known person stands in a member's name: several words of one, or one with a
    /// capital, or of a script without case, that is nothing else (`Katherine`, not `Price`), for most names of members are none.
    pub fn find_in_name(&self, name: &str, out: &mut Vec<Finding>) {
        /// Bytes of a word that says something alone: `Max` is the largest, too.
        const ALONE_MIN: usize = 4;
        let Some(like) = self.like else { return };
        let lexicon = builtin::tagger().lexicon();
        self.words.find(name, lexicon, |span| {
            let word = span.of(name);
            let several = word.contains(|c: char| !c.is_alphanumeric());
            let alone = word.len() >= ALONE_MIN && !word.starts_with(char::is_lowercase);
            if several || (alone && !is_a_word(word, lexicon)) {
                out.push(Finding { span, ..like });
            }
        });
    }

    /// Tells whether a single name that the tagger was not sure of may be something else: it is a word, or the field's texts
    /// say what things are.
    pub fn doubts(name: &str, hint: &FieldHint) -> bool {
        hint.holds() == Holds::Description || may_be_a_word(name, builtin::tagger().lexicon())
    }

    /// Tells whether all of a field's value is a known person's name: the field is called a name, if not whose.
    pub fn is_named(&self, text: &str, hint: &FieldHint) -> bool {
        self.like.is_some_and(|like| hint.calls(like.recognizer) && !hint.denies(like.recognizer))
            && self.words.is_name(text, self.called(hint), builtin::tagger().lexicon())
    }

    /// Gives the name that all of a field's value is, where a word of it is known: `assignee: Zaphod Quux` where a note told of
    /// Zaphod: half of a name is not left.
    pub fn whole(&self, text: &str, hint: &FieldHint) -> Option<Span> {
        self.like.filter(|like| !hint.denies(like.recognizer))?;
        self.words.whole(text, self.called(hint), builtin::tagger().lexicon())
    }

    fn called(&self, hint: &FieldHint) -> Called {
        let owner = self.like.is_some_and(|like| hint.is_owner(like.recognizer));
        if owner { Called::Person } else { Called::Other }
    }
}

/// How probable it is, in thousandths, that a value is somebody's name, which is written as one in a field called after somebody.
const NAME: u16 = 800;

/// How sure a word of a known person is: surer than most that the tagger finds, less than a field's name.
const KNOWN: Score = Score::from_thousandths(900);

impl RecognizerSet {
    /// Tells whether a member of this name is called after somebody: `customer`, `passengers`.
    pub fn is_person(&self, name: &str) -> bool {
        let hint = self.hint(&[name]);
        self.tags.iter().any(|by| by.of == Type::Person && hint.is_owner(by.recognizer))
    }

    /// Gives the entity type of persons, where the tagger finds them.
    pub fn person(&self) -> Option<EntityIndex> {
        self.tags.iter().find(|by| by.of == Type::Person).map(|by| by.entity)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cuts all of `text` at `cuts`.
    fn check(text: &str, cuts: &[(&str, Hold)], expected: &[&str]) {
        let known: Vec<Taken> = cuts
            .iter()
            .map(|(part, hold)| {
                let at = text.find(part).unwrap();
                Taken { span: Span::new(at, at + part.len()), kind: Kind::Code, hold: *hold }
            })
            .collect();
        let tag = Tag { span: Span::new(0, text.len()), of: Type::Address, probability: 900, by: By::Model };
        let mut found = Vec::new();
        apart(text, &known, tag, &mut |tag| found.push(tag.span.of(text)));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn what_is_something_of_its_own_is_cut_out() {
        check("Main St 5, Leeds", &[], &["Main St 5, Leeds"]);
        check("Main St 5, 10115 Leeds", &[("10115", Hold::Joins)], &["Main St 5, 10115 Leeds"]);
        check("Main St 5, 536-90-4399, Leeds", &[("536-90-4399", Hold::Parts)], &["Main St 5", "Leeds"]);
        check("536-90-4399 (12) é", &[("536-90-4399", Hold::Parts)], &["12) é"]);
        check("12, 536-90-4399.", &[("536-90-4399", Hold::Parts)], &[]);
        check("é 1 2 é", &[("1", Hold::Parts), ("2", Hold::Parts)], &["é", "é"]);
    }
}
