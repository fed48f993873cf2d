//! What a token may be labelled, and which label may follow which.

/// Labels there are, and the width of a row of weights.
pub(crate) const LANES: usize = 16;
/// The label of what belongs to nothing; its weight is 0, the others' are beside it.
pub(crate) const OUTSIDE: usize = 15;

/// What the tagger finds. Labels go by fours: first, inner, last and only token of a name.
///
/// An address has no label of its own for an only token: its last one serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub(crate) enum Type {
    /// A person's name.
    Person,
    /// A city, region, country, river, sight.
    Location,
    /// A company, authority, club, band.
    Organization,
    /// A street with number, or more of a postal address.
    Address,
}

impl Type {
    /// Gives the type that is an entity type of this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "PERSON" => Some(Self::Person),
            "LOCATION" => Some(Self::Location),
            "ORGANIZATION" => Some(Self::Organization),
            "STREET_ADDRESS" => Some(Self::Address),
            _ => None,
        }
    }
}

/// What part of a name a label stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    First,
    Inner,
    Last,
    Only,
    Outside,
}

/// Gives the type that a label speaks of.
pub(crate) const fn type_of(label: usize) -> Type {
    match label / 4 {
        0 => Type::Person,
        1 => Type::Location,
        2 => Type::Organization,
        _ => Type::Address,
    }
}

/// Gives the part that a label stands for.
pub(crate) const fn part_of(label: usize) -> Part {
    if label >= OUTSIDE {
        return Part::Outside;
    }
    match label % 4 {
        0 => Part::First,
        1 => Part::Inner,
        2 => Part::Last,
        _ => Part::Only,
    }
}

/// Tells whether nothing is open after a label.
pub(crate) const fn closes(label: usize) -> bool {
    matches!(part_of(label), Part::Last | Part::Only | Part::Outside)
}

/// Tells whether a label may stand where nothing is open.
pub(crate) const fn opens(label: usize) -> bool {
    match part_of(label) {
        Part::First | Part::Only | Part::Outside => true,
        Part::Last => matches!(type_of(label), Type::Address),
        Part::Inner => false,
    }
}

/// Tells whether `to` may follow `from`.
pub(crate) const fn may_follow(from: usize, to: usize) -> bool {
    if closes(from) { opens(to) } else { from / 4 == to / 4 && matches!(part_of(to), Part::Inner | Part::Last) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_open_goes_on_or_ends() {
        for from in 0..LANES {
            for to in 0..LANES {
                let same = type_of(from) == type_of(to);
                let expected = match (part_of(from), part_of(to)) {
                    (Part::First | Part::Inner, Part::Inner | Part::Last) => same,
                    (Part::First | Part::Inner, _) | (_, Part::Inner) => false,
                    (_, Part::Last) => type_of(to) == Type::Address,
                    (_, _) => true,
                };
                assert_eq!(may_follow(from, to), expected, "{from} {to}");
            }
        }
    }
}
