//! What may come to stand in a field, for who must know before a record comes.

/// What an operator may put in a value's place.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Shape {
    /// A value of the same type and length, spelled alike.
    Alike(Alike),
    /// A text of so many characters.
    Text {
        /// The fewest.
        len_min: usize,
        /// The most; none: as many as the value has.
        len_max: Option<usize>,
        /// Such texts, where all are spelled alike, so that they tell whether a pattern accepts them: the shortest and the
        /// longest, where they differ in length.
        samples: Vec<String>,
    },
    /// This very text.
    Exactly(String),
    /// This very number or boolean, as JSON writes it.
    Literal(String),
    /// A whole number of at most so many digits, without a sign.
    Digits(usize),
    /// A whole number of as many digits as the value has, its first one among them.
    SameDigits,
    /// The greatest multiple of this that is not above the value.
    Multiple(i128),
    /// A number that is not known before.
    Number,
    /// This JSON document.
    Json(String),
    /// Null.
    Null,
    /// An object without members.
    EmptyObject,
    /// An array without elements.
    EmptyArray,
    /// Nothing: the field leaves the record.
    Removed,
    /// The value is refused, and its record with it.
    Refused,
    /// The operator does not tell.
    Unknown,
}

/// How a text that is spelled like the one before may differ from it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Alike {
    /// The characters that take each other's places; all others stay.
    pub swapped: String,
    /// How many of them stay at the beginning.
    pub first: usize,
    /// How many of them stay at the end.
    pub last: usize,
    /// Texts that may take each other's places, in each form that there is; empty where there is no telling.
    pub forms: Vec<Vec<String>>,
}
