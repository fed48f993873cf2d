//! Word lists into what the lexicon says of each word.

use crate::tagger::lexicon::{Entry, Lexicon, class, flag};
use crate::tagger::token::Tokenizer;
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::path::Path;

/// Everything that is known of words, by the word's hash.
#[derive(Debug, Default)]
pub struct Words {
    pub entries: BTreeMap<u64, Entry>,
    /// Given names, family names and cities of the gazetteer that are no everyday words.
    pub first: Vec<String>,
    pub last: Vec<String>,
    pub city: Vec<String>,
    /// Everyday words.
    pub common: Vec<String>,
    /// Everyday words that are written with a capital: nouns of German.
    pub nouns: Vec<String>,
    /// What is written as a name and is none, in lower case; abbreviations.
    pub things: Vec<String>,
    pub abbreviations: Vec<String>,
    classes: Vec<String>,
}

const NO_LEXICON: Lexicon<'_> = Lexicon { seed: 0, entries: &[], cells: &[] };

/// Gives the hashes of the words of a text, as tokens have them.
pub fn hashes(text: &str) -> Vec<u64> {
    let mut tokenizer = Tokenizer::new(text, NO_LEXICON, &[]);
    let mut hashes = Vec::new();
    while let Some(token) = tokenizer.next() {
        if token.class.is_word() {
            hashes.push(token.word);
        }
    }
    hashes
}

impl Words {
    /// Reads the gazetteer (`word<TAB>mask`) and the lists of a folder, in the order of their names.
    pub fn read(gazetteer: &Path, lists: &Path) -> Result<Self> {
        let mut words = Self::default();
        let text = std::fs::read_to_string(gazetteer).with_context(|| gazetteer.display().to_string())?;
        for line in text.lines() {
            let (word, mask) = line.split_once('\t').context("a line is a word, a tab and a mask")?;
            words.gazetteer(word, mask.parse()?);
        }
        for (file, text) in crate::locale::files(lists)? {
            words.list(&text).with_context(|| file)?;
        }
        Ok(words)
    }

    fn gazetteer(&mut self, word: &str, mask: u16) {
        // Street words of the gazetteer hold streets named after people: the project's own list is used instead.
        let flags = mask & !flag::STREET;
        if flags == 0 {
            return;
        }
        let rare = flags & (flag::COMMON | flag::TITLE) == 0 && word.chars().count() > 2;
        if rare && flags & flag::FIRST != 0 {
            self.first.push(capital(word));
        }
        if rare && flags & flag::LAST != 0 {
            self.last.push(capital(word));
        }
        if rare && flags & (flag::CITY | flag::FIRST | flag::LAST) == flag::CITY {
            self.city.push(capital(word));
        }
        if flags == flag::COMMON && word.is_ascii() && word.len() > 2 {
            self.common.push(word.to_owned());
        }
        self.add(word, flags, 0);
    }

    /// Takes the names and places of locales in.
    pub fn take_locales(&mut self, locales: &[crate::locale::Locale]) {
        for locale in locales {
            let lists = [
                (&locale.first, flag::FIRST),
                (&locale.last, flag::LAST),
                (&locale.city, flag::CITY),
                (&locale.region, flag::REGION),
                (&locale.country, flag::REGION),
            ];
            for (list, flags) in lists {
                for hash in list.iter().flat_map(|item| hashes(item)) {
                    let entry = self.entries.entry(hash).or_insert(Entry::NONE);
                    // Words like `of` or `the` inside a name say nothing by themselves.
                    if !entry.has(flag::FUNCTION | flag::PARTICLE) {
                        entry.flags |= flags;
                    }
                }
            }
        }
    }

    pub fn add(&mut self, word: &str, flags: u16, class: u8) {
        self.add_weak(word, flags, class, false);
    }

    fn add_weak(&mut self, word: &str, flags: u16, class: u8, weak: bool) {
        for hash in hashes(word) {
            let entry = self.entries.entry(hash).or_insert(Entry::NONE);
            entry.flags |= flags;
            if class != 0 && (entry.class == 0 || !weak) {
                entry.class = class;
            }
        }
    }

    /// Reads a list: `flag flag class=name: word word …`, one a line; a line that begins with white space goes on.
    fn list(&mut self, text: &str) -> Result<()> {
        let mut head: Option<(u16, u8)> = None;
        let mut kind = "";
        for line in text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
            let body = match line.split_once(": ") {
                Some((names, body)) if !line.starts_with(' ') => {
                    let (mut flags, mut class) = (0, 0);
                    kind = names;
                    for name in names.split(' ') {
                        match name.strip_prefix("class=") {
                            Some(name) => class = self.class(name)?,
                            None => flags |= flag_named(name)?,
                        }
                    }
                    head = Some((flags, class));
                    body
                }
                _ => line,
            };
            let (flags, class) = head.context("a list begins with its flags")?;
            for word in body.split_whitespace() {
                // What a word does in a sentence says more of it than what kind of word it is.
                self.add_weak(word, flags, class, matches!(kind, "common class=noun_de" | "thing class=abbr"));
                match kind {
                    "common class=noun_de" => self.nouns.push(capital(word)),
                    "thing" => self.things.push(word.to_owned()),
                    "thing class=abbr" => self.abbreviations.push(word.to_uppercase()),
                    _ => {}
                }
            }
        }
        Ok(())
    }

    fn class(&mut self, name: &str) -> Result<u8> {
        if let Some((_, class)) = class::NAMED.iter().find(|(known, _)| *known == name) {
            return Ok(*class);
        }
        let at = match self.classes.iter().position(|known| known == name) {
            Some(at) => at,
            None => {
                self.classes.push(name.to_owned());
                self.classes.len() - 1
            }
        };
        let first = class::NAMED.len() + 1;
        anyhow::ensure!(at + first < 0x80, "more than {} classes", 0x80 - first);
        Ok((at + first) as u8)
    }
}

fn flag_named(name: &str) -> Result<u16> {
    Ok(match name {
        "first" => flag::FIRST,
        "last" => flag::LAST,
        "city" => flag::CITY,
        "region" => flag::REGION,
        "street" => flag::STREET,
        "company" => flag::COMPANY,
        "common" => flag::COMMON,
        "nation" => flag::NATION,
        "title" => flag::TITLE,
        "organisation" => flag::ORGANISATION,
        "particle" => flag::PARTICLE,
        "abbreviation" => flag::ABBREVIATION,
        "function" => flag::FUNCTION,
        "thing" => flag::THING,
        "rather_name" => flag::RATHER_NAME,
        other => anyhow::bail!("unknown flag {other}"),
    })
}

/// Writes a word with a capital after its start and after each hyphen and apostrophe.
pub fn capital(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let mut start = true;
    for c in word.chars() {
        if start {
            out.extend(c.to_uppercase());
        } else {
            out.push(c);
        }
        start = matches!(c, '-' | '\'' | '\u{2019}' | ' ');
    }
    out
}
