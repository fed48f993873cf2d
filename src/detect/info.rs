//! What a set tells of its entity types and recognizers.

use std::fmt;

use crate::model::{EntityIndex, EntityType, Family, Score};

/// What happens to an entity type where no policy speaks of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DefaultUse {
    /// It identifies a person and is precise: found values are changed.
    Change,
    /// It is shown in reports and left in the data.
    Report,
    /// It is looked for only where a policy names it.
    Off,
}

/// A country by its ISO 3166-1 alpha-2 code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country([u8; 2]);

impl Country {
    /// Reads two upper-case ASCII letters; none where it is anything else.
    pub fn new(code: &str) -> Option<Self> {
        let bytes: [u8; 2] = code.as_bytes().try_into().ok()?;
        bytes.iter().all(u8::is_ascii_uppercase).then_some(Self(bytes))
    }

    /// Gives the code as text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a row of the table of entity types stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// One entity type, which recognizers find. It may have its family's name, and then stands for both.
    Type,
    /// A family whose name no entity type has: what is found where nothing tells its types apart.
    Family,
}

/// One row of the set's table of entity types; its place is the [`EntityIndex`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityInfo {
    /// Whether it is an entity type or a family.
    pub level: Level,
    /// The name, such as `US_SSN`.
    pub entity: EntityType,
    /// The family that tokens and hashes are derived from.
    pub family: Family,
    /// What happens where no policy speaks of it; for a family, the most that happens to one of its types.
    pub default: DefaultUse,
    /// The country whose authority issues it; none for what is the same everywhere.
    pub country: Option<Country>,
    /// What it is, in words.
    pub title: String,
}

/// Whether a match that its validators accept is certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certain {
    /// Form and check let through at most 1 in 1,000 random strings.
    Yes,
    /// A pass keeps the pattern's score.
    No,
}

/// What a pattern costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speed {
    /// It is searched with all others in one pass.
    Usual,
    /// It looks around, or reads classes of Unicode.
    Slow,
}

/// One pattern of a recognizer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternInfo {
    /// The pattern's name in its file.
    pub name: String,
    /// The score before validation and context.
    pub score: Score,
    /// Whether a pass of the validators lifts it to 1.
    pub certain: Certain,
    /// Whether it needs look-around or Unicode classes, which cost more than the rest.
    pub speed: Speed,
}

/// A word or phrase of a recognizer's context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// In lower case.
    pub text: String,
    /// Its language as an ISO 639 code, where the file says one.
    pub language: Option<String>,
}

/// One row of the set's table of recognizers; its place is the [`crate::model::RecognizerIndex`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecognizerInfo {
    /// The recognizer's own name, unique in a set.
    pub id: String,
    /// The country whose rules it knows; none where they are the same everywhere.
    pub country: Option<Country>,
    /// What it spots.
    pub entity: EntityIndex,
    /// What it is, in words.
    pub title: String,
    /// Where its facts come from.
    pub references: Vec<String>,
    /// Its patterns, or the forms that its engine tells apart, in the order of the file.
    pub patterns: Vec<PatternInfo>,
    /// The validators that its findings pass.
    pub validators: Vec<String>,
    /// Words and phrases that speak for its findings; their places are those of [`crate::model::Context::Word`].
    pub words: Vec<Word>,
    /// Words and phrases that speak against them; their places are those of [`crate::model::Context::NotWord`].
    pub not: Vec<Word>,
    /// Names that are proof of what a field holds.
    pub field_names: Vec<String>,
    /// Texts in which it finds something: the text, the field it stands in (empty for none), and what is found.
    pub finds: Vec<(String, String, String)>,
    /// Texts in which it finds nothing, each with the field it stands in.
    pub finds_nothing: Vec<(String, String)>,
}

/// What kind of leaf a text comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextKind {
    /// A text, free or not: the tagger reads it if it looks like something that people write to people.
    Text,
    /// Free text, whatever it looks like.
    Prose,
    /// The literal text of a number: matched only as a whole, and only unsigned integers of 7 to 19 digits.
    Number,
    /// The name of a member or a column.
    Key,
}
