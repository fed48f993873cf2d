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
use crate::keys::{
    Derivation, KeyError, KeyId, KeyRing, KeySource, Purpose, RingKey, Seen, Sighting, Siv, derive, parts,
};
use crate::model::Sensitive;
use crate::transform::SubjectKey;

/// The ring of the epochs.
pub struct Epochs {
    source: Box<dyn KeySource>,
    /// How old what is known of the ring may be: half of what a tombstone may take, so that whoever ends an epoch need not
    /// wait for longer.
    age_max: Duration,
    opened: Mutex<(Instant, Arc<KeyRing>)>,
    /// Where the newest version is remembered when the process ends.
    seen: Option<Seen>,
    random: SystemRandom,
}

impl fmt::Debug for Epochs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Epochs").field("source", &self.source).finish_non_exhaustive()
    }
}

impl Epochs {
    /// Opens the ring; what ends an epoch is known within that time. An older ring than one that `seen` has noted, or that
    /// this opened before, is not believed: it would bring back an epoch that has ended.
    ///
    /// # Errors
    /// Where it cannot be opened, or is an older one.
    pub fn open(source: Box<dyn KeySource>, within: Duration, seen: Option<Seen>) -> Result<Self, KeyError> {
        let ring = Arc::new(source.open()?);
        if let Some(seen) = &seen {
            seen.note(&Sighting::from(&*ring))?;
        }
        let opened = Mutex::new((Instant::now(), ring));
        Ok(Self { source, age_max: within / 2, opened, seen, random: SystemRandom::new() })
    }

    /// Gives the ring as it is now, or was [lately](Self::open); where it cannot be read any more, that is an error.
    ///
    /// # Errors
    /// Where it cannot be opened.
    pub fn ring(&self) -> Result<Arc<KeyRing>, KeyError> {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if opened.0.elapsed() >= self.age_max {
            // What is read is as old as the question.
            let at = Instant::now();
            *opened = (at, self.next(&opened.1)?);
        }
        Ok(Arc::clone(&opened.1))
    }

    /// Reads the ring, and believes it where it is none older than `known`.
    fn next(&self, known: &KeyRing) -> Result<Arc<KeyRing>, KeyError> {
        let ring = self.source.open()?;
        let sighting = Sighting::from(&ring);
        Sighting::from(known).followed_by(&sighting)?;
        if let Some(seen) = self.seen.as_ref().filter(|_| ring.version() > known.version()) {
            seen.note(&sighting)?;
        }
        Ok(Arc::new(ring))
    }

    /// Reads the ring anew, whatever its age.
    ///
    /// # Errors
    /// Where it cannot be opened.
    pub fn reload(&self) -> Result<Arc<KeyRing>, KeyError> {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        let at = Instant::now();
        let ring = self.next(&opened.1)?;
        *opened = (at, Arc::clone(&ring));
        Ok(ring)
    }

    /// Tells whether an epoch's key is destroyed, so that nothing opens what it wrapped.
    ///
    /// # Errors
    /// Where the ring cannot be opened.
    pub fn has_ended(&self, epoch: KeyId) -> Result<bool, KeyError> {
        Ok(matches!(self.ring()?.key(epoch), Err(KeyError::DestroyedKey(_))))
    }

    /// Draws a data key for a subject; gives it as it is used, and as it is kept.
    ///
    /// # Errors
    /// Where the ring cannot be opened, or the library refuses.
    pub fn draw(&self, subject: SubjectIndex, domain: &str) -> Result<(SubjectKey, WrappedKey), KeyError> {
        let mut id: DataKeyId = [0; 16];
        self.random.fill(&mut id).map_err(|_| KeyError::Refused)?;
        self.draw_as(id, subject, domain)
    }

    /// Draws a data key of that name.
    ///
    /// # Errors
    /// As [`Epochs::draw`].
    pub fn draw_as(
        &self,
        id: DataKeyId,
        subject: SubjectIndex,
        domain: &str,
    ) -> Result<(SubjectKey, WrappedKey), KeyError> {
        let mut key = Zeroizing::new([0; 32]);
        self.random.fill(&mut *key).map_err(|_| KeyError::Refused)?;
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
        // Large enough from the start: growing would leave a copy of the key behind.
        let mut wrapped = Vec::with_capacity(key.key.expose().len() + Siv::OVERHEAD);
        wrapped.extend_from_slice(key.key.expose());
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

    /// A copy of the ring from before a seal would bring back what was destroyed, and take new keys under it.
    #[test]
    fn an_old_copy_of_the_ring_brings_no_epoch_back() {
        let folder = tempfile::tempdir().unwrap();
        let (ring, root) = (folder.path().join("epochs.keyring.json"), folder.path().join("epochs.root.json"));
        let now = jiff::Timestamp::UNIX_EPOCH;
        let files = || FileSource::parse(ring.clone(), None).unwrap();
        let first = create("epochs", &ring, &root, now).unwrap();
        let old = std::fs::read(&ring).unwrap();
        let open = |seen| Epochs::open(Box::new(files()), Duration::ZERO, seen);
        let seen = || Some(Seen { directory: folder.path().to_owned() });
        let (epochs, remembering) = (open(None).unwrap(), open(seen()).unwrap());
        let (_, wrapped) = epochs.draw([7; 32], "customer").unwrap();
        for change in [Change::Rotate, Change::Disable(first), Change::Destroy(first)] {
            files().change(change, now).unwrap();
        }
        assert!(epochs.has_ended(first).unwrap() && epochs.unwrap(&wrapped).unwrap().is_none());
        remembering.ring().unwrap();
        std::fs::write(&ring, &old).unwrap();
        for epochs in [&epochs, &remembering] {
            let older =
                |done: Result<_, KeyError>| matches!(done, Err(KeyError::RolledBack { found: 1, least: 4, .. }));
            assert!(older(epochs.ring().map(drop)) && older(epochs.reload().map(drop)));
            assert!(older(epochs.unwrap(&wrapped).map(drop)) && older(epochs.draw([8; 32], "customer").map(drop)));
        }
        assert!(open(None).is_ok(), "who has seen nothing believes it");
        assert!(matches!(open(seen()), Err(KeyError::RolledBack { found: 1, least: 4, .. })));
        // Another history of the same length.
        files().change(Change::Rotate, now).unwrap();
        for change in [Change::Disable(first), Change::Enable(first)] {
            files().change(change, now).unwrap();
        }
        assert!(matches!(epochs.ring(), Err(KeyError::Forked { version: 4 })));
    }

    #[test]
    fn what_is_wrapped_opens_until_its_epoch_ends() {
        let folder = tempfile::tempdir().unwrap();
        let (ring, root) = (folder.path().join("epochs.keyring.json"), folder.path().join("epochs.root.json"));
        let files = || FileSource::parse(ring.clone(), None).unwrap();
        let now = jiff::Timestamp::from_second(1_800_000_000).unwrap();
        let first = create("epochs", &ring, &root, now).unwrap();
        let open = || Epochs::open(Box::new(files()), Duration::from_secs(60), None).unwrap();
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
