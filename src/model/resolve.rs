//! Which finding has which bytes, where findings overlap.

use super::{Finding, Span, Validation};
use std::collections::BTreeSet;

/// How strong a claim is; a greater one wins where two claims partly overlap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Strength {
    /// What vouches for it: 0 to 3 for nothing, a weak validator, a strong one, the field's name or
    /// the policy's own list.
    pub validated: u8,
    /// The claim's length in bytes.
    pub len: usize,
    /// The score in thousandths.
    pub score: u16,
    /// A smaller place in the recognizer table is more specific; stored inverted.
    pub specificity: u16,
}

impl Strength {
    /// Weighs a finding.
    pub fn of(finding: &Finding) -> Self {
        let validated = match finding.validation {
            _ if finding.pattern == Finding::BY_FIELD_NAME || finding.is_by_policy() => 3,
            Validation::None | Validation::Failed => 0,
            Validation::Weak => 1,
            Validation::Strong => 2,
        };
        Self {
            validated,
            len: finding.span.len(),
            score: finding.score.thousandths(),
            specificity: u16::MAX - finding.recognizer.0,
        }
    }
}

/// A span somebody claims, and the place of the claim in the caller's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// What is claimed.
    pub span: Span,
    /// How strong the claim is.
    pub strength: Strength,
    /// The caller's own number for it.
    pub id: usize,
}

/// Resolves overlaps in place: afterwards no two claims share a byte, and they stand in the order of the text.
///
/// The law: every byte that a claim covered is covered by exactly one claim. A contained claim gives way to its
/// container; in a partial overlap the weaker keeps what is left of it; what is left without a letter or digit of
/// `text` joins its neighbour. Empty claims vanish. The cost is that of sorting.
pub fn resolve(claims: &mut Vec<Claim>, text: &str) {
    claims.retain(|claim| !claim.span.is_empty());
    if claims.len() < 2 {
        return;
    }
    drop_contained(claims);
    if claims.is_sorted_by(|one, next| one.span.end <= next.span.start) {
        return;
    }
    let mut order: Vec<usize> = (0..claims.len()).collect();
    order.sort_by_key(|&at| {
        claims.get(at).map(|claim| std::cmp::Reverse((claim.strength, std::cmp::Reverse(claim.id))))
    });
    // No claim contains another, so starts and ends rise together: a stronger neighbour can only cut an end off, and
    // what is settled stands in the order of the claims and apart, so that the nearest on either side are all that cut.
    let original: Vec<Span> = claims.iter().map(|claim| claim.span).collect();
    let mut settled: BTreeSet<usize> = BTreeSet::new();
    for at in order {
        let Some(&whole) = original.get(at) else { continue };
        let place = |other: Option<&usize>| other.and_then(|other| claims.get(*other)).map(|claim| claim.span);
        let start = place(settled.range(..at).next_back()).map_or(whole.start, |left| left.end.max(whole.start));
        let end = place(settled.range(at..).next()).map_or(whole.end, |right| right.start.min(whole.end));
        if let Some(claim) = claims.get_mut(at) {
            claim.span = Span::new(start, end);
        }
        settled.insert(at);
    }
    join_remainders(claims, &original, text);
}

/// Removes every claim that another contains; of two equal spans the stronger stays.
fn drop_contained(claims: &mut Vec<Claim>) {
    claims.sort_by(|a, b| {
        a.span
            .start
            .cmp(&b.span.start)
            .then(b.span.end.cmp(&a.span.end))
            .then(b.strength.cmp(&a.strength))
            .then(a.id.cmp(&b.id))
    });
    let mut reach = 0;
    claims.retain(|claim| {
        let stands = claim.span.end > reach;
        reach = reach.max(claim.span.end);
        stands
    });
}

/// Gives remainders without a letter or digit to the neighbour that cut them off.
fn join_remainders(claims: &mut Vec<Claim>, original: &[Span], text: &str) {
    let mut joined: Vec<Claim> = Vec::with_capacity(claims.len());
    let mut pending: Option<Claim> = None;
    for (claim, whole) in claims.iter().zip(original) {
        let mut claim = *claim;
        let bare = claim.span != *whole && !claim.span.of(text).chars().any(char::is_alphanumeric);
        if let Some(before) = pending.take() {
            if before.span.end == claim.span.start {
                claim.span.start = before.span.start;
            } else {
                joined.push(before);
            }
        }
        match joined.last_mut() {
            _ if !bare => joined.push(claim),
            Some(before) if before.span.end == claim.span.start => before.span.end = claim.span.end,
            _ => pending = Some(claim),
        }
    }
    joined.extend(pending);
    *claims = joined;
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn claims(spans: &[(usize, usize, u16)]) -> Vec<Claim> {
        spans
            .iter()
            .enumerate()
            .map(|(id, &(start, end, score))| Claim {
                span: Span::new(start, end),
                strength: Strength { validated: 0, len: end.saturating_sub(start), score, specificity: 0 },
                id,
            })
            .collect()
    }

    fn resolved(spans: &[(usize, usize, u16)], text: &str) -> Vec<(usize, usize, usize)> {
        let mut claims = claims(spans);
        resolve(&mut claims, text);
        claims.iter().map(|claim| (claim.span.start, claim.span.end, claim.id)).collect()
    }

    #[test]
    fn a_contained_claim_gives_way() {
        assert_eq!(resolved(&[(0, 10, 100), (2, 5, 900)], "abcdefghij"), [(0, 10, 0)]);
    }

    #[test]
    fn the_weaker_keeps_what_is_left() {
        assert_eq!(resolved(&[(0, 6, 500), (4, 9, 400)], "abcdefghij"), [(0, 6, 0), (6, 9, 1)]);
    }

    #[test]
    fn a_remainder_of_punctuation_joins_its_neighbour() {
        assert_eq!(resolved(&[(0, 6, 500), (4, 8, 400)], "abcdef..ij"), [(0, 8, 0)]);
        assert_eq!(resolved(&[(0, 4, 400), (2, 8, 500)], "..cdefghij"), [(0, 8, 1)]);
        assert_eq!(resolved(&[(0, 2, 400), (1, 3, 500)], "...defghij"), [(0, 3, 1)]);
    }

    /// Settles each claim against all that are stronger.
    fn settled_one_by_one(claims: &mut [Claim]) {
        let mut order: Vec<usize> = (0..claims.len()).collect();
        order.sort_by_key(|&at| std::cmp::Reverse((claims[at].strength, std::cmp::Reverse(claims[at].id))));
        for (done, &at) in order.iter().enumerate() {
            for &other in &order[..done] {
                let (own, other_span) = (claims[at].span, claims[other].span);
                if own.overlaps(other_span) {
                    claims[at].span = if other < at {
                        Span::new(other_span.end, own.end)
                    } else {
                        Span::new(own.start, other_span.start)
                    };
                }
            }
        }
    }

    #[test]
    fn very_many_claims_are_resolved() {
        let spans: Vec<_> = (0..400_000).map(|at| (at * 3, at * 3 + 5, 400)).collect();
        let text = "x".repeat(1_200_010);
        let covered: usize = resolved(&spans, &text).iter().map(|(start, end, _)| end - start).sum();
        assert_eq!(covered, 1_200_002);
    }

    proptest! {
        #[test]
        fn the_nearest_cut_as_all_do(spans in prop::collection::vec((0usize..40, 1usize..15, 0u16..5), 0..12)) {
            let spans: Vec<_> = spans.iter().map(|&(start, len, score)| (start, start + len, score)).collect();
            let mut one_by_one = claims(&spans);
            drop_contained(&mut one_by_one);
            settled_one_by_one(&mut one_by_one);
            let one_by_one: Vec<_> = one_by_one
                .iter()
                .filter(|claim| !claim.span.is_empty())
                .map(|claim| (claim.span.start, claim.span.end, claim.id))
                .collect();
            let found: Vec<_> = resolved(&spans, &"x".repeat(60)).into_iter().filter(|one| one.0 < one.1).collect();
            prop_assert_eq!(found, one_by_one);
        }

        #[test]
        fn every_claimed_byte_is_covered_exactly_once(
            spans in prop::collection::vec((0usize..40, 0usize..15, 0u16..5), 0..12),
            text in "[a-z .]{60}",
        ) {
            let spans: Vec<_> = spans.iter().map(|&(start, len, score)| (start, start + len, score)).collect();
            let mut cover = vec![0; 60];
            for (start, end, _) in resolved(&spans, &text) {
                for byte in &mut cover[start..end] { *byte += 1; }
            }
            for (at, count) in cover.into_iter().enumerate() {
                let claimed = spans.iter().any(|&(start, end, _)| start <= at && at < end);
                prop_assert_eq!(count, usize::from(claimed), "byte {}", at);
            }
        }
    }
}
