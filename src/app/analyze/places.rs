//! Where the ends of findings stand, in the unit that offsets are asked for.

use crate::app::cli::Offsets;
use crate::detect::steps;
use crate::engine::FoundText;

/// The ends of all findings of one text, counted in one walk over it.
#[derive(Debug)]
pub struct Places(Vec<(usize, usize)>);

impl Places {
    /// Counts what stands before each end of the findings of a text.
    pub fn of(text: &FoundText, offsets: Offsets) -> Self {
        let spans = text.found.iter().map(|one| one.finding.span);
        let mut ends: Vec<usize> = spans.flat_map(|span| [span.start, span.end]).collect();
        ends.sort_unstable();
        ends.dedup();
        let (mut at, mut count) = (0, 0_usize);
        let counted = ends.into_iter().map(|end| {
            count = count.saturating_add(offsets.count(text.text.get(at..end).unwrap_or_default()));
            at = end;
            (end, count)
        });
        Self(counted.collect())
    }

    /// Gives what stands before a byte that is an end of a finding.
    pub fn before(&self, byte: usize) -> usize {
        let at = self.0.partition_point(|(end, _)| *end < byte);
        self.0.get(at).map_or(byte, |(_, count)| *count)
    }
}

impl Offsets {
    /// Counts a text.
    fn count(self, text: &str) -> usize {
        steps::add(text.len());
        match self {
            Self::Chars => text.chars().count(),
            Self::Bytes => text.len(),
            Self::Utf16 => text.encode_utf16().count(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::json;
    use super::*;
    use crate::batch::{Analyzed, Row};
    use crate::detect::{DetectScratch, RecognizerSet, TaggerUse};
    use crate::engine::{Outcomes, Record, Scratch, Settings, Trace, process};
    use crate::format::Kind;
    use crate::model::{Origin, RecordTime, Score};
    use crate::policy::{Plan, Search};

    #[test]
    fn offsets_count_what_they_say() {
        for (offsets, expected) in [(Offsets::Chars, 2), (Offsets::Bytes, 6), (Offsets::Utf16, 3)] {
            assert_eq!(offsets.count("é😀"), expected);
        }
    }

    /// The steps that it takes to tell what is in a text.
    fn cost(plan: &Plan, text: &str, offsets: Offsets) -> u64 {
        let origin = Origin::File { file: "-".into(), line: 1 };
        let settings = Settings { trace: Trace::Findings, ..Settings::default() };
        let (mut scratch, mut outcomes) = (Scratch::new(), Outcomes::default());
        let record = Record {
            origin: &origin,
            time: RecordTime(None),
            format: Kind::Text.format().unwrap(),
            value: Some(text.as_bytes()),
            key: None,
            headers: &[],
        };
        steps::take();
        process(plan, &[record], &settings, &mut scratch, &mut outcomes).unwrap();
        let found = Ok(outcomes.outcomes()[0].found.clone());
        let analyzed = Analyzed { origin, row: Row::Record, found };
        let asked = json::Asked { offsets, explain: true, file: None, record: 1 };
        let line = json::record(plan, &analyzed, &asked, &mut DetectScratch::default());
        assert!(line.matches("entity_type").count() > text.len() / 64, "{line}");
        steps::take()
    }

    #[test]
    fn many_findings_of_one_text_cost_in_proportion_to_it() {
        for (names, threshold, unit) in [
            (vec![], 400, "aaaa@b.zzz "),
            (vec![], 400, "bob@corp.com, "),
            (vec![], 0, "+1 "),
            // Some are changed and some are left; some are of a family.
            (vec!["*".to_owned()], 0, "bob@corp.com 10.0.0.1 https://a.example.org 123456789 "),
        ] {
            let search = Search { names, threshold: Score::from_thousandths(threshold) };
            let plan = Plan::searching(RecognizerSet::builtin(), &search).unwrap().with_tagger(TaggerUse::Off);
            for offsets in [Offsets::Chars, Offsets::Utf16] {
                let [small, great] = [500, 4000].map(|count| cost(&plan, &unit.repeat(count), offsets));
                assert!(great < small * 10, "{unit:?} {offsets:?}: {small} steps, {great} for 8 times the text");
            }
        }
    }
}
