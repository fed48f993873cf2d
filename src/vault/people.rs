//! What a vault does for subjects: their keys, opened, and not asked for again within the time that a tombstone may take.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::Vault;
use super::epochs::Epochs;
use super::subjects::{Erased, KeyRequest, Known, Rewrapped, SubjectIndex, WrappedKey};
use crate::keys::KeyId;
use crate::transform::{StoreError, SubjectAnswer, SubjectKey, SubjectRequest};

/// So many subjects are remembered; some 20 MB.
const REMEMBERED_MAX: usize = 100_000;
/// So many keys are wrapped anew at once.
const REWRAP_MAX: usize = 1_000;

/// What was answered lately.
#[derive(Debug)]
pub(super) struct Remembered {
    /// How long what is known of a subject is used: a tombstone is honoured within this time. Who cannot ask by then waits.
    within: Duration,
    known: Mutex<HashMap<SubjectIndex, (Instant, Person)>>,
}

/// A subject, its key open.
#[derive(Debug, Clone)]
struct Person {
    key: Option<SubjectKey>,
    forgotten: Option<i64>,
}

impl Person {
    /// Answers for a record of that time; nothing where the store must be asked.
    fn answer(&self, time: Option<i64>) -> Option<SubjectAnswer> {
        match (time, self.forgotten) {
            (Some(time), Some(until)) if time <= until => Some(SubjectAnswer::Forgotten),
            _ => self.key.clone().map(SubjectAnswer::Key),
        }
    }
}

impl Remembered {
    pub(super) fn within(within: Duration) -> Self {
        Self { within, known: Mutex::default() }
    }

    fn get(&self, subject: &SubjectIndex, now: Instant) -> Option<Person> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, person) = known.get(subject)?;
        (now.saturating_duration_since(*since) < self.within).then(|| person.clone())
    }

    fn note(&self, subject: SubjectIndex, now: Instant, person: Person) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED_MAX {
            known.clear();
        }
        known.insert(subject, (now, person));
    }

    pub(super) fn drop_all(&self) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl Vault {
    fn epochs(&self) -> Result<&Epochs, StoreError> {
        // A policy that needs them is refused where there are none.
        self.epochs.as_ref().ok_or(StoreError::Refused)
    }

    /// Answers for each record whose value it is, in one round trip for those who were not asked about lately.
    pub(super) fn people(&self, asked: &[SubjectRequest]) -> Result<Vec<SubjectAnswer>, StoreError> {
        let now = Instant::now();
        let mut open: BTreeMap<SubjectIndex, KeyRequest> = BTreeMap::new();
        let mut drawn: HashMap<[u8; 16], SubjectKey> = HashMap::new();
        let mut answers: Vec<Option<SubjectAnswer>> = Vec::with_capacity(asked.len());
        for request in asked {
            let known = self.remembered.get(&request.index, now).and_then(|person| person.answer(request.time.0));
            if known.is_none() {
                let later = |before: Option<i64>| before.and_then(|before| request.time.0.map(|time| time.max(before)));
                match open.get_mut(&request.index) {
                    Some(question) => question.latest = later(question.latest),
                    None => {
                        let (key, new) = self.epochs()?.draw(request.index, &request.domain).map_err(told)?;
                        drawn.insert(key.id, key);
                        open.insert(request.index, KeyRequest { new, latest: request.time.0 });
                    }
                }
            }
            answers.push(known);
        }
        let questions: Vec<KeyRequest> = open.into_values().collect();
        let answered = answers.iter().filter(|answer| answer.is_some()).count();
        self.note_lookups(answered.saturating_add(questions.len()), questions.len());
        let mut people: HashMap<SubjectIndex, Person> = HashMap::new();
        if !questions.is_empty() {
            for (question, Known { key, forgotten }) in
                questions.iter().zip(self.ask(|backend| backend.keys_of(&questions))?)
            {
                let key = match key {
                    None => None,
                    Some(kept) => Some(match drawn.remove(&kept.id) {
                        Some(own) => own,
                        None => self.opened_or_anew(&kept)?,
                    }),
                };
                let person = Person { key, forgotten };
                self.remembered.note(question.new.subject, now, person.clone());
                people.insert(question.new.subject, person);
            }
        }
        let fill = |(request, answer): (&SubjectRequest, Option<SubjectAnswer>)| {
            let asked = || people.get(&request.index).and_then(|person| person.answer(request.time.0));
            answer.or_else(asked).ok_or(StoreError::Unavailable)
        };
        asked.iter().zip(answers).map(fill).collect()
    }

    fn opened(&self, kept: &WrappedKey) -> Result<SubjectKey, StoreError> {
        match self.epochs()?.unwrap(kept) {
            Ok(Some(key)) => Ok(key),
            Ok(None) => {
                tracing::error!(epoch = %kept.epoch, "a subject's key cannot be opened: its epoch is not in the ring");
                Err(StoreError::EpochEnded(kept.epoch))
            }
            Err(error) => Err(told(error)),
        }
    }

    /// Opens a data key. One whose epoch was destroyed, as in a vault from a backup, opens for nobody any more: another takes
    /// its place, since else nothing more could be written for its subject.
    fn opened_or_anew(&self, kept: &WrappedKey) -> Result<SubjectKey, StoreError> {
        if !self.epochs()?.has_ended(kept.epoch).map_err(told)? {
            return self.opened(kept);
        }
        let (key, new) = self.epochs()?.draw_as(kept.id, kept.subject, &kept.domain).map_err(told)?;
        if self.backend.rewrap(&[Rewrapped { from: kept.epoch, key: new }])? == 0 {
            // Another process was quicker: what it drew is there when this is asked again.
            return Err(StoreError::Unavailable);
        }
        tracing::warn!(
            epoch = %kept.epoch,
            "a subject's key belonged to a destroyed epoch, and has another in its place: what it sealed opens no more"
        );
        Ok(key)
    }

    /// Opens data keys by their names; none where one is gone, or its epoch has ended.
    pub(super) fn named(&self, ids: &[[u8; 16]]) -> Result<Vec<Option<SubjectKey>>, StoreError> {
        let open = |kept: Option<WrappedKey>| match kept {
            Some(kept) => self.epochs()?.unwrap(&kept).map_err(told),
            None => Ok(None),
        };
        self.backend.find_keys(ids)?.into_iter().map(open).collect()
    }

    /// Forgets a subject: its key and rows go, and records until `until` (milliseconds since 1970) are somebody's who
    /// is not to come back. Other processes honour it [within their time](super::Config::forgotten_within).
    ///
    /// # Errors
    /// Where the store cannot be reached or refuses.
    pub fn forget(&self, subject: &SubjectIndex, domain: &str, until: i64) -> Result<Erased, StoreError> {
        let erased = self.backend.forget(subject, domain, until)?;
        self.remembered.drop_all();
        self.cache().clear();
        Ok(erased)
    }

    /// Gives the epoch under which data keys are wrapped now, as the ring says at this moment.
    ///
    /// # Errors
    /// Where the ring of epochs cannot be opened, or there is none.
    pub fn epoch(&self) -> Result<KeyId, StoreError> {
        self.epochs()?.reload().map(|ring| ring.primary()).map_err(told)
    }

    /// Wraps every data key anew under the ring's primary key; gives how many were moved.
    ///
    /// # Errors
    /// Where the store or the ring cannot be reached, or a key cannot be opened: nothing is destroyed then.
    pub fn rewrap(&self) -> Result<u64, StoreError> {
        let mut moved = 0;
        loop {
            // Read each time: who begins another epoch meanwhile has it go on to that one, and not round for ever.
            let epoch = self.epoch()?;
            let old = self.backend.keys_beside(epoch, REWRAP_MAX)?;
            if old.is_empty() {
                return Ok(moved);
            }
            let anew = |kept: WrappedKey| {
                let (from, key) = (kept.epoch, self.opened_or_anew(&kept)?);
                Ok(Rewrapped { from, key: self.epochs()?.wrap(&key, kept).map_err(told)? })
            };
            let new: Vec<Rewrapped> = old.into_iter().map(anew).collect::<Result<_, StoreError>>()?;
            moved += self.backend.rewrap(&new)?;
        }
    }
}

fn told(error: crate::keys::KeyError) -> StoreError {
    tracing::error!(%error, "the ring of epochs cannot be used");
    StoreError::Unavailable
}

#[cfg(test)]
mod tests {
    use super::super::{Config, backend};
    use super::*;
    use crate::keys::file::{FileSource, create};
    use crate::keys::{Change, KeyError, KeyRing, KeySource};
    use crate::model::RecordTime;
    use std::sync::atomic::{AtomicUsize, Ordering};

    const NOW: jiff::Timestamp = jiff::Timestamp::UNIX_EPOCH;

    fn epochs(folder: &tempfile::TempDir) -> (FileSource, KeyId) {
        let ring = folder.path().join("epochs.json");
        let first = create("epochs", &ring, &folder.path().join("epochs.root.json"), NOW).unwrap();
        (FileSource::parse(ring, None).unwrap(), first)
    }

    fn ask(number: u8) -> SubjectRequest {
        SubjectRequest { domain: "customer".into(), index: [number; 32], time: RecordTime(None) }
    }

    fn keys(vault: &Vault) -> Vec<SubjectKey> {
        let key = |answer| match answer {
            SubjectAnswer::Key(key) => key,
            SubjectAnswer::Forgotten => panic!("nobody was forgotten"),
        };
        vault.people(&[ask(1), ask(2)]).unwrap().into_iter().map(key).collect()
    }

    /// As with a vault that was brought back from a backup after its epoch had ended.
    #[test]
    fn whose_epoch_was_destroyed_has_another_key() {
        let folder = tempfile::tempdir().unwrap();
        let (files, first) = epochs(&folder);
        let from = format!("redb:{}", folder.path().join("vault.redb").display());
        let epochs = Some((format!("file:{}", files.ring.display()), None));
        let open = || Vault::open(&Config { epochs: epochs.clone(), ..Config::of(&from) }).unwrap();
        let before = keys(&open());
        for change in [Change::Rotate, Change::Disable(first)] {
            files.change(change, NOW).unwrap();
        }
        assert!(open().people(&[ask(1)]).is_err(), "what is disabled only may come back");
        files.change(Change::Destroy(first), NOW).unwrap();
        let vault = open();
        let after = keys(&vault);
        for (before, after) in before.iter().zip(&after) {
            assert_eq!(before.id, after.id);
            assert!(before.key.expose() != after.key.expose());
        }
        drop(vault);
        let vault = open();
        assert!(keys(&vault).iter().zip(&after).all(|(again, after)| again.key.expose() == after.key.expose()));
        assert_eq!(vault.rewrap(), Ok(0), "they are under the new epoch");
    }

    /// A ring that somebody rotates when it is read for so many times.
    #[derive(Debug)]
    struct Turning {
        files: FileSource,
        reads: AtomicUsize,
    }

    impl KeySource for Turning {
        fn open(&self) -> Result<KeyRing, KeyError> {
            if self.reads.fetch_add(1, Ordering::Relaxed) == 8 {
                self.files.change(Change::Rotate, NOW)?;
            }
            self.files.open()
        }
    }

    #[test]
    fn keys_follow_an_epoch_that_begins_meanwhile() {
        let folder = tempfile::tempdir().unwrap();
        let (files, _) = epochs(&folder);
        let (row, rest) = backend("memory:").unwrap();
        let vault = Vault::new((row.open)(rest, &Config::of("memory:")).unwrap(), Duration::ZERO);
        let turning = Turning { files: files.clone(), reads: AtomicUsize::new(0) };
        let vault = vault.with_epochs(Box::new(turning), None).unwrap();
        keys(&vault);
        files.change(Change::Rotate, NOW).unwrap();
        vault.rewrap().unwrap();
        let epoch = files.open().unwrap().primary();
        assert_eq!(files.open().unwrap().version(), 3, "it was rotated meanwhile");
        assert_eq!(vault.backend.keys_beside(epoch, 10), Ok(vec![]));
    }
}
