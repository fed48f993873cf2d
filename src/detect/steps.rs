//! Counts the work of detection, and of telling what it found, while tests run: what a hostile text costs, which time
//! cannot tell.

#[cfg(test)]
thread_local! {
    static STEPS: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
    static LIMITS: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// Notes so many steps, each about a byte read; nothing outside of tests.
#[inline]
pub(crate) fn add(steps: usize) {
    #[cfg(test)]
    STEPS.with(|sum| sum.set(sum.get() + u64::try_from(steps).unwrap_or(u64::MAX)));
    #[cfg(not(test))]
    let _ = steps;
}

/// Notes that look-around reached its limit; nothing outside of tests.
pub(super) fn limit() {
    #[cfg(test)]
    LIMITS.with(|sum| sum.set(sum.get() + 1));
}

/// Gives the steps of this thread since it was asked last.
#[cfg(test)]
pub(crate) fn take() -> u64 {
    STEPS.with(|sum| sum.replace(0))
}

/// Gives how often look-around reached its limit in this thread since it was asked last.
#[cfg(test)]
pub(super) fn take_limits() -> u64 {
    LIMITS.with(|sum| sum.replace(0))
}
