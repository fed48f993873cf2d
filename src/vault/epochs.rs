//! Epochs: the wrapping keys of data keys. An epoch is a key of a ring of its own, and its end is that key's end.
//!
//! What is wrapped stays readable from a backup for as long as its epoch's key is somewhere. So an epoch ends by a new
//! primary key, all that survives wrapped anew, and the old key destroyed.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use super::subjects::{DataKeyId, SubjectIndex, WrappedKey};
use crate::keys::{Derivation, KeyError, KeyId, KeyRing, KeySource, Purpose, RingKey, Siv, derive, parts};
use crate::model::Sensitive;
use crate::transform::SubjectKey;

/// The ring of the epochs.
pub struct Epochs {
    source: Box<dyn KeySource>,
    /// How old what is known of the ring may be: half of what a tombstone may take, so that whoever ends an epoch need not
    /// wait for longer.
    age_max: Duration,
    opened: Mutex<(Instant, Arc<KeyRing>)>,
    random: SystemRandom,
}

impl fmt::Debug for Epochs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Epochs").field("source", &self.source).finish_non_exhaustive()
    }
}

impl Epochs {
    /// Opens the ring; what ends an epoch is known within that time.
    ///
    /// # Errors
    /// Where it cannot be opened.
    pub fn open(source: Box<dyn KeySource>, within: Duration) -> Result<Self, KeyError> {
        let ring = Arc::new(source.open()?);
        let opened = Mutex::new((Instant::now(), ring));
        Ok(Self { source, age_max: within / 2, opened, random: SystemRandom::new() })
    }

    /// Gives the ring as it is now, or was [lately](Self::open); where it cannot be read any more, that is an error.
    ///
    /// # Errors
    /// Where it cannot be opened.
    pub fn ring(&self) -> Result<Arc<KeyRing>, KeyError> {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if opened.0.elapsed() >= self.age_max {
            *opened = (Instant::now(), Arc::new(self.source.open()?));
        }
        Ok(Arc::clone(&opened.1))
    }

    /// Reads the ring anew, whatever its age.
    ///
    /// # Errors
    /// Where it cannot be opened.
    pub fn reload(&self) -> Result<Arc<KeyRing>, KeyError> {
        let ring = Arc::new(self.source.open()?);
        *self.opened.lock().unwrap_or_else(PoisonError::into_inner) = (Instant::now(), Arc::clone(&ring));
        Ok(ring)
    }

    /// Draws a data key for a subject; gives it as it is used, and as it is kept.
    ///
    /// # Errors
    /// Where the ring cannot be opened, or the library refuses.
    pub fn draw(&self, subject: SubjectIndex, domain: &str) -> Result<(SubjectKey, WrappedKey), KeyError> {
        let (mut id, mut key): (DataKeyId, _) = ([0; 16], Zeroizing::new([0; 32]));
        self.random.fill(&mut id).and_then(|()| self.random.fill(&mut *key)).map_err(|_| KeyError::Refused)?;
        let key = SubjectKey { id, key: Arc::new(Sensitive::new(*key)) };
        let wrapped = WrappedKey { id, subject, domain: domain.to_owned(), epoch: KeyId([0; 4]), wrapped: Vec::new() };
        let wrapped = self.wrap(&key, wrapped)?;
        Ok((key, wrapped))
    }

    /// Gives a data key as it is kept from now on: under the primary key.
    ///
    /// # Errors
    /// Where the ring cannot be opened, or the library refuses.
    pub fn wrap(&self, key: &SubjectKey, about: WrappedKey) -> Result<WrappedKey, KeyError> {
        let ring = self.ring()?;
        let epoch = ring.key(ring.primary())?;
        let mut wrapped = key.key.expose().to_vec();
        siv(epoch)?.seal(&header(&about)?, &mut wrapped)?;
        Ok(WrappedKey { epoch: epoch.id(), wrapped, ..about })
    }

    /// Opens a data key; nothing where it is not what was wrapped, or its epoch has ended.
    ///
    /// # Errors
    /// Where the ring cannot be opened.
    pub fn unwrap(&self, key: &WrappedKey) -> Result<Option<SubjectKey>, KeyError> {
        let mut ring = self.ring()?;
        if ring.key(key.epoch).is_err() {
            // Another process may have begun an epoch just now.
            ring = self.reload()?;
        }
        let Ok(epoch) = ring.key(key.epoch) else { return Ok(None) };
        let opened = siv(epoch)?.open(&header(key)?, &key.wrapped);
        let key = |bytes: Zeroizing<Vec<u8>>| {
            let bytes: [u8; 32] = bytes.as_slice().try_into().ok()?;
            Some(SubjectKey { id: key.id, key: Arc::new(Sensitive::new(bytes)) })
        };
        Ok(opened.and_then(key))
    }
}

fn siv(epoch: &RingKey) -> Result<Siv, KeyError> {
    let derivation = Derivation { tenant: "", scope: "", kind: "DATA_KEY", canonical: 0 };
    Siv::new(derive(epoch, Purpose::Wrap, &derivation)?)
}

/// A wrapped key cannot be taken for another subject's.
fn header(key: &WrappedKey) -> Result<Vec<u8>, KeyError> {
    parts(&[b"data-key", key.domain.as_bytes(), &key.subject, &key.id])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::Change;
    use crate::keys::file::{FileSource, create};

    #[test]
    fn what_is_wrapped_opens_until_its_epoch_ends() {
        let folder = tempfile::tempdir().unwrap();
        let (ring, root) = (folder.path().join("epochs.keyring.json"), folder.path().join("epochs.root.json"));
        let files = || FileSource::parse(ring.clone(), None).unwrap();
        let now = jiff::Timestamp::from_second(1_800_000_000).unwrap();
        let first = create("epochs", &ring, &root, now).unwrap();
        let open = || Epochs::open(Box::new(files()), Duration::from_secs(60)).unwrap();
        let epochs = open();
        let (key, wrapped) = epochs.draw([7; 32], "customer").unwrap();
        assert_eq!(wrapped.epoch, first);
        assert!(!wrapped.wrapped.windows(8).any(|part| key.key.expose().starts_with(part)));
        let same = |opened: Option<SubjectKey>| opened.is_some_and(|opened| opened.key.expose() == key.key.expose());
        assert!(same(epochs.unwrap(&wrapped).unwrap()));
        for other in [
            WrappedKey { subject: [8; 32], ..wrapped.clone() },
            WrappedKey { domain: "employee".into(), ..wrapped.clone() },
            WrappedKey { id: [0; 16], ..wrapped.clone() },
            WrappedKey { epoch: KeyId([9; 4]), ..wrapped.clone() },
        ] {
            assert!(epochs.unwrap(&other).unwrap().is_none(), "{other:?}");
        }
        files().change(Change::Rotate, now + jiff::SignedDuration::from_secs(60)).unwrap();
        // Who began before does not know the new epoch until half a minute has passed; who meets it does.
        let again = open().wrap(&key, wrapped.clone()).unwrap();
        assert_ne!(again.epoch, first);
        assert!(same(epochs.unwrap(&again).unwrap()));
        files().change(Change::Disable(first), now + jiff::SignedDuration::from_secs(80)).unwrap();
        files().change(Change::Destroy(first), now + jiff::SignedDuration::from_secs(90)).unwrap();
        assert!(open().unwrap(&wrapped).unwrap().is_none(), "what a backup holds is of no use");
        assert!(same(open().unwrap(&again).unwrap()));
    }
}
