//! One pattern, compiled: what it may stand between, and how a match of it is judged.

use std::ops::RangeInclusive;

use fancy_regex::Regex as FancyRegex;
use regex_automata::Input;
use regex_automata::meta::Regex as MetaRegex;
use regex_automata::nfa::thompson::{self, NFA, WhichCaptures};
use regex_syntax::hir::{Hir, Look};

use super::needle::{Literal, needle};
use super::{Boundary, Side, floor_boundary};
use crate::detect::Certain;
use crate::detect::document::PatternDeclaration;
use crate::detect::steps;
use crate::detect::validate::Validator;
use crate::model::{RecognizerIndex, Score, Span};

/// Bytes of one pattern's program; the longest built-in needs under 200 kB.
const PROGRAM_MAX: usize = 1 << 20;
/// Bytes of text around a start that look-around may see.
const WINDOW_MAX: usize = 256;
/// Bytes of that window before the start.
const WINDOW_BEFORE: usize = 64;
/// Steps that look-around may take in its window; beyond, the window counts as found.
const BACKTRACK_MAX: usize = 10_000;

/// The score from which findings usually count: patterns are walked with in two groups, whatever a policy says.
const COUNTS_ALONE: Score = Score::from_thousandths(400);

/// Whether what a pattern finds usually counts without context.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Alone {
    Counts,
    NeedsContext,
}

/// A pattern that tells of a whole text that it holds nothing else.
#[derive(Debug)]
struct Sole {
    whole: MetaRegex,
    /// Bytes of its shortest and of its longest match.
    lengths: RangeInclusive<usize>,
}

/// One pattern, compiled.
#[derive(Debug)]
pub(in crate::detect) struct Pattern {
    pub(in crate::detect) recognizer: RecognizerIndex,
    pub(in crate::detect) place: u16,
    pub(in crate::detect) base: Score,
    pub(in crate::detect) validators: Vec<&'static Validator>,
    /// Whether what it finds usually counts without context.
    alone: Alone,
    boundary: Boundary,
    not_before: Vec<String>,
    not_after: Vec<String>,
    max_length: usize,
    value: Option<MetaRegex>,
    sole: Option<Sole>,
    look_around: Option<FancyRegex>,
    /// The literal without which there is no match, where the pattern may begin inside words.
    needle: Option<Literal>,
    /// Until the matcher takes it.
    program: Option<NFA>,
}

impl Pattern {
    /// Compiles one pattern.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub(in crate::detect) fn new(
        declared: &PatternDeclaration,
        recognizer: RecognizerIndex,
        place: u16,
        validators: &[&'static Validator],
    ) -> Result<Self, String> {
        let mut parser = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).nest_limit(50).build();
        let hir = parser.parse(&declared.regex).map_err(|error| reason(&error))?;
        if !hir.properties().look_set().is_empty() {
            return Err(
                "regex: no anchors and no \\b; `boundary`, `not_before` and `not_after` read the neighbours".into()
            );
        }
        if hir.properties().minimum_len() == Some(0) {
            return Err("regex: can match nothing at all".into());
        }
        let program = thompson_compiler().build_from_hir(&hir).map_err(|_| "regex: is too large".to_owned())?;
        let whole = || {
            let whole = Hir::concat(vec![Hir::look(Look::Start), hir.clone(), Hir::look(Look::End)]);
            let config = MetaRegex::config().utf8_empty(false);
            let regex = MetaRegex::builder().configure(config).build_from_hir(&whole);
            regex.map_err(|_| "regex: is too large".to_owned())
        };
        let value = if hir_has_value_group(&declared.regex) { Some(whole()?) } else { None };
        let sole = if declared.sole {
            let (shortest, longest) = (hir.properties().minimum_len(), hir.properties().maximum_len());
            let longest = longest.unwrap_or(declared.max_length).min(declared.max_length);
            Some(Sole { whole: whole()?, lengths: shortest.unwrap_or_default()..=longest })
        } else {
            None
        };
        let look_around = match &declared.look_around {
            Some(regex) => Some(
                fancy_regex::RegexBuilder::new(regex)
                    .backtrack_limit(BACKTRACK_MAX)
                    .build()
                    .map_err(|_| "look_around: is no regular expression".to_owned())?,
            ),
            None => None,
        };
        Ok(Self {
            recognizer,
            place,
            base: declared.score,
            validators: validators.to_vec(),
            alone: if declared.score >= COUNTS_ALONE || declared.certain == Some(Certain::Yes) {
                Alone::Counts
            } else {
                Alone::NeedsContext
            },
            boundary: declared.boundary,
            not_before: declared.not_before.clone(),
            not_after: declared.not_after.clone(),
            max_length: declared.max_length,
            value,
            sole,
            look_around,
            needle: Some(needle(&hir)).filter(|_| declared.boundary == Boundary::Digit),
            program: Some(program),
        })
    }

    pub(super) const fn boundary(&self) -> Boundary {
        self.boundary
    }

    /// Tells whether a match counts without context, as far as the pattern's own score says.
    pub(in crate::detect) fn counts_alone(&self) -> bool {
        self.alone == Alone::Counts
    }

    pub(super) const fn max_length(&self) -> usize {
        self.max_length
    }

    pub(super) const fn needle(&self) -> Option<&Literal> {
        self.needle.as_ref()
    }

    /// Gives the program, once.
    pub(super) fn take_program(&mut self) -> Result<NFA, String> {
        self.program.take().ok_or_else(|| "a pattern is put into two sets".to_owned())
    }

    /// Tells whether the text before `at` may stand there.
    pub(super) fn may_begin(&self, text: &str, at: usize) -> bool {
        self.not_before.iter().all(|no| !text.get(..at).unwrap_or_default().ends_with(no.as_str()))
    }

    /// Gives the bytes of the longest text that may not stand beside a match.
    pub(super) fn neighbours_max(&self) -> usize {
        self.not_before.iter().chain(&self.not_after).map(String::len).max().unwrap_or_default()
    }

    /// Tells whether the text from `end` on, which begins with this side, may stand there.
    pub(super) fn may_end(&self, text: &str, end: usize, side: Side) -> bool {
        self.boundary.allows(side)
            && self.not_after.iter().all(|no| !text.get(end..).unwrap_or_default().starts_with(no.as_str()))
    }

    /// Gives the bytes of the shortest text that it may be all of.
    pub(super) fn sole_min(&self) -> Option<usize> {
        Some(*self.sole.as_ref()?.lengths.start())
    }

    pub(super) const fn is_sole(&self) -> bool {
        self.sole.is_some()
    }

    /// Gives what is found in a text that is a match as a whole and holds nothing else.
    pub(super) fn is_all_of(&self, text: &str) -> Option<Span> {
        let sole = self.sole.as_ref().filter(|sole| sole.lengths.contains(&text.len()))?;
        steps::add(text.len());
        if sole.whole.is_match(text) { self.judge(text, Span::new(0, text.len())) } else { None }
    }

    /// Judges one match by its value, validators and look-around; gives what is found.
    pub(super) fn judge(&self, text: &str, whole: Span) -> Option<Span> {
        steps::add(whole.len());
        let span = match &self.value {
            Some(regex) => {
                let mut captures = regex.create_captures();
                regex.captures(Input::new(whole.of(text)), &mut captures);
                let group = captures.get_group_by_name("value")?;
                Span::new(group.start, group.end).shifted(whole.start)
            }
            None => whole,
        };
        if span.is_empty() || !self.validators.iter().all(|validator| (validator.accepts)(span.of(text))) {
            return None;
        }
        match &self.look_around {
            None => Some(span),
            Some(regex) => look_around(regex, text, whole, span),
        }
    }
}

/// Looks around a match in a window of the text; a search that takes too long finds the whole window.
fn look_around(regex: &FancyRegex, text: &str, whole: Span, span: Span) -> Option<Span> {
    let start = floor_boundary(text, whole.start.saturating_sub(WINDOW_BEFORE));
    let window = Span::new(start, floor_boundary(text, start + WINDOW_MAX).max(whole.end));
    match regex.find_from_pos(window.of(text), whole.start - start) {
        Ok(Some(found)) if (found.start() + start, found.end() + start) == (whole.start, whole.end) => Some(span),
        Ok(_) => None,
        Err(_) => {
            steps::limit();
            Some(window)
        }
    }
}

fn hir_has_value_group(regex: &str) -> bool {
    regex.contains("(?<value>") || regex.contains("(?P<value>")
}

/// A parser's reason without the pattern's text.
fn reason(error: &regex_syntax::Error) -> String {
    match error {
        regex_syntax::Error::Parse(error) => format!("regex: {}", error.kind()),
        regex_syntax::Error::Translate(error) => format!("regex: {}", error.kind()),
        _ => "regex: is no regular expression".to_owned(),
    }
}

fn thompson_compiler() -> thompson::Compiler {
    let mut compiler = thompson::Compiler::new();
    compiler.configure(
        thompson::Config::new().utf8(false).which_captures(WhichCaptures::None).nfa_size_limit(Some(PROGRAM_MAX)),
    );
    compiler
}
