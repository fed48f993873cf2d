//! How much of labelled texts a model finds, and how much of what it finds is right.

use crate::tagger::label::Type;
use crate::tagger::{Sensitivity, TagScratch, Tagger};
use crate::text::Labelled;

#[derive(Debug, Default, Clone, Copy)]
pub struct Counts {
    pub right: usize,
    pub gold: usize,
    pub found: usize,
}

impl Counts {
    fn line(self) -> String {
        let share = |a: usize, b: usize| if b == 0 { 0.0 } else { a as f64 / b as f64 };
        let (precision, recall) = (share(self.right, self.found), share(self.right, self.gold));
        let f1 = if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 };
        format!("recall {recall:.3} precision {precision:.3} F1 {f1:.3} ({})", self.gold)
    }

    pub fn recall(self) -> f64 {
        self.right as f64 / self.gold.max(1) as f64
    }

    pub fn precision(self) -> f64 {
        self.right as f64 / self.found.max(1) as f64
    }

    pub fn f1(self) -> f64 {
        2.0 * self.right as f64 / (self.gold + self.found).max(1) as f64
    }
}

/// Measures texts as they are; `with` are the types that count for coverage.
pub fn measure(tagger: &Tagger<'_>, texts: &[Labelled], sensitivity: Sensitivity, with: &[Type]) -> (Counts, [Counts; 4]) {
    let mut cover = Counts::default();
    let mut exact = [Counts::default(); 4];
    let mut scratch = TagScratch::default();
    for text in texts {
        let mut found = Vec::new();
        tagger.tag(&text.text, &text.known(), sensitivity, &mut scratch, |tag| found.push((tag.span.start, tag.span.end, tag.of)));
        for of in 0..4 {
            let is = |span: &&(usize, usize, Type)| span.2 as usize == of;
            exact[of].gold += text.spans.iter().filter(is).count();
            exact[of].found += found.iter().filter(is).count();
            exact[of].right += text.spans.iter().filter(is).filter(|span| found.contains(span)).count();
        }
        let mut bytes = vec![0_u8; text.text.len()];
        for (bit, spans) in [(1, &text.spans), (2, &found)] {
            for (start, end, _) in spans.iter().filter(|span| with.contains(&span.2)) {
                bytes[*start..*end].iter_mut().for_each(|byte| *byte |= bit);
            }
        }
        for (at, _) in text.text.char_indices() {
            cover.gold += usize::from(bytes[at] & 1);
            cover.found += usize::from(bytes[at] >> 1);
            cover.right += usize::from(bytes[at] == 3);
        }
    }
    (cover, exact)
}

/// Writes the figures of texts as they are, all lower and all upper.
pub fn table(tagger: &Tagger<'_>, name: &str, texts: &[Labelled]) -> String {
    use std::fmt::Write as _;
    let mut out = String::new();
    let cases: [(&str, fn(char, &mut String)); 3] = [
        ("as is", |c, out| out.push(c)),
        ("lower", |c, out| out.extend(c.to_lowercase())),
        ("upper", |c, out| out.extend(c.to_uppercase())),
    ];
    for (case, write) in cases {
        let texts: Vec<Labelled> = texts.iter().map(|text| text.rewrite(|_, c, out| write(c, out))).collect();
        for sensitivity in [Sensitivity::Balanced, Sensitivity::High] {
            if sensitivity == Sensitivity::High && case != "as is" {
                continue;
            }
            let shipped = [Type::Person, Type::Location, Type::Address];
            let (cover, exact) = measure(tagger, &texts, sensitivity, &shipped);
            let all = [Type::Person, Type::Location, Type::Address, Type::Organization];
            let (with, _) = measure(tagger, &texts, sensitivity, &all);
            let _ = writeln!(out, "{name:9} {case} {sensitivity:?}: cover {} | with ORG {}", cover.line(), with.line());
            let _ = writeln!(
                out,
                "            PER {} LOC {:.3} ORG {:.3} ADR {:.3} ({})",
                exact[0].line(), exact[1].f1(), exact[2].f1(), exact[3].f1(), exact[3].gold
            );
        }
    }
    out
}

/// Writes what each bias on nothing gives, in three casings: recall and precision of the characters covered, as shipped
/// and with organisations, and exact persons; last the recall at a precision of 0.75, by interpolation.
pub fn sweep(model: impl Fn(f32) -> Vec<u8>, texts: &[Labelled]) -> String {
    use std::fmt::Write as _;
    const AIM: f64 = 0.75;
    let shipped = [Type::Person, Type::Location, Type::Address];
    let all = [Type::Person, Type::Location, Type::Address, Type::Organization];
    let cases: [fn(&Labelled) -> Labelled; 3] = [Labelled::clone, crate::change::lower, crate::change::upper];
    let mut out = String::new();
    for write in cases {
        let texts: Vec<Labelled> = texts.iter().map(write).collect();
        let mut at_aim = [0.0_f64; 2];
        let mut last = [(0.0, 0.0); 2];
        let mut best = 0.0_f64;
        for step in 0..7 {
            let bias = step as f32 * 0.5 - 1.5;
            let bytes = model(bias);
            let Some(tagger) = Tagger::read(&bytes) else { continue };
            let (cover, exact) = measure(&tagger, &texts, Sensitivity::Balanced, &shipped);
            let (with, _) = measure(&tagger, &texts, Sensitivity::Balanced, &all);
            best = best.max(exact[0].f1());
            for (place, counts) in [cover, with].into_iter().enumerate() {
                let (recall, precision) = (counts.recall(), counts.precision());
                let (old_recall, old_precision) = last[place];
                if precision >= AIM && old_precision < AIM && old_precision > 0.0 {
                    let part = (AIM - old_precision) / (precision - old_precision);
                    at_aim[place] = at_aim[place].max(old_recall + part * (recall - old_recall));
                } else if precision >= AIM {
                    at_aim[place] = at_aim[place].max(recall);
                }
                last[place] = (recall, precision);
            }
            let _ = write!(out, "{bias:.1}: {:.3}/{:.3} {:.3}/{:.3} PER {:.3} LOC {:.3}; ", cover.recall(), cover.precision(), with.recall(), with.precision(), exact[0].f1(), exact[1].f1());
        }
        let _ = writeln!(out, "\nAT {:.3} {:.3} PER {best:.3}", at_aim[0], at_aim[1]);
    }
    out
}

/// Writes one line of figures: coverage as shipped and with organisations, and exact persons and places, in three casings.
pub fn line(tagger: &Tagger<'_>, texts: &[Labelled]) -> String {
    use std::fmt::Write as _;
    let mut out = String::new();
    let shipped = [Type::Person, Type::Location, Type::Address];
    let all = [Type::Person, Type::Location, Type::Address, Type::Organization];
    let cases: [fn(&Labelled) -> Labelled; 3] = [Labelled::clone, crate::change::lower, crate::change::upper];
    for write in cases {
        let texts: Vec<Labelled> = texts.iter().map(write).collect();
        let (cover, exact) = measure(tagger, &texts, Sensitivity::Balanced, &shipped);
        let (with, _) = measure(tagger, &texts, Sensitivity::Balanced, &all);
        let _ = write!(out, "{:.3} {:.3} PER {:.3} LOC {:.3} | ", cover.f1(), with.f1(), exact[0].f1(), exact[1].f1());
    }
    out
}

/// Writes how many findings are wrong for which cause, as texts are, all lower and all upper. Each labelled span that was not
/// found as it is counts once, and so does each finding that touches none.
pub fn causes(tagger: &Tagger<'_>, texts: &[Labelled]) -> String {
    use std::collections::BTreeMap;
    use std::fmt::Write as _;
    let cases: [(&str, fn(&Labelled) -> Labelled); 3] = [("as is", Labelled::clone), ("lower", crate::change::lower), ("upper", crate::change::upper)];
    let written = |name: &str| {
        let (upper, lower) = (name.chars().any(char::is_uppercase), name.chars().any(char::is_lowercase));
        if !upper { "in lower case" } else if !lower { "in capitals" } else { "with a capital" }
    };
    let mut out = String::new();
    for (case, write) in cases {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        let mut scratch = TagScratch::default();
        for own in texts {
            let text = write(own);
            let mut found = Vec::new();
            tagger.tag(&text.text, &text.known(), Sensitivity::Balanced, &mut scratch, |tag| found.push((tag.span.start, tag.span.end, tag.of)));
            // How a word is written is told by the text as it was: the spans of both stand in one order.
            for (span, as_it_was) in text.spans.iter().zip(&own.spans).filter(|(span, _)| !found.contains(*span)) {
                let over: Vec<_> = found.iter().filter(|tag| tag.0 < span.1 && tag.1 > span.0).collect();
                let cause = match over.as_slice() {
                    [] => format!("{:?} not found, {}", span.2, written(&own.text[as_it_was.0..as_it_was.1])),
                    over if over.iter().any(|tag| tag.2 == span.2) => "ends wrong".to_owned(),
                    [other, ..] => format!("{:?} taken for {:?}", span.2, other.2),
                };
                *counts.entry(cause).or_default() += 1;
            }
            for tag in found.iter().filter(|tag| !text.spans.iter().any(|span| span.0 < tag.1 && span.1 > tag.0)) {
                let cause = format!("{:?} where nothing is, {}", tag.2, written(&text.text[tag.0..tag.1]));
                *counts.entry(cause).or_default() += 1;
            }
        }
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by_key(|(cause, count)| (std::cmp::Reverse(*count), cause.clone()));
        let all: usize = counts.iter().map(|(_, count)| count).sum();
        let _ = writeln!(out, "causes {case}: {all}");
        for (cause, count) in counts {
            let _ = writeln!(out, "{count:6} {cause}");
        }
    }
    out
}

/// Writes what was missed and what was found wrongly, with the words around.
pub fn errors(tagger: &Tagger<'_>, texts: &[Labelled]) -> String {
    use std::fmt::Write as _;
    let mut out = String::new();
    let mut scratch = TagScratch::default();
    for text in texts {
        let mut found = Vec::new();
        tagger.tag(&text.text, &text.known(), Sensitivity::Balanced, &mut scratch, |tag| found.push((tag.span.start, tag.span.end, tag.of, tag.probability)));
        let near = |start: usize, end: usize| {
            let mut from = start.saturating_sub(30);
            let mut to = (end + 30).min(text.text.len());
            while !text.text.is_char_boundary(from) { from -= 1 }
            while !text.text.is_char_boundary(to) { to += 1 }
            format!("{}[[{}]]{}", &text.text[from..start], &text.text[start..end], &text.text[end..to]).replace('\n', "\\n")
        };
        for (start, end, of) in &text.spans {
            if !found.iter().any(|tag| tag.0 == *start && tag.1 == *end && tag.2 == *of) {
                let over: Vec<_> = found.iter().filter(|tag| tag.0 < *end && tag.1 > *start).map(|tag| format!("{:?} {}", tag.2, &text.text[tag.0..tag.1])).collect();
                let _ = writeln!(out, "MISS {of:?} {} => {over:?}", near(*start, *end));
            }
        }
        for tag in &found {
            if !text.spans.iter().any(|span| span.0 < tag.1 && span.1 > tag.0) {
                let _ = writeln!(out, "MORE {:?} {} {}", tag.2, tag.3, near(tag.0, tag.1));
            }
        }
    }
    out
}

/// Writes how often a finding of a probability touches a labelled span, in ten classes, and how far off the
/// probabilities are together.
pub fn calibration(tagger: &Tagger<'_>, texts: &[Labelled], sensitivity: Sensitivity) -> String {
    use std::fmt::Write as _;
    let mut classes = [(0_usize, 0_usize, 0.0_f64); 10];
    let mut scratch = TagScratch::default();
    for text in texts {
        tagger.tag(&text.text, &text.known(), sensitivity, &mut scratch, |tag| {
            let right = text.spans.iter().any(|span| span.0 < tag.span.end && span.1 > tag.span.start);
            let class = &mut classes[(usize::from(tag.probability) / 50).saturating_sub(10).min(9)];
            class.0 += usize::from(right);
            class.1 += 1;
            class.2 += f64::from(tag.probability) / 1000.0;
        });
    }
    let mut out = String::new();
    let all: usize = classes.iter().map(|class| class.1).sum();
    let mut off = 0.0;
    for (at, (right, count, sum)) in classes.into_iter().enumerate().filter(|(_, class)| class.1 > 0) {
        let (mean, share) = (sum / count as f64, right as f64 / count as f64);
        off += (mean - share).abs() * count as f64 / all as f64;
        let _ = write!(out, "{:.2}: {share:.2} of {count}; ", 0.5 + at as f64 * 0.05);
    }
    format!("calibration {out}off by {off:.3}\n")
}
