//! Texts into tokens and labels.

use crate::tagger::gate::Gate;
use crate::tagger::label::{LANES, OUTSIDE, Type, may_follow};
use crate::tagger::lexicon::Lexicon;
use crate::tagger::segment::Segment;
use crate::tagger::token::{Class, Token, Tokenizer};
use crate::text::Labelled;

/// The tokens of one segment, and what each is.
#[derive(Debug, Clone)]
pub struct Sequence {
    pub tokens: Vec<Token>,
    pub labels: Vec<usize>,
    /// Runs of tokens that the gate lets through: only these are decoded, and so only these are learnt from.
    pub runs: Vec<std::ops::Range<usize>>,
}

/// The label of one part of a name: the first, an inner, the last or the only token.
fn label(of: Type, first: bool, last: bool) -> usize {
    let base = of as usize * 4;
    match (first, last) {
        (true, true) if of == Type::Address => base + 2,
        (true, true) => base + 3,
        (true, false) => base,
        (false, true) => base + 2,
        (false, false) => base + 1,
    }
}

pub fn encode(labelled: &Labelled, lexicon: Lexicon<'_>, out: &mut Vec<Sequence>) {
    let known = labelled.known();
    let mut tokenizer = Tokenizer::new(&labelled.text, lexicon, &known);
    let mut segment = Segment::default();
    while segment.advance(&mut tokenizer) {
        let tokens = segment.tokens().to_vec();
        let mut labels = vec![OUTSIDE; tokens.len()];
        for (start, end, of) in &labelled.spans {
            let inside: Vec<usize> = (0..tokens.len())
                .filter(|at| tokens[*at].start < *end && tokens[*at].end > *start)
                .collect();
            // A span never begins or ends with a line end.
            let trimmed: Vec<usize> = match (
                inside.iter().position(|at| tokens[*at].class != Class::Newline),
                inside.iter().rposition(|at| tokens[*at].class != Class::Newline),
            ) {
                (Some(first), Some(last)) => inside[first..=last].to_vec(),
                _ => continue,
            };
            for at in &trimmed {
                labels[*at] = label(*of, Some(at) == trimmed.first(), Some(at) == trimmed.last());
            }
        }
        let runs = runs(&tokens);
        for run in &runs {
            mend(&mut labels[run.clone()]);
        }
        out.push(Sequence { tokens, labels, runs });
    }
}

fn runs(tokens: &[Token]) -> Vec<std::ops::Range<usize>> {
    let mut gate = Gate::default();
    gate.read(tokens);
    let mut runs: Vec<std::ops::Range<usize>> = Vec::new();
    for at in (0..tokens.len()).filter(|at| gate.is_open(*at)) {
        match runs.last_mut().filter(|run| run.end == at) {
            Some(run) => run.end += 1,
            None => runs.push(at..at + 1),
        }
    }
    runs
}

/// Two spans may share a token, or a segment end inside one: makes the row of labels one that may be.
fn mend(labels: &mut [usize]) {
    for at in 0..labels.len() {
        let before = if at == 0 { OUTSIDE } else { labels[at - 1] };
        if may_follow(before, labels[at]) {
            continue;
        }
        if labels[at] != OUTSIDE && may_follow(OUTSIDE, label(of(labels[at]), true, labels[at] % 4 >= 2)) && before_closes(before) {
            labels[at] = label(of(labels[at]), true, labels[at] % 4 >= 2);
        } else if at > 0 {
            // What stands open before ends there.
            let first = at < 2 || before_closes(labels[at - 2]);
            labels[at - 1] = label(of(before), first, true);
            if !may_follow(labels[at - 1], labels[at]) {
                labels[at] = label(of(labels[at]), true, labels[at] % 4 >= 2);
            }
        }
    }
    if let Some(last) = labels.last().copied()
        && !before_closes(last)
    {
        let at = labels.len() - 1;
        let first = at == 0 || before_closes(labels[at - 1]);
        labels[at] = label(of(last), first, true);
    }
    for at in 0..labels.len() {
        let before = if at == 0 { OUTSIDE } else { labels[at - 1] };
        assert!(may_follow(before, labels[at]), "{labels:?}");
    }
}

fn of(label: usize) -> Type {
    crate::tagger::label::type_of(label)
}

fn before_closes(label: usize) -> bool {
    crate::tagger::label::closes(label)
}

/// Which label may follow which.
pub fn table() -> [[bool; LANES]; LANES] {
    let mut table = [[false; LANES]; LANES];
    for (from, row) in table.iter_mut().enumerate() {
        for (to, may) in row.iter_mut().enumerate() {
            *may = may_follow(from, to);
        }
    }
    table
}
