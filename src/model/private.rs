//! Whether a file that holds a key is private enough.

/// What is said of one that is not.
pub const TOO_OPEN: &str = "others may reach it or the group may write it; use 0400, 0440, 0600 or 0640";

/// Tells whether permission bits keep others out, and let the group read at most: as mounted Kubernetes secrets need.
pub const fn is_private(mode: u32) -> bool {
    mode & 0o027 == 0
}

#[cfg(test)]
mod tests {
    use super::is_private;

    #[test]
    fn the_group_may_read_and_nobody_else() {
        for fine in [0o400, 0o440, 0o600, 0o640, 0o700] {
            assert!(is_private(fine), "{fine:o}");
        }
        for open in [0o644, 0o660, 0o620, 0o601, 0o604, 0o602, 0o777] {
            assert!(!is_private(open), "{open:o}");
        }
    }
}
