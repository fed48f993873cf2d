//! What a vault does for subjects: their keys, opened, and not asked for again within the time that a tombstone may take.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::Vault;
use super::epochs::Epochs;
use super::subjects::{Beside, DataKeyId, Erased, KeyRequest, Known, Rewrapped, SubjectIndex, WrappedKey};
use crate::keys::{KeyError, KeyId};
use crate::transform::{StoreError, SubjectAnswer, SubjectKey, SubjectRequest};

/// So many subjects are remembered; some 20 MB.
const REMEMBERED_MAX: usize = 100_000;
/// A key that is taken away may come back once, by who was about to make one.
const TRIES: usize = 3;
/// So many subjects' keys are looked at, and wrapped anew, at once.
const REWRAP_MAX: usize = 2_000;

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

/// For so long a ring of epochs that could not be read is not asked for again: a provider may take its time to say no.
const AWAY: Duration = Duration::from_secs(1);
/// That it cannot be used is said once in such a time.
const TOLD: Duration = Duration::from_secs(60);

/// When the ring of epochs could not be used the last time, and when that was said.
#[derive(Debug)]
pub(super) struct Away {
    failed: Instant,
    told: Instant,
    why: KeyError,
}

/// What became of data keys that an epoch's end concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    /// The epoch that wraps all of them by now: the one that is the primary key of the ring which this process reads.
    pub epoch: KeyId,
    /// How many are wrapped by the epoch that is now.
    pub moved: u64,
    /// How many were wrapped by one that was destroyed before: they are gone, and what was kept under them.
    pub dropped: u64,
}

/// What became of a data key that is kept.
enum Opening {
    Open(SubjectKey),
    /// Its epoch was destroyed: it opens for nobody any more.
    Lost,
}

impl Vault {
    fn epochs(&self) -> Result<&Epochs, StoreError> {
        let away = self.epochs_away.lock().unwrap_or_else(PoisonError::into_inner);
        if away.as_ref().is_some_and(|away| away.failed.elapsed() < AWAY) {
            return Err(StoreError::Unavailable);
        }
        // A policy that needs them is refused where there are none.
        self.epochs.as_ref().ok_or(StoreError::Refused)
    }

    /// Says that the ring of epochs cannot be used, once in a while.
    fn told(&self, error: KeyError) -> StoreError {
        let failed = Instant::now();
        let mut away = self.epochs_away.lock().unwrap_or_else(PoisonError::into_inner);
        let told = away.as_ref().map(|away| away.told).filter(|told| told.elapsed() < TOLD);
        if told.is_none() {
            tracing::error!(%error, "the ring of epochs cannot be used");
        }
        *away = Some(Away { failed, told: told.unwrap_or(failed), why: error });
        StoreError::Unavailable
    }

    /// Gives why the ring of epochs could not be used when it was asked for a moment ago; nothing where it could, so that the
    /// store itself is what cannot be reached.
    pub fn epochs_failure(&self) -> Option<String> {
        let away = self.epochs_away.lock().unwrap_or_else(PoisonError::into_inner);
        away.as_ref().filter(|away| away.failed.elapsed() < AWAY).map(|away| away.why.to_string())
    }

    /// Tells whether people's keys could be opened.
    pub(super) fn people_ready(&self) -> Result<(), StoreError> {
        self.epochs()?.ring().map(drop).map_err(|error| self.told(error))
    }

    /// Answers for each record whose value it is, in one round trip for those who were not asked about lately.
    pub(super) fn people(&self, asked: &[SubjectRequest]) -> Result<Vec<SubjectAnswer>, StoreError> {
        // What is answered is as old as the question.
        let now = Instant::now();
        let mut open: BTreeMap<SubjectIndex, KeyRequest> = BTreeMap::new();
        let mut drawn: HashMap<DataKeyId, SubjectKey> = HashMap::new();
        let mut answers: Vec<Option<SubjectAnswer>> = Vec::with_capacity(asked.len());
        for request in asked {
            let known = self.remembered.get(&request.index, now).and_then(|person| person.answer(request.time.0));
            if known.is_none() {
                let later = |before: Option<i64>| before.and_then(|before| request.time.0.map(|time| time.max(before)));
                match open.get_mut(&request.index) {
                    Some(KeyRequest { latest, .. }) => *latest = later(*latest),
                    None => {
                        let drawing = self.epochs()?.draw(request.index, &request.domain);
                        let (key, new) = drawing.map_err(|error| self.told(error))?;
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
        let people = self.met(questions, &drawn)?;
        for (subject, person) in &people {
            self.remembered.note(*subject, now, person.clone());
        }
        let fill = |(request, answer): (&SubjectRequest, Option<SubjectAnswer>)| {
            let asked = || people.get(&request.index).and_then(|person| person.answer(request.time.0));
            answer.or_else(asked).ok_or(StoreError::Unavailable)
        };
        asked.iter().zip(answers).map(fill).collect()
    }

    /// Asks the store who they are. Whose key belonged to an epoch that was destroyed, as in a vault from a backup, gets the
    /// one that was drawn: what was kept of them opens for nobody any more, and goes with the old key.
    fn met(
        &self,
        mut questions: Vec<KeyRequest>,
        drawn: &HashMap<DataKeyId, SubjectKey>,
    ) -> Result<HashMap<SubjectIndex, Person>, StoreError> {
        let mut people = HashMap::new();
        for _ in 0..TRIES {
            if questions.is_empty() {
                break;
            }
            let known = self.ask(|backend| backend.keys_of(&questions))?;
            let (mut again, mut lost) = (Vec::new(), Vec::new());
            for (question, Known { key, forgotten }) in questions.into_iter().zip(known) {
                let key = match key {
                    None => None,
                    Some(kept) => match drawn.get(&kept.id) {
                        Some(own) => Some(own.clone()),
                        None => match self.opened(&kept)? {
                            Opening::Open(key) => Some(key),
                            Opening::Lost => {
                                again.push(question);
                                lost.push(kept);
                                continue;
                            }
                        },
                    },
                };
                people.insert(question.new.subject, Person { key, forgotten });
            }
            self.drop_lost(&lost)?;
            questions = again;
        }
        Ok(people)
    }

    /// Takes keys away that open for nobody, and what was kept under them; gives how many went.
    fn drop_lost(&self, lost: &[WrappedKey]) -> Result<u64, StoreError> {
        let Some(WrappedKey { epoch, .. }) = lost.first() else { return Ok(0) };
        let keys: Vec<(SubjectIndex, DataKeyId)> = lost.iter().map(|kept| (kept.subject, kept.id)).collect();
        let dropped = self.backend.drop_keys(&keys);
        // After the rows, or who asks meanwhile would put them back; and where nobody knows whether they went, too.
        self.cache().clear();
        match dropped {
            Ok(keys) => tracing::warn!(
                keys,
                %epoch,
                "subjects' keys belonged to a destroyed epoch, and others take their place: what they sealed opens no more"
            ),
            Err(StoreError::Refused) => tracing::error!(
                keys = lost.len(),
                %epoch,
                "subjects' keys belonged to a destroyed epoch, and the store does not let them be taken away: `privet vault \
                 seal`, with the rights to do that, takes away all of them"
            ),
            Err(_) => {}
        }
        dropped
    }

    fn opened(&self, kept: &WrappedKey) -> Result<Opening, StoreError> {
        let epochs = self.epochs()?;
        match epochs.unwrap(kept) {
            Ok(Some(key)) => Ok(Opening::Open(key)),
            // By now the ring is the newest one.
            Ok(None) if epochs.has_ended(kept.epoch).map_err(|error| self.told(error))? => Ok(Opening::Lost),
            Ok(None) => {
                tracing::error!(epoch = %kept.epoch, "a subject's key cannot be opened: its epoch is not in the ring");
                Err(StoreError::EpochEnded(kept.epoch))
            }
            Err(error) => Err(self.told(error)),
        }
    }

    /// Opens data keys by their names; none where one is gone, or its epoch has ended.
    pub(super) fn named(&self, ids: &[DataKeyId]) -> Result<Vec<Option<SubjectKey>>, StoreError> {
        let open = |kept: Option<WrappedKey>| match kept {
            Some(kept) => self.epochs()?.unwrap(&kept).map_err(|error| self.told(error)),
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
        self.epochs()?.reload().map(|ring| ring.primary()).map_err(|error| self.told(error))
    }

    /// Wraps every data key anew under the ring's primary key; gives how many were moved, and how many went, those of an epoch
    /// that was destroyed before.
    ///
    /// # Errors
    /// Where the store or the ring cannot be reached, or a key cannot be opened: nothing is destroyed then.
    pub fn rewrap(&self) -> Result<Moved, StoreError> {
        let (mut moved, mut dropped) = (0, 0);
        // Once more through all of them until none is left: keys come under the old epoch meanwhile.
        loop {
            let (more, done) = self.rewrap_once()?;
            moved += more.moved;
            dropped += more.dropped;
            if done {
                return Ok(Moved { moved, dropped, ..more });
            }
        }
    }

    /// Goes through all data keys once; gives what became of them, and whether every one was under the epoch that was the
    /// ring's all the time.
    fn rewrap_once(&self) -> Result<(Moved, bool), StoreError> {
        let first = self.epoch()?;
        let (mut all, mut behind, mut is_done) = (Moved { epoch: first, moved: 0, dropped: 0 }, None, true);
        loop {
            // Read each time: who begins another epoch meanwhile has it go on to that one, and not round for ever.
            let epoch = self.epoch()?;
            let Beside { keys, last } = self.backend.keys_beside(epoch, behind.as_ref(), REWRAP_MAX)?;
            is_done &= keys.is_empty() && epoch == first;
            let (mut new, mut lost) = (Vec::with_capacity(keys.len()), Vec::new());
            for kept in keys {
                match self.opened(&kept)? {
                    Opening::Open(key) => {
                        let from = kept.epoch;
                        let key = self.epochs()?.wrap(&key, kept).map_err(|error| self.told(error))?;
                        new.push(Rewrapped { from, key });
                    }
                    Opening::Lost => lost.push(kept),
                }
            }
            all.dropped += self.drop_lost(&lost)?;
            if !new.is_empty() {
                all.moved += self.backend.rewrap(&new)?;
            }
            if last.is_none() {
                return Ok((all, is_done));
            }
            behind = last;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Config, backend};
    use super::*;
    use crate::keys::file::{FileSource, create};
    use crate::keys::{Change, KeyError, KeyRing, KeySource};
    use crate::model::RecordTime;
    use crate::transform::{Answer, Need, Request, Store as _};
    use std::sync::Arc;
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
        let vault = open();
        let before = keys(&vault);
        let of = |key: &SubjectKey, asker| Request {
            subject: Some(ask(1).index),
            person: Some(key.id),
            ..super::super::laws::request(1, asker)
        };
        let row = of(&before[0], 1);
        vault.resolve(std::slice::from_ref(&row)).unwrap();
        drop(vault);
        // Who has read the ring lately is as sure of it as who has not.
        let lately = Config { forgotten_within: Duration::from_secs(600), epochs: epochs.clone(), ..Config::of(&from) };
        let lately = Vault::open(&lately).unwrap();
        lately.ready(Need::Subjects).unwrap();
        drop(lately);
        for change in [Change::Rotate, Change::Disable(first)] {
            files.change(change, NOW).unwrap();
        }
        assert!(open().people(&[ask(1)]).is_err(), "what is disabled only may come back");
        files.change(Change::Destroy(first), NOW).unwrap();
        let vault = open();
        let after = keys(&vault);
        for (before, after) in before.iter().zip(&after) {
            assert!(before.id != after.id && before.key.expose() != after.key.expose());
        }
        // What was sealed under the old key opens for nobody, so its row is gone: the value gets another token.
        assert_eq!(vault.find(&[&row.token]).unwrap(), [None]);
        let anew = of(&after[0], 2);
        assert_eq!(vault.resolve(std::slice::from_ref(&anew)).unwrap(), [Answer::Found(anew.token.clone())]);
        drop(vault);
        let vault = open();
        assert!(keys(&vault).iter().zip(&after).all(|(again, after)| again.key.expose() == after.key.expose()));
        let epoch = files.ledger().unwrap().primary();
        assert_eq!(vault.rewrap(), Ok(Moved { epoch, moved: 0, dropped: 0 }), "they are under the new epoch");
    }

    /// As after a seal of a vault that was brought back from a backup.
    #[test]
    fn keys_of_a_destroyed_epoch_are_counted_as_they_go() {
        let folder = tempfile::tempdir().unwrap();
        let (files, first) = epochs(&folder);
        let epochs = Some((format!("file:{}", files.ring.display()), None));
        let vault = Vault::open(&Config { epochs, ..Config::of("memory:") }).unwrap();
        keys(&vault);
        for change in [Change::Rotate, Change::Disable(first), Change::Destroy(first)] {
            files.change(change, NOW).unwrap();
        }
        let epoch = files.ledger().unwrap().primary();
        assert_eq!(vault.rewrap(), Ok(Moved { epoch, moved: 0, dropped: 2 }));
        assert_eq!(vault.rewrap(), Ok(Moved { epoch, moved: 0, dropped: 0 }));
    }

    #[test]
    fn why_the_ring_of_epochs_cannot_be_used_is_known() {
        let folder = tempfile::tempdir().unwrap();
        let (files, _) = epochs(&folder);
        let state = folder.path().join("state");
        std::fs::create_dir(&state).unwrap();
        let epochs = Some((format!("file:{}", files.ring.display()), None));
        let vault =
            Vault::open(&Config { epochs, epochs_state_dir: Some(state.clone()), ..Config::of("memory:") }).unwrap();
        assert_eq!(vault.epochs_failure(), None);
        files.change(Change::Rotate, NOW).unwrap();
        std::fs::remove_dir_all(&state).unwrap();
        assert_eq!(vault.rewrap(), Err(StoreError::Unavailable));
        assert_eq!(vault.epochs_failure(), Some(KeyError::NoStateDirectory { path: state }.to_string()));
    }

    #[test]
    fn it_is_not_ready_while_the_ring_of_epochs_cannot_be_read() {
        let folder = tempfile::tempdir().unwrap();
        let (files, _) = epochs(&folder);
        let epochs = Some((format!("file:{}", files.ring.display()), None));
        let config = Config { epochs, forgotten_within: Duration::ZERO, ..Config::of("memory:") };
        let vault = Vault::open(&config).unwrap();
        let aside = folder.path().join("aside.json");
        std::fs::rename(&files.ring, &aside).unwrap();
        assert_eq!(vault.ready(Need::Subjects), Err(StoreError::Unavailable), "before anybody asks");
        assert!(vault.people(&[ask(1)]).is_err());
        assert_eq!(vault.ready(Need::Values), Ok(()), "whose values they are matters to others alone");
        assert_eq!(vault.ready(Need::Subjects), Err(StoreError::Unavailable));
        std::fs::rename(&aside, &files.ring).unwrap();
        let end = Instant::now() + Duration::from_secs(30);
        while vault.ready(Need::Subjects).is_err() {
            assert!(Instant::now() < end, "it is there again");
            std::thread::sleep(Duration::from_millis(20));
        }
        assert!(vault.people(&[ask(1)]).is_ok());
    }

    /// A ring that somebody rotates when it is read for so many times.
    #[derive(Debug)]
    struct Turning {
        files: FileSource,
        /// How many reads are left until then; none, and it never does.
        left: Arc<AtomicUsize>,
    }

    impl KeySource for Turning {
        fn open(&self) -> Result<KeyRing, KeyError> {
            let left = self.left.load(Ordering::Relaxed);
            self.left.store(left.saturating_sub(1), Ordering::Relaxed);
            if left == 1 {
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
        let left = Arc::new(AtomicUsize::new(0));
        let turning = Turning { files: files.clone(), left: Arc::clone(&left) };
        let vault = vault.with_epochs(Box::new(turning), None).unwrap();
        keys(&vault);
        files.change(Change::Rotate, NOW).unwrap();
        // In the midst of the first key: the epoch was read twice, and the key opened.
        left.store(4, Ordering::Relaxed);
        vault.rewrap().unwrap();
        let epoch = files.open().unwrap().primary();
        assert_eq!(files.open().unwrap().version(), 3, "it was rotated meanwhile");
        assert_eq!(vault.backend.keys_beside(epoch, None, 10).unwrap().keys, []);
    }
}
