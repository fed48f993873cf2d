//! What is known of words: a static map from a word's hash to flags and a class, three reads a look-up.

/// A word is known as each of these.
pub(crate) mod flag {
    /// A given name.
    pub(crate) const FIRST: u16 = 1;
    /// A family name.
    pub(crate) const LAST: u16 = 2;
    /// A city.
    pub(crate) const CITY: u16 = 4;
    /// A country, state or region.
    pub(crate) const REGION: u16 = 8;
    /// A word of street names (`street`, `rue`).
    pub(crate) const STREET: u16 = 16;
    /// A legal form (`gmbh`, `inc`).
    pub(crate) const COMPANY: u16 = 32;
    /// An everyday word.
    pub(crate) const COMMON: u16 = 64;
    /// A nationality, language or belief.
    pub(crate) const NATION: u16 = 128;
    /// A title or form of address (`dr`, `frau`).
    pub(crate) const TITLE: u16 = 256;
    /// A word of the names of organisations (`university`).
    pub(crate) const ORGANISATION: u16 = 512;
    /// A particle inside names (`van`, `de`, `bin`).
    pub(crate) const PARTICLE: u16 = 1024;
    /// A word that ends with a full stop without ending a sentence.
    pub(crate) const ABBREVIATION: u16 = 2048;
    /// A word that holds sentences together (`the`, `und`, `avec`): never a name in lower case.
    pub(crate) const FUNCTION: u16 = 4096;
    /// A product, event, work or abbreviation: written as a name, and none.
    pub(crate) const THING: u16 = 8192;
    /// A word of dictionaries that is met as a name much more often (`smith`, `cooper`, `john`).
    pub(crate) const RATHER_NAME: u16 = 16384;
    /// All that may make a word part of a name, place or address.
    pub(crate) const NAMING: u16 = FIRST | LAST | CITY | REGION | STREET | COMPANY | ORGANISATION;
}

/// Classes of words that the grammar asks for; the others are the training's own.
pub(crate) mod class {
    /// `regards`, `grüße`: what stands above a signature.
    pub(crate) const BYE: u8 = 1;
    /// `lives`, `born`, `wohnhaft`.
    pub(crate) const LIVE: u8 = 2;
    /// `in`, `à`.
    pub(crate) const IN: u8 = 3;
    /// `apartment`, `floor`, `bâtiment`.
    pub(crate) const UNIT: u8 = 4;
    /// `postfach`, `apartado`.
    pub(crate) const BOX: u8 = 5;
    /// `january`.
    pub(crate) const MONTH: u8 = 6;
    /// `monday`, `today`.
    pub(crate) const DAY: u8 = 7;
    /// Names of all, by the word lists' own spelling.
    #[allow(dead_code, reason = "training reads word lists by these names")]
    pub(crate) const NAMED: [(&str, u8); 7] =
        [("bye", BYE), ("live", LIVE), ("in", IN), ("unit", UNIT), ("pobox", BOX), ("month", MONTH), ("day", DAY)];
}

/// What the lexicon says of one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Bits of [`flag`].
    pub(crate) flags: u16,
    /// A class of words that do the same work in a sentence; 0 where none is known.
    pub(crate) class: u8,
}

impl Entry {
    /// An unknown word.
    pub(crate) const NONE: Self = Self { flags: 0, class: 0 };

    pub(crate) const fn has(self, flags: u16) -> bool {
        self.flags & flags != 0
    }

    pub(crate) const fn is_abbreviation(self) -> bool {
        self.has(flag::ABBREVIATION)
    }
}

/// Bytes of one cell: twelve bits tell the word from others, twelve are the place of its entry.
pub(crate) const CELL: usize = 3;

/// The map: each word's cell is the exclusive or of three cells, one in each third.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lexicon<'a> {
    pub(crate) seed: u64,
    /// Flags and class of each entry, four bytes each.
    pub(crate) entries: &'a [[u8; 4]],
    pub(crate) cells: &'a [[u8; CELL]],
}

impl Lexicon<'_> {
    /// Looks a word's hash up; one in 4,096 unknown words is taken for another.
    pub(crate) fn get(self, word: u64) -> Entry {
        let (places, fingerprint) = places(word, self.seed, self.cells.len());
        let mut cell = 0;
        for place in places {
            let Some([a, b, c]) = self.cells.get(place) else { return Entry::NONE };
            cell ^= u32::from(*a) | u32::from(*b) << 8 | u32::from(*c) << 16;
        }
        if cell >> 12 != fingerprint {
            return Entry::NONE;
        }
        let at = usize::try_from(cell & 0xFFF).unwrap_or_default();
        self.entries.get(at).map_or(Entry::NONE, |[low, high, class, _]| Entry {
            flags: u16::from(*low) | u16::from(*high) << 8,
            class: *class,
        })
    }
}

/// Gives the three cells of a word and the bits that tell it from others.
pub(crate) fn places(word: u64, seed: u64, cells: usize) -> ([usize; 3], u32) {
    let hash = (word ^ seed).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let hash = hash ^ hash >> 31;
    let third = u64::try_from(cells / 3).unwrap_or_default();
    let part = |bits: u64, index: u64| {
        let place = ((bits & 0xF_FFFF) * third) >> 20;
        usize::try_from(index * third + place).unwrap_or_default()
    };
    let fingerprint = (hash >> 3 ^ hash >> 43) & 0xFFF;
    ([part(hash, 0), part(hash >> 20, 1), part(hash >> 40, 2)], u32::try_from(fingerprint).unwrap_or_default())
}
