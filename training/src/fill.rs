//! Templates into labelled texts.

use crate::locale::{Locale, files};
use crate::random::Random;
use crate::tagger::Kind;
use crate::tagger::label::Type;
use crate::text::Labelled;
use crate::words::{Words, capital};
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::path::Path;

/// Templates that use the same locales.
#[derive(Debug)]
struct Genre {
    name: String,
    /// Places of locales; empty for any.
    locales: Vec<usize>,
    templates: Vec<Vec<Piece>>,
}

#[derive(Debug, Clone)]
enum Piece {
    Text(String),
    Slot(String),
}

pub struct Filler<'a> {
    locales: &'a [Locale],
    weighted: Vec<usize>,
    genres: Vec<Genre>,
    parts: BTreeMap<String, Vec<String>>,
    words: &'a Words,
    first_chain: Chain,
    last_chain: Chain,
    city_chain: Chain,
}

/// Which letter follows which two: makes words that look like names and are none.
#[derive(Debug, Default)]
struct Chain(BTreeMap<(char, char), Vec<char>>);

impl Chain {
    fn new<'a>(words: impl Iterator<Item = &'a String>) -> Self {
        let mut chain = Self::default();
        for word in words.filter(|word| word.chars().all(char::is_alphabetic)) {
            let mut before = ('^', '^');
            for c in word.to_lowercase().chars().chain(['$']) {
                chain.0.entry(before).or_default().push(c);
                before = (before.1, c);
            }
        }
        chain
    }

    fn word(&self, random: &mut Random) -> String {
        loop {
            let (mut word, mut before) = (String::new(), ('^', '^'));
            while let Some(next) = self.0.get(&before) {
                let c = *random.pick(next);
                if c == '$' || word.chars().count() > 12 {
                    break;
                }
                word.push(c);
                before = (before.1, c);
            }
            if (3..12).contains(&word.chars().count()) {
                return capital(&word);
            }
        }
    }
}

impl<'a> Filler<'a> {
    pub fn new(root: &Path, locales: &'a [Locale], words: &'a Words) -> Result<Self> {
        let mut parts = BTreeMap::new();
        for line in std::fs::read_to_string(root.join("parts.txt"))?.lines().filter(|line| !line.starts_with('#')) {
            let (key, items) = line.split_once(": ").context("a part is `key: item, item`")?;
            parts.insert(key.to_owned(), items.split(", ").map(str::to_owned).collect());
        }
        let mut genres = Vec::new();
        for (name, text) in files(&root.join("templates"))? {
            genres.push(genre(name, &text, locales)?);
        }
        let weighted = locales.iter().enumerate().filter(|(_, locale)| !locale.is_foreign());
        let weighted = weighted.flat_map(|(at, locale)| std::iter::repeat_n(at, locale.weight)).collect();
        let latin = || locales.iter().filter(|locale| !locale.is_foreign());
        Ok(Self {
            weighted,
            genres,
            parts,
            words,
            first_chain: Chain::new(latin().flat_map(|locale| &locale.first)),
            last_chain: Chain::new(latin().flat_map(|locale| &locale.last)),
            city_chain: Chain::new(latin().flat_map(|locale| &locale.city)),
            locales,
        })
    }

    pub fn templates(&self) -> usize {
        self.genres.iter().map(|genre| genre.templates.len()).sum()
    }

    /// Makes a text: one template, or a few of one genre, filled.
    pub fn make(&self, random: &mut Random) -> Labelled {
        let all = self.templates();
        let mut at = random.below(all);
        let mut chosen = &self.genres[0];
        for genre in &self.genres {
            if at < genre.templates.len() {
                chosen = genre;
                break;
            }
            at -= genre.templates.len();
        }
        let home = self.home(chosen, random);
        let mut text = self.fill(&chosen.templates[at], home, chosen, random);
        let more = match random.below(100) {
            0..=64 => 0,
            65..=89 => 1,
            _ => 2,
        };
        for _ in 0..more {
            // Other genres in English follow each other too.
            let other = if chosen.locales.is_empty() && random.percent(50) {
                let english: Vec<&Genre> = self.genres.iter().filter(|genre| genre.locales.is_empty()).collect();
                *random.pick(&english)
            } else {
                chosen
            };
            let template: &Vec<Piece> = random.pick(&other.templates);
            let next = self.fill(template, home, other, random);
            let between = random.text(&[" ", " ", " ", "\n", "\n", ". "]);
            text.join(between, &next);
        }
        whole_names(&mut text);
        text
    }

    fn home(&self, genre: &Genre, random: &mut Random) -> usize {
        if genre.locales.is_empty() { *random.pick(&self.weighted) } else { *random.pick(&genre.locales) }
    }

    fn part(&self, key: &str, random: &mut Random) -> &str {
        self.parts.get(key).map_or("", |items| random.text(items))
    }

    fn fill(&self, template: &[Piece], home: usize, genre: &Genre, random: &mut Random) -> Labelled {
        let mut out = Labelled::default();
        let chat = genre.name.contains("chat");
        let lower_names = chat && random.percent(65);
        for piece in template {
            match piece {
                Piece::Text(text) => out.push(text, None),
                Piece::Slot(slot) => {
                    let away = random.percent(18) && genre.locales.is_empty();
                    let locale = &self.locales[if away { *random.pick(&self.weighted) } else { home }];
                    let start = out.text.len();
                    self.slot(slot, locale, random, &mut out);
                    if lower_names {
                        let written = out.text[start..].to_lowercase();
                        if written.len() == out.text.len() - start {
                            out.text.truncate(start);
                            out.text.push_str(&written);
                        }
                    }
                }
            }
        }
        out
    }

    fn slot(&self, slot: &str, locale: &Locale, random: &mut Random, out: &mut Labelled) {
        use Type::{Address, Location, Organization, Person};
        match slot {
            "p" => out.push(&self.person(locale, random), Some(Person)),
            "f" => out.push(&self.first(locale, random), Some(Person)),
            "l" => out.push(&self.last(locale, random), Some(Person)),
            "lf" => out.push(&format!("{}, {}", self.last(locale, random), self.first(locale, random)), Some(Person)),
            "pt" => out.push(self.part("title", random), None),
            "city" => out.push(&self.city(locale, random), Some(Location)),
            "region" => out.push(&self.region(locale, random), Some(Location)),
            "country" => out.push(&self.country(locale, random), Some(Location)),
            "place" => {
                let place = match random.below(10) {
                    0..=4 => self.city(locale, random),
                    5..=7 => self.country(locale, random),
                    _ => self.region(locale, random),
                };
                out.push(&place, Some(Location));
            }
            "street1" => {
                let street = self.street(locale, random);
                out.push(&street, Some(Location));
            }
            "street" => out.push(&self.house(locale, random), Some(Address)),
            "addr" => self.address(locale, random, false, out),
            "addrs" => self.address(locale, random, true, out),
            "org" => out.push(&self.organisation(locale, random), Some(Organization)),
            "zip" => {
                let post = digits(random.text(&locale.post), random);
                self.known(&post, Kind::Code, 30, random, out);
            }
            "email" => {
                let at = random.text(&[".", "_", "", "-"]);
                let name = format!("{}{at}{}", self.first(locale, random), self.last(locale, random));
                let name: String = name.to_lowercase().chars().filter(|c| c.is_ascii() && *c != ' ' && *c != '\'').collect();
                let end = random.text(&[".com", ".org", ".net", ".co.uk", ".de", ".fr", ".io"]);
                let mail = format!("{name}@{}{end}", random.text(&self.words.common));
                self.known(&mail, Kind::Machine, 80, random, out);
            }
            "url" => {
                let url = format!("{}{}.com/{}", random.text(&["https://", "www.", "http://www."]), random.text(&self.words.common), random.text(&self.words.common));
                self.known(&url, Kind::Machine, 80, random, out);
            }
            "ip" => {
                let ip = digits("1#.2#.#.##", random);
                self.known(&ip, Kind::Machine, 80, random, out);
            }
            "phone" => {
                let phone = digits(self.part("phone", random), random);
                self.known(&phone, Kind::Phone, 75, random, out);
            }
            "id" => {
                let id = digits(self.part("id", random), random);
                self.known(&id, Kind::Code, 40, random, out);
            }
            "date" => {
                let date = self.date(random);
                self.known(&date, Kind::Date, 60, random, out);
            }
            "time" => {
                let time = digits(self.part("time", random), random);
                self.known(&time, Kind::Date, 50, random, out);
            }
            "num" => {
                let num = digits(random.text(&["#", "##", "##", "###", "####", "#####", "#,###", "#.#"]), random);
                out.push(&num, None);
            }
            "age" => {
                let age = random.between(1, 99).to_string();
                out.push(&age, None);
            }
            "money" => {
                let money = digits(self.part("money", random), random);
                out.push(&money, None);
            }
            "w" => {
                let noun = if random.percent(70) { self.part("noun", random).to_owned() } else { random.text(&self.words.common).to_owned() };
                let noun = if random.percent(20) { format!("{} {noun}", self.part("adjective", random)) } else { noun };
                out.push(&noun, None);
            }
            "W" => {
                let word = if random.percent(55) { self.part("capital", random).to_owned() } else { capital(random.text(&self.words.common)) };
                out.push(&word, None);
            }
            // Names that are everyday words, too.
            "wf" => out.push(self.part("wordname", random), Some(Person)),
            "wl" => out.push(self.part("wordfamily", random), Some(Person)),
            // What is called after somebody.
            "eps" => {
                let name = if random.percent(60) { self.part("discoverer", random).to_owned() } else { self.last(locale, random) };
                let kind = self.part("discovery", random);
                out.push(&if kind.starts_with('\'') { format!("{name}{kind}") } else { format!("{name} {kind}") }, None);
            }
            "camel" => out.push(&self.identifier(random), None),
            "T" => out.push(&self.title(random), None),
            "N" => out.push(&self.noun(random), None),
            "thing" => {
                let thing = random.text(&self.words.things);
                let written = if random.percent(12) { thing.to_owned() } else if random.percent(8) { thing.to_uppercase() } else { capital(thing) };
                out.push(&written, None);
            }
            "abbr" => out.push(random.text(&self.words.abbreviations), None),
            "epo" => out.push(self.part("eponym", random), None),
            "prod" => out.push(self.part("product", random), None),
            "job" => out.push(self.part("job", random), None),
            "day" => out.push(self.part("day", random), None),
            "month" => out.push(self.part("month", random), None),
            "nrp" => out.push(self.part("nation", random), None),
            "lang" => out.push(self.part("language", random), None),
            _ => unreachable!("slots are checked when templates are read"),
        }
    }

    /// A title of everyday words: of a book, a film, a post, a dish.
    fn title(&self, random: &mut Random) -> String {
        const SMALL: [&str; 12] = ["of", "the", "and", "in", "for", "to", "with", "a", "on", "from", "of the", "in the"];
        let mut out = String::new();
        for at in 0..random.between(1, 4) {
            if at > 0 {
                out.push(' ');
                if random.percent(30) {
                    out.push_str(random.text(&SMALL));
                    out.push(' ');
                }
            }
            let word = if random.percent(50) { self.part("capital", random).to_owned() } else { capital(random.text(&self.words.common)) };
            out.push_str(&word);
        }
        out
    }

    /// A name that programs have for something.
    fn identifier(&self, random: &mut Random) -> String {
        if random.percent(40) {
            return self.part("camel", random).to_owned();
        }
        let mut out = String::new();
        for at in 0..random.between(2, 3) {
            let word = if random.percent(60) { self.part("coded", random) } else { random.text(&self.words.common) };
            out.push_str(&if at == 0 { word.to_owned() } else { capital(word) });
        }
        if random.percent(50) { capital(&out) } else { out }
    }

    /// A noun of German, often one made of two.
    fn noun(&self, random: &mut Random) -> String {
        let noun = random.text(&self.words.nouns);
        if !random.percent(35) {
            return noun.to_owned();
        }
        let (link, other) = (random.text(&["", "", "", "s", "n", "en", "-"]), random.text(&self.words.nouns));
        let other = if link == "-" { other.to_owned() } else { other.to_lowercase() };
        format!("{noun}{link}{other}")
    }

    /// Writes what a pattern may find; `percent` of the time it does.
    fn known(&self, text: &str, kind: Kind, percent: u64, random: &mut Random, out: &mut Labelled) {
        if random.percent(percent) { out.push_known(text, kind) } else { out.push(text, None) }
    }

    fn date(&self, random: &mut Random) -> String {
        let pattern = self.part("date", random);
        let (day, year) = (random.between(1, 28).to_string(), random.between(1940, 2027).to_string());
        digits(pattern, random).replace("{d}", &day).replace("{m}", self.part("month", random)).replace("{y}", &year)
    }

    pub fn first(&self, locale: &Locale, random: &mut Random) -> String {
        match random.below(102) {
            _ if locale.is_foreign() => random.text(&locale.first).to_owned(),
            100 => {
                const PARTS: [&str; 16] =
                    ["De", "De", "La", "La", "Da", "Ja", "Sha", "Ra", "Ta", "Ke", "Mary", "Jo", "Ann", "Anne", "Lee", "Ka"];
                format!("{}{}", random.text(&PARTS), self.first_chain.word(random))
            }
            101 => format!("{}{}", random.text(&["De", "La", "Le", "Da", "Ja", "Mary", "Jo", "Ann"]), random.text(&locale.first)),
            0..=59 => random.text(&locale.first).to_owned(),
            60..=87 => random.text(&self.words.first).to_owned(),
            _ => self.first_chain.word(random),
        }
    }

    pub fn last(&self, locale: &Locale, random: &mut Random) -> String {
        match random.below(102) {
            _ if locale.is_foreign() => random.text(&locale.last).to_owned(),
            100..=101 => {
                const PARTS: [&str; 20] = [
                    "Mc", "Mc", "Mc", "Mc", "Mac", "Mac", "Mac", "De", "De", "Di", "Di", "La", "Le", "Du", "Van", "Von", "Fitz", "St",
                    "Da", "Del",
                ];
                format!("{}{}", random.text(&PARTS), self.last_chain.word(random))
            }
            0..=54 => random.text(&locale.last).to_owned(),
            55..=83 => random.text(&self.words.last).to_owned(),
            _ => self.last_chain.word(random),
        }
    }

    pub fn person(&self, locale: &Locale, random: &mut Random) -> String {
        let (first, last) = (self.first(locale, random), self.last(locale, random));
        let plain = || random_order(&locale.name, &first, &last);
        let letter = |random: &mut Random| char::from(b'A' + random.below(25) as u8);
        match random.below(102) {
            0..=63 => random.text(&locale.name).replace("{f}", &first).replace("{l}", &last),
            64..=72 => format!("{first} {}{} {last}", letter(random), random.text(&[".", ".", ""])),
            73..=77 => format!("{first} {} {last}", self.first(locale, random)),
            78..=82 => format!("{first} {last}{}{}", random.text(&["-", "-", " "]), self.last(locale, random)),
            83..=86 => format!("{}. {last}", letter(random)),
            87 => format!("{}. {}. {last}", letter(random), letter(random)),
            88..=90 => {
                let particle = random.text(&["de", "van", "von", "da", "del", "di", "van der", "de la", "bin", "ibn", "El", "al", "dos", "St."]);
                format!("{first} {particle} {last}")
            }
            91..=93 => plain().to_uppercase(),
            94 => format!("{first} {}", last.to_uppercase()),
            95 => format!("{last} {first}"),
            96 => format!("{first} {last} {}", random.text(&["Jr.", "Jr", "Sr.", "III", "II", "PhD"])),
            97 => format!("{first} \"{}\" {last}", self.first(locale, random)),
            98 => format!("{first} {}'{last}", random.text(&["O", "D"])),
            100 => format!("{} {first}", last.to_uppercase()),
            101 => plain().to_uppercase(),
            _ => format!("{first} & {} {last}", self.first(locale, random)),
        }
    }

    pub fn city(&self, locale: &Locale, random: &mut Random) -> String {
        match random.below(100) {
            _ if locale.is_foreign() => random.text(&locale.city).to_owned(),
            0..=56 => random.text(&locale.city).to_owned(),
            57..=82 => random.text(&self.words.city).to_owned(),
            83..=89 => self.city_chain.word(random),
            _ => self.settlement(locale, random),
        }
    }

    /// Makes the name of a town as towns get theirs: `Port Henry`, `Wilsonburgh`, `San Marco`, `Bad Neudorf`.
    fn settlement(&self, locale: &Locale, random: &mut Random) -> String {
        let name = match random.below(3) {
            0 => random.text(&locale.first).to_owned(),
            1 => self.last(locale, random),
            _ => self.city_chain.word(random),
        };
        match random.below(10) {
            0..=4 => format!("{} {name}", self.part("town", random)),
            5..=8 => format!("{name}{}", self.part("borough", random)),
            _ => format!("{name} {}", self.part("ville", random)),
        }
    }

    pub fn region(&self, locale: &Locale, random: &mut Random) -> String {
        if !locale.short.is_empty() && random.percent(12) { random.text(&locale.short).to_owned() } else { random.text(&locale.region).to_owned() }
    }

    pub fn country(&self, locale: &Locale, random: &mut Random) -> String {
        if !locale.is_foreign() && random.percent(35) {
            return self.part("land", random).to_owned();
        }
        let other = if random.percent(70) { &self.locales[random.below(self.locales.len())] } else { locale };
        let other = if other.is_foreign() != locale.is_foreign() { locale } else { other };
        random.text(&other.country).to_owned()
    }

    pub fn street(&self, locale: &Locale, random: &mut Random) -> String {
        let pattern = random.text(&locale.street).to_owned();
        self.expand(&pattern, locale, random, Inside::Street)
    }

    fn expand(&self, pattern: &str, locale: &Locale, random: &mut Random, inside: Inside) -> String {
        let mut out = String::new();
        let mut rest = pattern;
        while let Some(at) = rest.find('{') {
            out.push_str(&digits(&rest[..at], random));
            let Some(end) = rest[at..].find('}') else { break };
            let slot = &rest[at + 1..at + end];
            match slot {
                "f" => out.push_str(random.text(&locale.first)),
                "l" => out.push_str(&self.last(locale, random)),
                "o" => out.push_str(&ordinal(random.between(1, 120))),
                "r" if inside != Inside::Address => out.push_str(random.text(&locale.roots)),
                "r" => out.push_str(random.text(&locale.region)),
                "rs" => out.push_str(random.text(if locale.short.is_empty() { &locale.region } else { &locale.short })),
                "n" => out.push_str(&digits(random.text(&locale.number), random)),
                "s" => out.push_str(&self.street(locale, random)),
                "u" => {
                    let unit = random.text(&locale.unit).to_owned();
                    out.push_str(&self.expand(&unit, locale, random, Inside::Street));
                }
                "c" => out.push_str(&self.city(locale, random)),
                "z" => out.push_str(&digits(random.text(&locale.post), random)),
                "k" if random.percent(20) => out.push_str(self.part("land", random)),
                "k" => out.push_str(random.text(&locale.country)),
                "way" => out.push_str(self.part("way", random)),
                _ => {}
            }
            rest = &rest[at + end + 1..];
        }
        out.push_str(&digits(rest, random));
        out
    }

    /// Writes street and number in the order of the locale.
    pub fn house(&self, locale: &Locale, random: &mut Random) -> String {
        let layout = random.text(&locale.address);
        let (Some(number), Some(street)) = (layout.find("{n}"), layout.find("{s}")) else {
            return format!("{} {}", digits(random.text(&locale.number), random), self.street(locale, random));
        };
        let pattern = &layout[number.min(street)..number.max(street) + 3];
        let pattern = if pattern.contains('|') { "{s} {n}" } else { pattern };
        let mut house = self.expand(pattern, locale, random, Inside::Address);
        if random.percent(12) {
            let unit = random.text(&locale.unit).to_owned();
            house.push_str(random.text(&[", ", ", ", " "]));
            house.push_str(&self.expand(&unit, locale, random, Inside::Street));
        }
        house
    }

    fn address(&self, locale: &Locale, random: &mut Random, lines: bool, out: &mut Labelled) {
        let layout = random.text(&locale.address).to_owned();
        let between = if lines {
            random.text(&["\n", "\n", "\n", "\n", "\n", ",\n", "\n  ", "\r\n"])
        } else {
            random.text(&[", ", ", ", ", ", ", ", ", ", " ", " ", " - ", "; ", ",", " / "])
        };
        let post = layout.rfind("{z}");
        let start = out.text.len();
        let mut known = None;
        for (at, part) in layout.split('|').enumerate() {
            if at > 0 {
                out.text.push_str(between);
            }
            let text = match (part.find("{z}"), post) {
                (Some(place), Some(_)) if random.percent(20) => {
                    let before = self.expand(&part[..place], locale, random, Inside::Address);
                    let code = digits(random.text(&locale.post), random);
                    let from = out.text.len() + before.len();
                    known = Some((from, from + code.len(), Kind::Code));
                    format!("{before}{code}{}", self.expand(&part[place + 3..], locale, random, Inside::Address))
                }
                _ => self.expand(part, locale, random, Inside::Address),
            };
            let shout = random.percent(4);
            out.text.push_str(&if shout && known.is_none() { text.to_uppercase() } else { text });
        }
        out.known.extend(known);
        out.spans.push((start, out.text.len(), Type::Address));
    }

    fn coined(&self, random: &mut Random) -> String {
        match random.below(100) {
            0..=39 => format!("{}{}", self.part("prefix", random), self.part("suffix", random)),
            40..=54 => format!("{}{}", self.part("prefix", random), self.part("prefix", random)),
            55..=69 => self.last_chain.word(random),
            70..=84 => format!("{}{}", capital(random.text(&self.words.common)), random.text(&["", "ly", "hub", "works"])),
            _ => (0..random.between(2, 4)).map(|_| char::from(b'A' + random.below(26) as u8)).collect(),
        }
    }

    pub fn organisation(&self, locale: &Locale, random: &mut Random) -> String {
        let noun = |random: &mut Random| capital(random.text(&self.words.common));
        match random.below(100) {
            0..=17 => self.part("real", random).to_owned(),
            18..=33 => self.coined(random),
            34..=46 => format!("{} {}", self.coined(random), self.part("legal", random)),
            47..=60 => {
                let head = match random.below(4) {
                    0 => self.coined(random),
                    1 => self.last(locale, random),
                    2 => self.city(locale, random),
                    _ => noun(random),
                };
                let end = if random.percent(30) { format!(" {}", self.part("legal", random)) } else { String::new() };
                format!("{head} {}{end}", self.part("business", random))
            }
            61..=63 => {
                let and = random.text(&[" & ", " and ", ", ", " + "]);
                let end = random.text(&["", " Inc.", " LLP", " GbR", " & Co."]);
                format!("{}{and}{}{end}", self.last(locale, random), self.last(locale, random))
            }
            64..=65 => {
                let and = random.text(&[" & ", " and ", " and ", ", ", " und ", " et ", " y "]);
                format!("{}, {}{and}{}", self.last(locale, random), self.last(locale, random), self.last(locale, random))
            }
            66 => format!("{}-{}", self.last(locale, random), self.last(locale, random)),
            67 => format!("{} {}", self.last(locale, random), self.part("legal", random)),
            68..=70 => format!("{} {}", noun(random), noun(random)),
            71..=73 => {
                let name = match random.below(4) {
                    0 => self.last(locale, random),
                    1 => self.city(locale, random),
                    2 => self.first(locale, random),
                    _ => noun(random),
                };
                format!("{} {name}", self.part("shop", random))
            }
            74..=81 => format!("{} {}", self.city(locale, random), self.part("institution", random)),
            82..=86 => format!("{} {}", self.part("head", random), self.city(locale, random)),
            87..=90 => format!("{} {}", random.text(&["Ministry of", "Department of", "Institute of", "School of"]), self.part("subject", random)),
            91..=94 => format!("The {} {}", noun(random), random.text(&["Foundation", "Company", "Group", "Institute", "Times", "Society"])),
            95..=97 => format!("{}{}", self.last(locale, random), random.text(&["'s", " Brothers", " & Sons", " Bros", " & Söhne", " et Fils"])),
            _ => format!("{} {}", self.person(locale, random), random.text(&["Foundation", "GmbH", "High School", "Hospital", "Ltd"])),
        }
    }

    /// Replaces most names of a text by others.
    pub fn replaced(&self, labelled: &Labelled, random: &mut Random) -> Labelled {
        let locale = &self.locales[*random.pick(&self.weighted)];
        let mut memo: BTreeMap<(String, usize), String> = BTreeMap::new();
        let mut out = Labelled::default();
        let mut at = 0;
        for (start, end, of) in &labelled.spans {
            if *start < at {
                continue;
            }
            out.text.push_str(&labelled.text[at..*start]);
            let old = &labelled.text[*start..*end];
            let new = if random.percent(20) {
                old.to_owned()
            } else {
                let key = (old.to_owned(), *of as usize);
                memo.entry(key).or_insert_with(|| self.other(old, *of, locale, random)).clone()
            };
            out.push(&new, Some(*of));
            at = *end;
        }
        out.text.push_str(&labelled.text[at..]);
        out
    }

    fn other(&self, old: &str, of: Type, locale: &Locale, random: &mut Random) -> String {
        let words = old.split_whitespace().count();
        let new = match of {
            Type::Person if words > 1 => self.person(locale, random),
            Type::Person if random.percent(40) => self.first(locale, random),
            Type::Person => self.last(locale, random),
            Type::Location => match random.below(10) {
                0..=5 => self.city(locale, random),
                6..=7 => self.country(locale, random),
                8 => self.region(locale, random),
                _ => self.street(locale, random),
            },
            Type::Organization => self.organisation(locale, random),
            Type::Address => self.house(locale, random),
        };
        if old.chars().all(|c| !c.is_uppercase()) { new.to_lowercase() } else { new }
    }

    pub fn locale(&self, random: &mut Random) -> &Locale {
        &self.locales[*random.pick(&self.weighted)]
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inside {
    Street,
    Address,
}

fn random_order(orders: &[String], first: &str, last: &str) -> String {
    orders.first().map_or_else(String::new, |order| order.replace("{f}", first).replace("{l}", last))
}

fn genre(name: String, text: &str, locales: &[Locale]) -> Result<Genre> {
    let mut genre = Genre { name, locales: Vec::new(), templates: Vec::new() };
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        if let Some(ids) = line.strip_prefix("# locales: ") {
            for id in ids.split(' ') {
                let at = locales.iter().position(|locale| locale.id == id);
                genre.locales.push(at.with_context(|| format!("{}: unknown locale {id}", genre.name))?);
            }
        } else if !line.starts_with('#') {
            genre.templates.push(pieces(line).with_context(|| format!("{}: {line}", genre.name))?);
        }
    }
    Ok(genre)
}

const SLOTS: [&str; 42] = [
    "p", "f", "l", "lf", "pt", "city", "region", "country", "place", "street1", "street", "addr", "addrs", "org", "zip",
    "email", "url", "ip", "phone", "id", "date", "time", "num", "age", "money", "w", "W", "prod", "job", "day", "month",
    "nrp", "lang", "epo", "T", "N", "thing", "abbr", "wf", "wl", "eps",
    "camel",
];

fn pieces(line: &str) -> Result<Vec<Piece>> {
    let line = line.replace("\\n", "\n");
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut rest = line.as_str();
    while let Some(c) = rest.chars().next() {
        let slot = rest.strip_prefix('{').and_then(|inner| inner.split_once('}')).map(|(slot, _)| slot);
        match slot.filter(|slot| slot.chars().all(|c| c.is_ascii_alphanumeric())) {
            Some(slot) if SLOTS.contains(&slot) => {
                pieces.push(Piece::Text(std::mem::take(&mut text)));
                pieces.push(Piece::Slot(slot.to_owned()));
                rest = &rest[slot.len() + 2..];
            }
            Some(slot) => bail!("unknown slot {slot}"),
            None => {
                text.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    pieces.push(Piece::Text(text));
    Ok(pieces)
}

/// An address goes on with the town behind it: `12 High Street, Leeds` is one. So is a given name with a family name.
fn whole_names(text: &mut Labelled) {
    let mut spans: Vec<(usize, usize, Type)> = Vec::new();
    for span in &text.spans {
        match spans.last_mut() {
            Some(last)
                if last.2 == Type::Address
                    && span.2 == Type::Location
                    && matches!(&text.text[last.1..span.0], ", " | " " | "\n" | ",\n" | " in ") =>
            {
                last.1 = span.1;
            }
            // `{f} {l}` is one person.
            Some(last) if last.2 == Type::Person && span.2 == Type::Person && &text.text[last.1..span.0] == " " => {
                last.1 = span.1;
            }
            _ => spans.push(*span),
        }
    }
    text.spans = spans;
}

/// Writes a digit for each `#`, a capital for each `@`, and `#` for `&H`.
fn digits(pattern: &str, random: &mut Random) -> String {
    let mut out = String::new();
    let mut before = ' ';
    let pattern = pattern.replace("&H", "\u{1}");
    for c in pattern.chars() {
        match c {
            '#' if before.is_ascii_digit() || before == '#' => out.push(char::from(b'0' + random.below(10) as u8)),
            '#' => out.push(char::from(b'1' + random.below(9) as u8)),
            '@' => out.push(char::from(b'A' + random.below(26) as u8)),
            '\u{1}' => out.push('#'),
            other => out.push(other),
        }
        before = c;
    }
    out
}

fn ordinal(number: usize) -> String {
    let end = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{end}")
}
