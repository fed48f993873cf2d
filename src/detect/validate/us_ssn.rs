//! United States Social Security numbers: what the Social Security Administration never issues.

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    let (Some(area), Some(group), Some(serial), 9) = (digits.get(..3), digits.get(3..5), digits.get(5..), digits.len())
    else {
        return false;
    };
    let (area, group, serial) = (super::number(area), super::number(group), super::number(serial));
    // SSA: no area 000, 666 or 900 to 999, no group 00, no serial 0000, since randomization as before it.
    // 078-05-1120 and 219-09-9999 were printed in advertisements and withdrawn.
    !matches!(area, 0 | 666 | 900..)
        && group != 0
        && serial != 0
        && !matches!((area, group, serial), (78, 5, 1120) | (219, 9, 9999))
}

#[cfg(test)]
mod tests {
    /// SSA, "Social Security Number Randomization Frequently Asked Questions".
    #[test]
    fn what_is_never_issued() {
        assert!(super::accepts("536-90-4399"));
        assert!(super::accepts("078051121"));
        for text in
            ["000-12-3456", "666-12-3456", "900-12-3456", "123-00-4567", "123-45-0000", "078-05-1120", "12345678"]
        {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
