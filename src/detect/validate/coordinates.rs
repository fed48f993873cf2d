//! Pairs of latitude and longitude in range (ISO 6709).

pub(super) fn accepts(text: &str) -> bool {
    let numbers: Vec<f64> = text
        .split(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-' | '+')))
        .flat_map(signed)
        .filter_map(|number| number.parse().ok())
        .collect();
    let is_in_range = |latitude: f64, longitude: f64| latitude.abs() <= 90.0 && longitude.abs() <= 180.0;
    match numbers.as_slice() {
        // `POINT(13.4 52.5)` has the longitude first.
        [one, two] => is_in_range(*one, *two) || is_in_range(*two, *one),
        // Degrees and minutes.
        [one, minutes, two, minutes2] => is_in_range(*one, *two) && *minutes < 60.0 && *minutes2 < 60.0,
        // Degrees, minutes and seconds.
        [one, minutes, seconds, two, minutes2, seconds2] => {
            is_in_range(*one, *two) && [minutes, seconds, minutes2, seconds2].iter().all(|part| **part < 60.0)
        }
        _ => false,
    }
}

/// Splits `+52.5200+013.4050` before each sign.
fn signed(text: &str) -> Vec<&str> {
    let starts: Vec<usize> = text.match_indices(['+', '-']).map(|(at, _)| at).filter(|at| *at > 0).collect();
    let mut parts = Vec::new();
    let mut begin = 0;
    for end in starts.into_iter().chain([text.len()]) {
        parts.extend(text.get(begin..end).filter(|part| part.contains(|c: char| c.is_ascii_digit())));
        begin = end;
    }
    parts
}

#[cfg(test)]
mod tests {
    /// The examples of ISO 6709, annex H, and of RFC 5870, section 6.
    #[test]
    fn published_points() {
        for text in [
            "40.20361, -75.00417",
            "+40.20361-075.00417",
            "geo:48.2010,16.3695",
            "POINT(13.4050 52.5200)",
            "50°40'46.461\"N 95°48'26.533\"W",
            "50°40.77435'N 95°48.44222'W",
        ] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["91.20361, 190.00417", "200.5, 95.1", "50°70'46\"N 95°48'26\"W", "1.5", ""] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
