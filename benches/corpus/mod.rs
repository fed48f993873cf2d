//! The corpora: JSON domain events of about 600 bytes, made from a fixed seed; no real persons.
//!
//! `clean` holds no personal data, `typical` some in about one string of eight, `dense` in about half of them. `shapes` is
//! full of identifiers that no memory of shapes can learn. Escaped as ASCII in 92 of 100 events. The same bytes on every
//! machine: the generator has no other source than its seed.

mod events;
mod values;

/// What a corpus holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Corpus {
    Clean,
    Typical,
    Dense,
    Shapes,
}

impl Corpus {
    pub const ALL: [Self; 4] = [Self::Clean, Self::Typical, Self::Dense, Self::Shapes];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::Typical => "typical",
            Self::Dense => "dense",
            Self::Shapes => "shapes",
        }
    }

    /// Share of open string fields that get a personal value, in percent.
    const fn percent(self) -> u64 {
        match self {
            Self::Clean => 0,
            Self::Typical | Self::Shapes => 26,
            Self::Dense => 100,
        }
    }
}

/// Makes at least `bytes` bytes of newline-delimited events.
pub fn ndjson(corpus: Corpus, bytes: usize) -> Vec<u8> {
    ndjson_counted(corpus, bytes).0
}

/// Makes the same, and tells how many personal values are in it.
pub fn ndjson_counted(corpus: Corpus, bytes: usize) -> (Vec<u8>, u64) {
    let mut random = Random { state: 0x7072_6976_6574 ^ (corpus as u64 + 1) << 56, personal: 0 };
    let mut out = Vec::with_capacity(bytes + 4096);
    while out.len() < bytes {
        let event = events::event(&mut random, corpus).to_string();
        if random.percent(92) {
            for c in event.chars() {
                match c {
                    ..='\u{7f}' => out.push(c as u8),
                    _ => c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| {
                        out.extend_from_slice(format!("\\u{unit:04x}").as_bytes());
                    }),
                }
            }
        } else {
            out.extend_from_slice(event.as_bytes());
        }
        out.push(b'\n');
    }
    (out, random.personal)
}

/// SplitMix64 (Steele, Lea, Flood 2014): small, fixed for ever, good enough for made-up data.
pub struct Random {
    state: u64,
    /// Personal values that were made.
    personal: u64,
}

impl Random {
    pub fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high - low + 1)
    }

    pub fn percent(&mut self, share: u64) -> bool {
        self.next() % 100 < share
    }

    pub fn one<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[(self.next() % of.len() as u64) as usize]
    }

    pub fn chars(&mut self, alphabet: &str, count: usize) -> String {
        let alphabet: Vec<char> = alphabet.chars().collect();
        (0..count).map(|_| alphabet[(self.next() % alphabet.len() as u64) as usize]).collect()
    }

    pub fn digits(&mut self, count: usize) -> String {
        self.chars("0123456789", count)
    }

    pub fn hex(&mut self, count: usize) -> String {
        self.chars("0123456789abcdef", count)
    }
}
