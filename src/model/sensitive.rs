//! A wrapper for what must never be shown.

use std::fmt;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroize;

/// Holds a raw value or key: no `Display`, a `Debug` that says nothing, zeroed when dropped, compared in a time that tells nothing
/// but the lengths.
#[derive(Clone)]
pub struct Sensitive<T: Zeroize>(T);

impl<T: Zeroize> Sensitive<T> {
    /// Takes the value into custody.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// Gives the value to who says that it needs it.
    pub const fn expose(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize> fmt::Debug for Sensitive<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sensitive(..)")
    }
}

impl<T: Zeroize + AsRef<[u8]>> PartialEq for Sensitive<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_ref().ct_eq(other.0.as_ref()).into()
    }
}

impl<T: Zeroize + AsRef<[u8]>> Eq for Sensitive<T> {}

impl<T: Zeroize> Drop for Sensitive<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;
    use std::rc::Rc;

    /// Notes what it holds when it was zeroed, as it is dropped.
    struct Noted(Vec<u8>, Rc<RefCell<Vec<u8>>>);

    impl Zeroize for Noted {
        fn zeroize(&mut self) {
            self.0.as_mut_slice().zeroize();
        }
    }

    impl Drop for Noted {
        fn drop(&mut self) {
            self.1.borrow_mut().clone_from(&self.0);
        }
    }

    #[test]
    fn what_is_dropped_was_zeroed_before() {
        let last = Rc::default();
        drop(Sensitive::new(Noted(b"4711".to_vec(), Rc::clone(&last))));
        assert_eq!(*last.borrow(), [0; 4]);
    }

    #[test]
    fn equal_is_what_holds_the_same_bytes() {
        let text = |text: &str| Sensitive::new(text.to_owned());
        assert!(text("Ada") == text("Ada") && text("") == text(""));
        assert!(text("Ada") != text("Adb") && text("Ada") != text("Ad") && text("Ada") != text(""));
        assert!(
            Sensitive::new([1_u8, 2]) == Sensitive::new([1, 2]) && Sensitive::new([1_u8, 2]) != Sensitive::new([2, 2])
        );
        assert_eq!(format!("{:?}", text("Ada")), "Sensitive(..)");
    }
}
