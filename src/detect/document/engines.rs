//! The part of a recognizer file that names code instead of patterns.

use super::{Members, Node, Reader, Value, Way};
use crate::detect::engine::{EngineDeclaration, FormDeclaration, Kind};
use crate::detect::tagger::Type;

impl Reader<'_> {
    /// Reads what code finds.
    pub(super) fn engine(&mut self, members: &Members<'_>, engine: &Node) -> Option<EngineDeclaration> {
        let name = self.text(engine, "engine")?;
        let Some((_, kind)) = Kind::ALL.iter().find(|(known, _)| *known == name) else {
            let known: Vec<&str> = Kind::ALL.iter().map(|(known, _)| *known).collect();
            self.wrong(engine.line, format!("engine: is one of {}", known.join(", ")));
            return None;
        };
        let lists = self.words(members.get("words"), *kind, engine.line);
        let known: Vec<&str> = match kind {
            Kind::Label | Kind::Words => lists.iter().map(|(name, _)| name.as_str()).collect(),
            Kind::Date | Kind::Email | Kind::Host => kind.forms(),
        };
        let forms = self.forms(members, &known, engine.line);
        let list = |form: &FormDeclaration| {
            let list = lists.iter().find(|(name, _)| *name == form.name);
            list.map(|(_, words)| words.clone()).unwrap_or_default()
        };
        Some(EngineDeclaration { kind: *kind, words: forms.iter().map(list).collect(), forms })
    }

    /// Reads the forms that are found, each with its score: `forms`, or `score` where there is one only.
    fn forms(&mut self, members: &Members<'_>, known: &[&str], line: usize) -> Vec<FormDeclaration> {
        if let (Some(node), [only]) = (members.get("score"), known) {
            let score = self.score(node, "score");
            return score.map(|score| FormDeclaration { name: (*only).to_owned(), score }).into_iter().collect();
        }
        let Some(node) = members.get("forms") else {
            let wanted = if known.len() == 1 { "`score`" } else { "`forms`" };
            self.wrong(
                line,
                format!("{wanted} is missing: what the engine finds has a score; it knows {}", known.join(", ")),
            );
            return Vec::new();
        };
        let Some(forms) = self.members(node, "forms", known) else { return Vec::new() };
        let scored = forms.members.iter().filter_map(|(key, node)| {
            Some(FormDeclaration { name: key.name.clone(), score: self.score(node, &key.name)? })
        });
        scored.collect()
    }

    /// Reads the lists of the engines that have some.
    fn words(&mut self, node: Option<&Node>, kind: Kind, line: usize) -> Vec<(String, Vec<String>)> {
        match node {
            Some(Node { value: Value::Map(lists), .. }) if kind.has_lists() && !lists.is_empty() => {
                let lists = lists.iter().map(|(key, node)| (key.name.clone(), self.texts(Some(node), &key.name)));
                let lists: Vec<_> = lists.collect();
                let is_blank = |word: &String| !word.chars().any(char::is_alphanumeric);
                if lists.iter().any(|(_, words)| words.is_empty() || words.iter().any(is_blank)) {
                    self.wrong(line, "words: each list has words, and each of them a letter or digit");
                }
                lists
            }
            None if !kind.has_lists() => Vec::new(),
            Some(node) if !kind.has_lists() => {
                self.wrong(node.line, "`words` belongs to the engines `label` and `words`");
                Vec::new()
            }
            Some(_) | None => {
                self.wrong(line, "`words` is missing: a mapping of names to lists of words");
                Vec::new()
            }
        }
    }

    /// Reads which of the tagger's types the recognizer is for.
    pub(super) fn tagged(&mut self, members: &Members<'_>) -> Option<Way> {
        if let Some(score) = members.get("score") {
            self.wrong(score.line, "what the tagger finds scores its probability; take `score` out");
        }
        let entity = members.get("entity")?;
        let found = Type::named(&self.text(entity, "entity")?);
        if found.is_none() {
            self.wrong(entity.line, "the tagger finds PERSON, LOCATION, STREET_ADDRESS and ORGANIZATION");
        }
        found.map(Way::Tagger)
    }
}
