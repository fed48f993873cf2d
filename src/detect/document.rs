//! One recognizer file, read: every fault is told at once, each with its line.

mod engines;
mod lines;

use std::collections::BTreeSet;

use super::boundary::Boundary;
use super::builtin;
use super::engine::EngineDeclaration;
use super::load::{LoadError, Maker, SourceFile};
use super::tagger::Type;
use super::validate::{self, Validator};
use super::yaml::{self, Key, Node, Value};
use super::{Certain, Country, DefaultUse, Word};
use crate::model::{EntityType, Family, Score};
use lines::Lines;

/// A recognizer as its file declares it.
#[derive(Debug)]
pub(super) struct Declaration {
    pub(super) file: String,
    pub(super) maker: Maker,
    pub(super) lines: Lines,
    pub(super) id: String,
    pub(super) entity: EntityType,
    pub(super) family: Family,
    pub(super) title: String,
    pub(super) country: Option<Country>,
    pub(super) default: DefaultUse,
    pub(super) references: Vec<String>,
    pub(super) way: Way,
    pub(super) validators: Vec<&'static Validator>,
    pub(super) context: ContextDeclaration,
    pub(super) field_names: Vec<String>,
    /// By field name.
    pub(super) field_name_lines: Vec<usize>,
    pub(super) field_words: FieldWords,
    pub(super) examples: Vec<Example>,
}

/// How a recognizer finds.
#[derive(Debug)]
pub(super) enum Way {
    /// By patterns; none where only the field's name tells.
    Patterns(Vec<PatternDeclaration>),
    /// By code.
    Engine(EngineDeclaration),
    /// By the tagger, in free text; what it finds scores its probability.
    Tagger(Type),
}

/// The words that speak for or against a finding.
#[derive(Debug)]
pub(super) struct ContextDeclaration {
    /// Phrases in lower case that raise a finding near them.
    pub(super) words: Vec<Word>,
    /// Names of fields that raise it and are no proof.
    pub(super) fields: Vec<String>,
    /// Phrases in lower case that lower it.
    pub(super) not: Vec<Word>,
    /// Names of fields that lower it.
    pub(super) not_fields: Vec<String>,
    /// How much either changes the score.
    pub(super) boost: Score,
}

/// One pattern as its file declares it.
#[derive(Debug)]
pub(super) struct PatternDeclaration {
    pub(super) lines: Lines,
    pub(super) name: String,
    pub(super) score: Score,
    /// What the file says; none where it says nothing.
    pub(super) certain: Option<Certain>,
    pub(super) boundary: Boundary,
    pub(super) not_before: Vec<String>,
    pub(super) not_after: Vec<String>,
    pub(super) regex: String,
    /// A pattern with look-around that what `regex` found has to match as well.
    pub(super) look_around: Option<String>,
    pub(super) max_length: usize,
    /// Whether a text that is a match as a whole holds nothing else.
    pub(super) sole: bool,
}

/// Names of fields that are proof only of the right owner.
#[derive(Debug, Default)]
pub(super) struct FieldWords {
    /// The names: `name`.
    pub(super) names: Vec<String>,
    /// The owners whose names they are: `customer`.
    pub(super) of: Vec<String>,
    /// The owners whose names they are not, be they strong names too: `product`.
    pub(super) never: Vec<String>,
}

/// One example: a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Example {
    pub(super) line: usize,
    pub(super) text: String,
    /// The name of the field it stands in, `a.b` from the outside in; empty where it stands in no field.
    pub(super) field: String,
    /// What is found; none for what must not be.
    pub(super) finds: Option<String>,
}

/// Bytes a match may have where the file says nothing: longer than any identifier, short enough to search from every
/// start.
const MAX_LENGTH: usize = 256;
/// Most that a file may ask for: a private key in one piece.
const MAX_LENGTH_MAX: usize = 64 * 1024;
/// Bytes of one pattern's text; the longest built-in has under 1,000.
const REGEX_MAX: usize = 4096;
/// Words that say nothing alone; they may be part of a phrase.
///
/// `card` is none of them: it says little, but beside a number of an issued range with a right check digit it is enough.
const GENERIC: [&str; 12] =
    ["id", "number", "no", "code", "date", "check", "account", "tax", "name", "key", "ref", "order"];

const KEYS: [&str; 18] = [
    "id",
    "entity",
    "family",
    "title",
    "country",
    "default",
    "references",
    "engine",
    "forms",
    "words",
    "score",
    "patterns",
    "validators",
    "context",
    "field_names",
    "field_words",
    "examples",
    "notes",
];
const PATTERN_KEYS: [&str; 10] =
    ["name", "score", "certain", "sole", "boundary", "not_before", "not_after", "regex", "look_around", "max_length"];

/// Reads a file; every fault goes to `errors`.
pub(super) fn read(source: &SourceFile, errors: &mut Vec<LoadError>) -> Option<Declaration> {
    let mut reader = Reader { file: &source.name, maker: source.maker, errors: Vec::new() };
    let declaration = match builtin::tree(&source.name, &source.text).map_or_else(|| yaml::parse(&source.text), Ok) {
        Ok(root) => reader.declaration(&root),
        Err((line, message)) => {
            reader.wrong(line, message);
            None
        }
    };
    let sound = reader.errors.is_empty();
    errors.append(&mut reader.errors);
    declaration.filter(|_| sound)
}

struct Reader<'a> {
    file: &'a str,
    maker: Maker,
    errors: Vec<LoadError>,
}

/// The members of a map, and its line.
struct Members<'n> {
    line: usize,
    members: &'n [(Key, Node)],
}

impl<'n> Members<'n> {
    fn get(&self, name: &str) -> Option<&'n Node> {
        self.members.iter().find(|(key, _)| key.name == name).map(|(_, node)| node)
    }

    /// Gives the line of a key, else that of the map.
    fn line_of(&self, name: &str) -> usize {
        self.members.iter().find(|(key, _)| key.name == name).map_or(self.line, |(key, _)| key.line)
    }
}

impl Reader<'_> {
    fn wrong(&mut self, line: usize, message: impl Into<String>) {
        self.errors.push(LoadError { file: self.file.to_owned(), line: Some(line), message: message.into() });
    }

    fn declaration(&mut self, root: &Node) -> Option<Declaration> {
        let members = self.members(root, "a recognizer", &KEYS)?;
        let id = self.required_text(&members, "id");
        if let Some(id) = &id
            && !(id.starts_with(|c: char| c.is_ascii_lowercase())
                && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'))
        {
            self.wrong(
                members.line_of("id"),
                "an id is lower-case letters, digits and underscores, beginning with a letter",
            );
        }
        let entity = self.name(&members, "entity", EntityType::new);
        let family = self.name(&members, "family", Family::new);
        let title = self.required_text(&members, "title");
        let country = self.country(&members);
        let default = self.default_use(&members);
        let references = self.texts(members.get("references"), "references");
        if references.is_empty() {
            self.wrong(
                members.line_of("references"),
                "references: at least one source is needed: the authority's page or the standard",
            );
        }
        let field_names = self.texts(members.get("field_names"), "field_names");
        let field_words = self.field_words(members.get("field_words"));
        let way = self.way(&members, field_names.is_empty());
        let validators = self.validators(&members);
        let context = self.context(members.get("context"));
        let examples = self.examples(&members);
        Some(Declaration {
            file: self.file.to_owned(),
            maker: self.maker,
            lines: Lines::of(&members),
            id: id?,
            entity: entity?,
            family: family?,
            title: title?,
            country,
            default: default?,
            references,
            way: way?,
            validators,
            context,
            field_name_lines: lines::items(members.get("field_names")),
            field_names,
            field_words,
            examples,
        })
    }

    /// Reads a map, and names every key that is not known.
    fn members<'n>(&mut self, node: &'n Node, what: &str, known: &[&str]) -> Option<Members<'n>> {
        let Value::Map(members) = &node.value else {
            self.wrong(node.line, format!("{what} is a mapping of {}", known.join(", ")));
            return None;
        };
        for (key, _) in members {
            if !known.contains(&key.name.as_str()) {
                self.wrong(key.line, format!("unknown key `{}`; known are {}", key.name, known.join(", ")));
            }
        }
        Some(Members { line: node.line, members })
    }

    fn text(&mut self, node: &Node, what: &str) -> Option<String> {
        match &node.value {
            Value::Text(text) => Some(text.clone()),
            Value::Number(_) => {
                self.wrong(node.line, format!("{what}: a text is needed; quote the number"));
                None
            }
            Value::Bool(_) | Value::List(_) | Value::Map(_) | Value::Other => {
                self.wrong(node.line, format!("{what}: a text is needed"));
                None
            }
        }
    }

    fn required_text(&mut self, members: &Members<'_>, name: &str) -> Option<String> {
        match members.get(name) {
            Some(node) => match self.text(node, name)? {
                text if text.trim().is_empty() => {
                    self.wrong(node.line, format!("{name}: is empty"));
                    None
                }
                text => Some(text),
            },
            None => {
                self.wrong(members.line, format!("`{name}` is missing"));
                None
            }
        }
    }

    fn optional_text(&mut self, members: &Members<'_>, name: &str) -> Option<String> {
        members.get(name).and_then(|node| self.text(node, name))
    }

    fn texts(&mut self, node: Option<&Node>, what: &str) -> Vec<String> {
        let Some(node) = node else { return Vec::new() };
        let Value::List(nodes) = &node.value else {
            self.wrong(node.line, format!("{what}: a list of texts is needed"));
            return Vec::new();
        };
        nodes.iter().filter_map(|node| self.text(node, what)).collect()
    }

    fn name<T, E: std::fmt::Display>(
        &mut self,
        members: &Members<'_>,
        name: &str,
        read: impl Fn(&str) -> Result<T, E>,
    ) -> Option<T> {
        let text = self.required_text(members, name)?;
        match read(&text) {
            Ok(value) => Some(value),
            Err(error) => {
                let line = members.get(name).map_or(members.line, |node| node.line);
                self.wrong(line, format!("{name}: {error}"));
                None
            }
        }
    }

    fn country(&mut self, members: &Members<'_>) -> Option<Country> {
        let node = members.get("country")?;
        let country = self.text(node, "country").and_then(|code| Country::new(&code));
        if country.is_none() {
            self.wrong(node.line, "country: an ISO 3166-1 alpha-2 code in capitals is needed, such as `US`");
        }
        country
    }

    fn default_use(&mut self, members: &Members<'_>) -> Option<DefaultUse> {
        match self.required_text(members, "default")?.as_str() {
            "change" => Some(DefaultUse::Change),
            "report" => Some(DefaultUse::Report),
            "off" => Some(DefaultUse::Off),
            _ => {
                let line = members.get("default").map_or(members.line, |node| node.line);
                self.wrong(line, "default: is change, report or off");
                None
            }
        }
    }

    fn score(&mut self, node: &Node, what: &str) -> Option<Score> {
        let text = match &node.value {
            Value::Number(text) => text.parse().ok(),
            Value::Text(_) | Value::Bool(_) | Value::List(_) | Value::Map(_) | Value::Other => None,
        };
        if text.is_none() {
            self.wrong(node.line, format!("{what}: is a number from 0 to 1 with at most three decimals"));
        }
        text
    }

    fn way(&mut self, members: &Members<'_>, unnamed: bool) -> Option<Way> {
        match (members.get("engine"), members.get("patterns")) {
            (Some(engine), Some(_)) => {
                self.wrong(engine.line, "`engine` stands instead of `patterns`, not beside it");
                None
            }
            (Some(engine), None) => match engine.value {
                Value::Text(ref name) if name == "tagger" => self.tagged(members),
                _ => self.engine(members, engine).map(Way::Engine),
            },
            (None, patterns) => {
                for key in ["score", "forms", "words"] {
                    if let Some(node) = members.get(key) {
                        self.wrong(node.line, format!("`{key}` belongs to an engine; patterns have their own"));
                    }
                }
                // Patterns with faults are told of already.
                let none = patterns.is_none_or(|node| matches!(&node.value, Value::List(nodes) if nodes.is_empty()));
                let patterns = patterns.map_or_else(Vec::new, |node| self.patterns(node));
                if none && unnamed {
                    self.wrong(
                        members.line_of("patterns"),
                        "nothing to find by: `patterns`, `engine` or `field_names` is needed",
                    );
                }
                Some(Way::Patterns(patterns))
            }
        }
    }

    fn patterns(&mut self, node: &Node) -> Vec<PatternDeclaration> {
        let Value::List(nodes) = &node.value else {
            self.wrong(node.line, "patterns: a list is needed");
            return Vec::new();
        };
        let patterns: Vec<_> = nodes.iter().filter_map(|node| self.pattern(node)).collect();
        let mut seen = BTreeSet::new();
        for pattern in &patterns {
            if !seen.insert(pattern.name.as_str()) {
                self.wrong(pattern.lines.key("name"), format!("two patterns are named `{}`", pattern.name));
            }
        }
        patterns
    }

    fn pattern(&mut self, node: &Node) -> Option<PatternDeclaration> {
        let members = self.members(node, "a pattern", &PATTERN_KEYS)?;
        let name = self.required_text(&members, "name");
        let regex = self.required_text(&members, "regex");
        let look_around = self.optional_text(&members, "look_around");
        for (key, text) in [("regex", &regex), ("look_around", &look_around)] {
            if text.as_ref().is_some_and(|text| text.len() > REGEX_MAX) {
                self.wrong(members.line_of(key), format!("{key}: has more than {REGEX_MAX} bytes"));
            }
        }
        let score = match members.get("score") {
            Some(node) => self.score(node, "score"),
            None => {
                self.wrong(members.line, "`score` is missing");
                None
            }
        };
        let boundary = match self.optional_text(&members, "boundary").as_deref() {
            None | Some("word") => Boundary::Word,
            Some("digit") => Boundary::Digit,
            Some("token") => Boundary::Token,
            Some(_) => {
                self.wrong(members.line_of("boundary"), "boundary: is word, digit or token");
                Boundary::Word
            }
        };
        let max_length = self.max_length(members.get("max_length"));
        let certain = self.flag(&members, "certain").map(|yes| if yes { Certain::Yes } else { Certain::No });
        let sole = self.flag(&members, "sole") == Some(true);
        if let Some(node) = members.get("sole").filter(|_| self.maker == Maker::User) {
            self.wrong(node.line, "sole: only built-in patterns may say so, since it silences all others");
        }
        Some(PatternDeclaration {
            lines: Lines::of(&members),
            name: name?,
            score: score?,
            certain,
            boundary,
            not_before: self.texts(members.get("not_before"), "not_before"),
            not_after: self.texts(members.get("not_after"), "not_after"),
            regex: regex?,
            look_around,
            max_length,
            sole,
        })
    }

    fn flag(&mut self, members: &Members<'_>, name: &str) -> Option<bool> {
        let node = members.get(name)?;
        match node.value {
            Value::Bool(yes) => Some(yes),
            Value::Text(_) | Value::Number(_) | Value::List(_) | Value::Map(_) | Value::Other => {
                self.wrong(node.line, format!("{name}: is true or false"));
                None
            }
        }
    }

    fn max_length(&mut self, node: Option<&Node>) -> usize {
        let Some(node) = node else { return MAX_LENGTH };
        let length = match &node.value {
            Value::Number(text) => text.parse().ok().filter(|length| (1..=MAX_LENGTH_MAX).contains(length)),
            Value::Text(_) | Value::Bool(_) | Value::List(_) | Value::Map(_) | Value::Other => None,
        };
        length.unwrap_or_else(|| {
            self.wrong(node.line, format!("max_length: is a number of bytes from 1 to {MAX_LENGTH_MAX}"));
            MAX_LENGTH
        })
    }

    fn validators(&mut self, members: &Members<'_>) -> Vec<&'static Validator> {
        let Some(node) = members.get("validators") else { return Vec::new() };
        let names = self.texts(Some(node), "validators");
        let mut found = Vec::new();
        for name in names {
            match validate::by_name(&name) {
                Some(validator) => found.push(validator),
                None => self.wrong(node.line, format!("unknown validator `{name}`; known are {}", validate::names())),
            }
        }
        found
    }

    fn context(&mut self, node: Option<&Node>) -> ContextDeclaration {
        /// What a context word adds where the file says nothing.
        const BOOST: Score = Score::from_thousandths(350);
        let mut context = ContextDeclaration {
            words: Vec::new(),
            fields: Vec::new(),
            not: Vec::new(),
            not_fields: Vec::new(),
            boost: BOOST,
        };
        let Some(node) = node else { return context };
        let Some(members) = self.members(node, "context", &["words", "fields", "not", "not_fields", "boost"]) else {
            return context;
        };
        if let Some(boost) = members.get("boost").and_then(|node| self.score(node, "boost")) {
            context.boost = boost;
        }
        context.words = self.phrases(members.get("words"), "words");
        context.fields = self.texts(members.get("fields"), "fields");
        context.not = self.phrases(members.get("not"), "not");
        context.not_fields = self.texts(members.get("not_fields"), "not_fields");
        if context.words.is_empty() && context.fields.is_empty() {
            self.wrong(members.line, "context: has no words");
        }
        for Word { text, .. } in &context.words {
            if GENERIC.contains(&text.as_str()) {
                self.wrong(
                    members.line_of("words"),
                    format!("context word `{text}` says nothing alone; use it in a phrase"),
                );
            }
            if context.not.iter().any(|not| not.text == *text) {
                self.wrong(members.line_of("not"), format!("context word `{text}` cannot speak both for and against"));
            }
        }
        context
    }

    /// Reads phrases: a list, or a list for each language.
    fn phrases(&mut self, node: Option<&Node>, what: &str) -> Vec<Word> {
        let Some(node) = node else { return Vec::new() };
        let lists: Vec<(Option<String>, &Node)> = match &node.value {
            Value::Map(members) => {
                for (key, _) in members.iter().filter(|(key, _)| !is_language(&key.name)) {
                    self.wrong(key.line, format!("{what}: an ISO 639 language code is needed, such as `de`"));
                }
                members.iter().map(|(key, list)| (Some(key.name.clone()), list)).collect()
            }
            _ => vec![(None, node)],
        };
        let mut phrases = Vec::new();
        for (language, list) in lists {
            for text in self.texts(Some(list), what) {
                let text = text.trim().to_lowercase();
                if !text.chars().any(char::is_alphanumeric) {
                    self.wrong(list.line, format!("{what}: `{text}` is no word"));
                }
                phrases.push(Word { text, language: language.clone() });
            }
        }
        phrases
    }

    fn field_words(&mut self, node: Option<&Node>) -> FieldWords {
        let Some(node) = node else { return FieldWords::default() };
        let Some(members) = self.members(node, "field_words", &["names", "of", "never"]) else {
            return FieldWords::default();
        };
        let [names, of, never] =
            ["names", "of", "never"].map(|key| self.texts(members.get(key), &format!("field_words: {key}")));
        if names.is_empty() != of.is_empty() {
            self.wrong(members.line, "field_words: `names` are proof only beside words under `of`; both are needed");
        }
        FieldWords { names, of, never }
    }

    fn examples(&mut self, members: &Members<'_>) -> Vec<Example> {
        let Some(node) = members.get("examples") else {
            self.wrong(members.line, "`examples` are missing: at least one `match` and one `no_match`");
            return Vec::new();
        };
        let Some(kinds) = self.members(node, "examples", &["match", "no_match"]) else { return Vec::new() };
        let mut examples = Vec::new();
        for (kind, known) in [("match", ["text", "finds", "field"]), ("no_match", ["text", "because", "field"])] {
            let Some(Node { value: Value::List(nodes), .. }) = kinds.get(kind) else {
                self.wrong(kinds.line, format!("examples: at least one `{kind}` is needed"));
                continue;
            };
            if nodes.is_empty() {
                self.wrong(kinds.line, format!("examples: at least one `{kind}` is needed"));
            }
            for node in nodes {
                let Some(members) = self.members(node, "an example", &known) else { continue };
                let text = self.required_text(&members, "text");
                let second = self.required_text(&members, if kind == "match" { "finds" } else { "because" });
                let field = self.optional_text(&members, "field").unwrap_or_default();
                let (Some(text), Some(second)) = (text, second) else { continue };
                if kind == "match" && !text.contains(&second) {
                    self.wrong(node.line, "finds: is no part of the text");
                }
                let finds = (kind == "match").then_some(second);
                examples.push(Example { line: node.line, text, field, finds });
            }
        }
        examples
    }
}

/// Tells whether a text can be an ISO 639 code.
fn is_language(code: &str) -> bool {
    (2..=3).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_lowercase())
}
