//! What can be wrong with a record; never its content.

use std::fmt;

/// A record that cannot be read or written: what is wrong, and at which byte; the record alone is bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{fault} at byte {offset}")]
pub struct FormatError {
    fault: Fault,
    offset: usize,
}

impl FormatError {
    /// Says that `fault` was met at the byte `offset` of the record.
    pub const fn new(fault: Fault, offset: usize) -> Self {
        Self { fault, offset }
    }

    /// Gives what is wrong.
    pub const fn fault(&self) -> Fault {
        self.fault
    }

    /// Gives the code for reports and metrics, from the closed list of [`Fault::ALL`].
    pub const fn code(&self) -> &'static str {
        self.fault.code()
    }

    /// Gives the byte of the record, from 0.
    pub const fn offset(&self) -> usize {
        self.offset
    }
}

macro_rules! faults {
    ($($(#[$doc:meta])* $fault:ident $code:literal $message:literal,)*) => {
        /// What can be wrong with a record: a closed list.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Fault {
            $($(#[$doc])* $fault,)*
        }

        impl Fault {
            /// Every fault there is.
            pub const ALL: &'static [Self] = &[$(Self::$fault,)*];

            /// Gives the code for reports and metrics.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$fault => $code,)*
                }
            }
        }

        impl fmt::Display for Fault {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self {
                    $(Self::$fault => $message,)*
                })
            }
        }
    };
}

faults! {
    /// More bytes than `record_max`.
    RecordTooLarge "record_too_large" "the record is larger than record_max",
    /// Bytes that are not UTF-8.
    InvalidUtf8 "invalid_utf8" "invalid UTF-8",
    /// A byte-order mark inside a record.
    ByteOrderMark "byte_order_mark" "a byte-order mark inside a record",
    /// A byte that JSON does not allow where it stands.
    InvalidJson "invalid_json" "invalid JSON",
    /// A record that ends before its value does; an empty one too.
    UnexpectedEnd "unexpected_end" "the record ends too early",
    /// A backslash and something that RFC 8259, section 7 does not know.
    InvalidEscape "invalid_escape" "an escape that JSON does not know",
    /// A control character inside a string.
    ControlCharacter "control_character" "a control character inside a string",
    /// A number that RFC 8259, section 6 does not allow: a leading zero, a lone sign, a missing digit.
    InvalidNumber "invalid_number" "an invalid number",
    /// An escaped surrogate without its other half.
    LoneSurrogate "lone_surrogate" "half of a surrogate pair",
    /// Something behind the end of the value or row.
    TrailingGarbage "trailing_garbage" "something follows the end of the record",
    /// More containers inside each other than `nesting_max`.
    NestingTooDeep "nesting_too_deep" "nested deeper than nesting_max",
    /// A row with more cells than the header.
    TooManyCells "too_many_cells" "more cells than the header has",
    /// A row with fewer cells than the header.
    TooFewCells "too_few_cells" "fewer cells than the header has",
    /// A quoted cell without its closing quote.
    UnclosedQuote "unclosed_quote" "a quoted cell is not closed",
    /// Something between a closing quote and the next delimiter.
    TextAfterQuote "text_after_quote" "something follows a closing quote",
    /// Edits that do not fit the record.
    InvalidEdit "invalid_edit" "an edit does not fit the record",
}
