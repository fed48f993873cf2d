//! Memory that a scan reuses.

/// Memory that a scan reuses; one for each worker. Bounded, and bound to the last set it was used with.
#[derive(Debug, Default)]
pub struct DetectScratch {}
