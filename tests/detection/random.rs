//! A fixed pseudo-random sequence, so that a count is the same every time.

/// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from `from` to `to`, both included.
    pub fn between(&mut self, from: u64, to: u64) -> u64 {
        from + self.next() % (to - from + 1)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() >> 33).unwrap() % limit
    }

    pub fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    /// A number from 0 to 1.
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// So many characters of an alphabet.
    pub fn string(&mut self, alphabet: &str, len: usize) -> String {
        (0..len).map(|_| char::from(self.one_of(alphabet.as_bytes()))).collect()
    }

    /// Fills a form: `#` is a digit, `%` a digit that is not 0, `@` an upper-case letter, `&` a lower-case letter, `*`
    /// a digit or upper-case letter, `~` a hexadecimal digit; anything else stands for itself.
    pub fn fill(&mut self, form: &str) -> String {
        form.chars()
            .map(|c| {
                let alphabet = match c {
                    '#' => "0123456789",
                    '%' => "123456789",
                    '@' => "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
                    '&' => "abcdefghijklmnopqrstuvwxyz",
                    '*' => "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
                    '~' => "0123456789abcdef",
                    c => return c,
                };
                char::from(self.one_of(alphabet.as_bytes()))
            })
            .collect()
    }
}
