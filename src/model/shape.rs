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
        /// How they are spelled.
        spelled: Spelled,
    },
    /// This very text.
    Exactly(String),
    /// This very number or boolean, as JSON writes it.
    Literal(String),
    /// A whole number of at most so many digits, without a sign.
    Digits(usize),
    /// A whole number of as many digits as the value has, its first one among them.
    SameDigits(Option<Secret>),
    /// A whole number from the first to the second.
    Between(i128, i128),
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

/// What is known of how texts are spelled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spelled {
    /// Nothing.
    Anyhow,
    /// This regular expression takes each of them as a whole.
    As(String),
    /// It goes by the form of the value; no other value is taken.
    ByForm(Vec<Form>),
    /// Some characters of the value are written anew.
    Anew(Rewritten),
}

/// What becomes of values of one form, both as regular expressions of whole texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// The values.
    pub of: String,
    /// What becomes of them.
    pub becomes: String,
}

/// Which characters of a value are written anew.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rewritten {
    /// Those that count, and are written anew but for the first and last few; none: all that are not `others`.
    pub changed: Option<String>,
    /// Those beside them, which stay where they are; none: all. A value with any other is not taken.
    pub others: Option<String>,
    /// What is written in their place, each whatever stood there.
    pub written: String,
    /// How many that count stay at the beginning.
    pub first: usize,
    /// How many that count stay at the end.
    pub last: usize,
    /// Where fewer count than this, all are written anew.
    pub least: usize,
}

/// How a text that is spelled like the one before may differ from it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Alike {
    /// The characters that take each other's places; all others stay.
    pub swapped: String,
    /// The characters that may stand beside them, where a value with any other is not taken.
    pub others: Option<String>,
    /// How many of them stay at the beginning.
    pub first: usize,
    /// How many of them stay at the end.
    pub last: usize,
    /// Texts that may take each other's places, in each form that there is; empty where there is no telling.
    pub forms: Vec<Vec<String>>,
    /// How many characters a field must have room for: fewer are in no value of one of the forms. Zero where any number may be.
    pub room: usize,
    /// How many characters a field may ask for: more are in no value of one of the forms. None where any number may be.
    pub most: Option<usize>,
    /// What must be left to be secret, where it must be.
    pub secret: Option<Secret>,
}

/// How many values must be left for one of them to be secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Secret {
    /// How many values one character has.
    pub radix: u32,
    /// How many of a value's characters stay or follow from the others.
    pub held: usize,
    /// Fewer values than this can be tried out.
    pub values_min: u32,
    /// What becomes of a value that leaves fewer.
    pub short: Short,
}

/// What becomes of a value that is too short to be secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Short {
    /// Its record is refused.
    Refused,
    /// Another operator takes it.
    Taken,
}

impl Secret {
    /// Tells how many values are left of a value of so many characters, as many as 128 bits count.
    pub fn left(self, len: usize) -> u128 {
        let free = u32::try_from(len.saturating_sub(self.held)).unwrap_or(u32::MAX);
        u128::from(self.radix).checked_pow(free).unwrap_or(u128::MAX)
    }

    /// Tells whether a value of so many characters leaves enough.
    pub fn is_enough(self, len: usize) -> bool {
        self.left(len) >= u128::from(self.values_min)
    }
}
