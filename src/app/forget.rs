//! `privet forget` and `privet vault seal`: what was kept of a person goes, and then what backups could open it with.

use super::cli::{ForgetArguments, SealArguments};
use super::config::{self, RingSettings, Settings};
use super::exit::{Exit, answer, tell};
use super::plan::Loader;
use super::receipt::{self, Receipt, Signer};
use super::vault_socket::{self, Live};
use super::vaults;
use crate::keys::file::FileSource;
use crate::keys::{self, Change, KeyError, KeyId, Seen, Sighting, Status};
use crate::policy::Plan;
use crate::transform::{KEYED_VALUE_MAX, OperatorError, StoreError, SubjectNames};
use crate::vault::subjects::{Erased, SubjectIndex};
use crate::vault::{self, Moved, OpenError, Vault};
use data_encoding::HEXLOWER;
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read as _};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The vault, or the process that has it open.
enum Reached {
    Own(Box<Vault>),
    Live(Live),
}

impl Reached {
    /// Opens the vault; one that another process has open is reached through that process.
    ///
    /// None is made: what is not there holds nobody, and a receipt for it would say that somebody is gone.
    fn open(config: &vault::Config) -> Result<Self, Exit> {
        let lacks = match config.from.split_once(':') {
            Some(("redb", file)) if !Path::new(file).exists() => Some(format!("there is no vault at {file}")),
            Some(("memory", _)) => Some("a vault in memory is that of the process which made it".to_owned()),
            _ => None,
        };
        if let Some(lacks) = lacks {
            tell(lacks);
            return Err(Exit::Usage);
        }
        match Vault::open(config) {
            Ok(vault) => Ok(Self::Own(Box::new(vault))),
            Err(OpenError::InUse(path)) => vault_socket::reach(&path).map(Self::Live),
            Err(error) => {
                tell(&error);
                Err(if error.is_usage() { Exit::Usage } else { Exit::InputOutput })
            }
        }
    }

    fn forget(&mut self, subject: &SubjectIndex, domain: &str, until: i64) -> Result<Erased, StoreError> {
        match self {
            Self::Own(vault) => vault.forget(subject, domain, until),
            Self::Live(live) => live.forget(subject, domain, until),
        }
    }

    fn rewrap(&mut self) -> Result<Moved, StoreError> {
        match self {
            Self::Own(vault) => vault.rewrap(),
            Self::Live(live) => live.rewrap(),
        }
    }
}

fn settings(path: &Path) -> Result<Settings, Exit> {
    config::load_for_command(path).map(|(settings, _)| settings).map_err(|error| {
        tell(&error);
        error.exit()
    })
}

fn vault_of(settings: &Settings) -> Result<&vault::Config, Exit> {
    let with_epochs = settings.vault.as_ref().filter(|vault| vault.epochs.is_some());
    with_epochs.ok_or_else(|| {
        tell("the configuration has no `vault` with `epochs`: there are no subjects to forget");
        Exit::Usage
    })
}

fn key_error(error: &KeyError) -> Exit {
    tell(error);
    Exit::Usage
}

fn unanswered(error: StoreError) -> Exit {
    tell(error);
    match error {
        StoreError::Unavailable => Exit::StartAgain,
        StoreError::Refused | StoreError::EpochEnded(_) => Exit::InputOutput,
    }
}

/// Forgets subjects, one a line, and prints a receipt for each.
pub(super) fn forget(arguments: &ForgetArguments) -> Exit {
    try_forget(arguments).unwrap_or_else(|exit| exit)
}

fn try_forget(arguments: &ForgetArguments) -> Result<Exit, Exit> {
    let settings = settings(&arguments.config)?;
    let config = vault_of(&settings)?;
    if arguments.until.is_some_and(|until| until > jiff::Timestamp::now()) {
        tell("--until is in the future: who is forgotten is so up to now at most; ask again when that time has come");
        return Err(Exit::Usage);
    }
    let signer = Signer::read(&arguments.receipt_key).map_err(|error| receipt::refused(&error))?;
    let (names, disabled) = names(&settings, arguments)?;
    let plans = plans(&settings)?;
    warn_of_kind(&names, &plans);
    // Whatever is wrong with any of them is found before anybody is forgotten.
    let read = subjects(arguments)?;
    let subjects = named(&names, &plans, &read)?;
    let topics = dead_letter_topics(&plans);
    let epoch = epoch(config)?;
    let mut reached = Reached::open(config)?;
    let until = arguments.until.unwrap_or_else(jiff::Timestamp::now);
    for (done, (named, Subject { line, .. })) in subjects.iter().zip(&read).enumerate() {
        let mut erased = Erased::default();
        for name in named.all() {
            let one = reached.forget(name, &arguments.ring, until.as_millisecond()).map_err(|error| {
                tell(format_args!(
                    "{done} of {} subjects are forgotten, and have receipts; of the next one something may be gone already, \
                     which no receipt counts. Give all of them again: twice does no harm",
                    subjects.len()
                ));
                unanswered(error)
            })?;
            erased.keys = erased.keys.saturating_add(one.keys);
            erased.tokens = erased.tokens.saturating_add(one.tokens);
        }
        if erased == Erased::default() {
            tell(format_args!(
                "line {line}: nothing was kept of this {} of the ring {}; look at the kind (--as) and at the spelling, in which \
                 white space at the ends counts",
                names.kind(),
                arguments.ring
            ));
        }
        // What was copied until now may still hold them.
        let at = jiff::Timestamp::now();
        let mut receipt = common("forget", config);
        receipt.insert("at".into(), at.to_string().into());
        let hex = |names: &[SubjectIndex]| names.iter().map(|name| HEXLOWER.encode(name)).collect::<Vec<_>>();
        receipt.insert("subject".into(), HEXLOWER.encode(&named.index).into());
        receipt.insert("subject_under_younger_keys".into(), hex(&named.younger).into());
        if !named.elsewhere.is_empty() {
            receipt.insert("subject_in_other_regions".into(), hex(&named.elsewhere).into());
        }
        receipt.insert("ring".into(), arguments.ring.clone().into());
        receipt.insert("records_until".into(), until.to_string().into());
        receipt.insert("erased_keys".into(), erased.keys.into());
        receipt.insert("erased_tokens".into(), erased.tokens.into());
        receipt.insert("epoch".into(), epoch.to_string().into());
        let pending = pending(&at, epoch, config, (&disabled, &topics));
        receipt.insert("pending".into(), pending.into());
        match answer(&signer.sign(receipt)) {
            Exit::Done => {}
            failed => return Err(failed),
        }
    }
    Ok(Exit::Done)
}

/// What may still hold somebody who was forgotten at that time.
fn pending(
    at: &jiff::Timestamp,
    epoch: KeyId,
    config: &vault::Config,
    (disabled, topics): (&[KeyId], &[String]),
) -> Vec<String> {
    let backups = format!(
        "backups and logs of the store from before {at}: what they hold opens until epoch {epoch} is destroyed \
         (`privet vault seal`) or every one of them has expired"
    );
    let others = format!("other processes: honoured within {} s", config.forgotten_within.as_secs_f32());
    let mut pending = vec![backups, others];
    pending.extend(disabled.iter().map(|id| {
        format!(
            "the key {id} of the ring is disabled: what was kept under the name that it gave the person is not found; \
             forget them again should it be enabled"
        )
    }));
    pending.extend(
        topics
            .iter()
            .map(|topic| format!("the dead-letter topic {topic}: outside of this until its retention has passed")),
    );
    pending
}

/// Names subjects as the operators of that ring do; gives the keys besides by which they may be named and are not.
fn names(settings: &Settings, arguments: &ForgetArguments) -> Result<(SubjectNames, Vec<KeyId>), Exit> {
    let Some(RingSettings { from, root, state_dir }) = settings.rings.get(&arguments.ring) else {
        tell(format_args!("the configuration has no ring {} under `rings`", arguments.ring));
        return Err(Exit::Usage);
    };
    let ring = keys::source(from, root.as_deref()).and_then(|source| source.open());
    let names = ring.and_then(|ring| {
        // By another name no product would know it, and the receipt would name a ring that is none.
        if ring.name() != arguments.ring {
            return Err(KeyError::ForeignRing { found: ring.name().to_owned() });
        }
        // An older copy would name them by fewer keys.
        if let Some(directory) = state_dir.clone() {
            Seen { directory }.note(&Sighting::from(&ring))?;
        }
        Ok((
            SubjectNames::new(&ring, &settings.tenant, arguments.kind.as_deref(), None)?,
            ring.disabled().collect::<Vec<_>>(),
        ))
    });
    names.map_err(|error| key_error(&error))
}

/// Warns of a kind by which no product knows anybody now: it is mistaken, or of an earlier policy.
fn warn_of_kind(names: &SubjectNames, plans: &[Plan]) {
    let of_products = plans.iter().flat_map(Plan::contexts).filter_map(|(operator, _)| operator.subject_names());
    let kinds: BTreeSet<&str> =
        of_products.filter(|known| known.domain() == names.domain()).map(SubjectNames::kind).collect();
    if kinds.is_empty() || kinds.contains(names.kind()) {
        return;
    }
    tell(format_args!(
        "no product knows the subjects of the ring {} as {} now; if that is no kind of an earlier policy, give --as {}, the \
         policy's `subject_as`",
        names.domain(),
        names.kind(),
        kinds.into_iter().collect::<Vec<_>>().join(" or ")
    ));
}

/// What one subject is called: by the ring's eldest enabled key, by the others, and in other regions.
struct Named {
    index: SubjectIndex,
    younger: Vec<SubjectIndex>,
    elsewhere: Vec<SubjectIndex>,
}

impl Named {
    fn all(&self) -> impl Iterator<Item = &SubjectIndex> {
        self.younger.iter().chain(&self.elsewhere).chain([&self.index])
    }
}

/// Names each subject under every enabled key, and as every product does: regions tell telephone numbers apart.
fn named(plain: &SubjectNames, plans: &[Plan], subjects: &[Subject]) -> Result<Vec<Named>, Exit> {
    let same = |names: &&SubjectNames| names.domain() == plain.domain() && names.kind() == plain.kind();
    let of_products = plans.iter().flat_map(Plan::contexts).filter_map(|(operator, _)| operator.subject_names());
    let all: Vec<&SubjectNames> = of_products.filter(same).chain([plain]).collect();
    let one = |text: &str| {
        let mut named: Option<Named> = None;
        for names in &all {
            let (index, younger) = (names.index(text)?, names.others(text)?);
            match &mut named {
                None => named = Some(Named { index, younger, elsewhere: Vec::new() }),
                Some(named) => {
                    for name in younger.into_iter().chain([index]) {
                        if !named.all().any(|known| *known == name) {
                            named.elsewhere.push(name);
                        }
                    }
                }
            }
        }
        named.ok_or(OperatorError::NoSubject)
    };
    let told = |Subject { line, text }: &Subject| {
        one(text).map_err(|error| {
            tell(format_args!("line {line}: {error}; nobody was forgotten"));
            Exit::Usage
        })
    };
    subjects.iter().map(told).collect()
}

/// A subject, and the line that it stood on.
struct Subject {
    line: u64,
    text: Zeroizing<String>,
}

/// Reads subjects, one a line: never from the command line, which others see.
fn subjects(arguments: &ForgetArguments) -> Result<Vec<Subject>, Exit> {
    let mut input: Box<dyn BufRead> = match &arguments.subjects {
        Some(path) => match std::fs::File::open(path) {
            Ok(file) => Box::new(BufReader::new(file)),
            Err(error) => {
                tell(format_args!("{}: {error}", path.display()));
                return Err(Exit::InputOutput);
            }
        },
        None => Box::new(std::io::stdin().lock()),
    };
    let all = read_subjects(&mut input).map_err(|Unread { line, what, exit }| {
        tell(format_args!("line {line}: {what}; nobody was forgotten"));
        exit
    })?;
    if all.is_empty() {
        tell("there is no subject: give one a line, on standard input or with --subjects FILE");
        return Err(Exit::Usage);
    }
    Ok(all)
}

/// Why subjects cannot be read.
#[derive(Debug)]
struct Unread {
    line: u64,
    what: String,
    exit: Exit,
}

/// Reads lines that are not blank, with the white space at their ends: the subject of a record may have it, too.
fn read_subjects(input: &mut dyn BufRead) -> Result<Vec<Subject>, Unread> {
    // A line's end counts no more than the subject before it may; room for it all, since growing would leave copies behind.
    let room = KEYED_VALUE_MAX + 2;
    let limit = u64::try_from(room).unwrap_or(u64::MAX);
    let mut all = Vec::new();
    for line in 1.. {
        let mut read = Zeroizing::new(String::with_capacity(room));
        let count = input.take(limit).read_line(&mut read).map_err(|error| Unread {
            line,
            what: unreadable(error.kind()),
            exit: Exit::InputOutput,
        })?;
        if count == 0 {
            break;
        }
        let text = read.trim_end_matches(['\n', '\r']);
        // The rest of a line that is too long would be taken for somebody else.
        if text.len() > KEYED_VALUE_MAX || (count >= room && !read.ends_with('\n')) {
            let what = format!("longer than {KEYED_VALUE_MAX} bytes, and one a line is a subject");
            return Err(Unread { line, what, exit: Exit::Usage });
        }
        if !text.trim().is_empty() {
            all.push(Subject { line, text: Zeroizing::new(text.to_owned()) });
        }
    }
    Ok(all)
}

fn unreadable(kind: std::io::ErrorKind) -> String {
    match kind {
        std::io::ErrorKind::InvalidData => "it is not UTF-8".to_owned(),
        kind => kind.to_string(),
    }
}

/// The plans of the products.
fn plans(settings: &Settings) -> Result<Vec<Plan>, Exit> {
    let failed = |error: super::plan::LoadError| {
        tell(&error);
        error.exit()
    };
    let loader = Loader::of(settings).map_err(failed)?;
    settings.products.iter().map(|product| loader.plan(&product.policy).map_err(failed)).collect()
}

/// The topics that records may have gone to as they were refused.
fn dead_letter_topics(plans: &[Plan]) -> Vec<String> {
    let routes = plans.iter().filter_map(Plan::routes);
    let mut topics: Vec<String> = routes.map(|routes| routes.dead_letter.to_string()).collect();
    topics.sort_unstable();
    topics.dedup();
    topics
}

fn common(act: &str, config: &vault::Config) -> Receipt {
    let mut receipt = Receipt::new();
    receipt.insert("act".into(), act.into());
    receipt.insert("at".into(), jiff::Timestamp::now().to_string().into());
    receipt.insert("store".into(), config.from.clone().into());
    receipt
}

/// The ring of the epochs as files, which alone can be changed from here.
fn epoch_files(config: &vault::Config) -> Result<FileSource, Exit> {
    let file = config.epochs.as_ref().and_then(|(from, root)| Some((from.strip_prefix("file:")?, root.as_deref())));
    let Some((file, root)) = file else {
        tell("the ring of the epochs must be a file: `epochs: {from: \"file:PATH\"}`");
        return Err(Exit::Usage);
    };
    FileSource::parse(PathBuf::from(file), root).map_err(|error| key_error(&error))
}

fn epoch(config: &vault::Config) -> Result<KeyId, Exit> {
    let (from, root) = config.epochs.as_ref().ok_or(Exit::Usage)?;
    let ring = keys::source(from, root.as_deref()).and_then(|source| source.open());
    ring.map(|ring| ring.primary()).map_err(|error| key_error(&error))
}

/// What may still open what a seal closed: an old copy of the ring, for whoever has the root of it.
fn still_open(ring: &Path, config: &vault::Config) -> Vec<String> {
    let ring = ring.display();
    let root = config.epochs.as_ref().and_then(|(_, root)| root.as_deref()).unwrap_or_default();
    let wrapper = root.split(':').next().filter(|name| keys::is_provider(name));
    let Some(wrapper) = wrapper else {
        return vec![format!(
            "copies of {ring} from before this, together with its root: they still hold the destroyed epochs; delete them"
        )];
    };
    let mut pending = vec![format!(
        "copies of {ring} from before this: whoever may use the key of {wrapper} that wraps its root opens the destroyed \
         epochs in them; delete them"
    )];
    if wrapper == "aws-kms" {
        pending.push(
            "where copies cannot be deleted: a key of AWS KMS for which deletion is scheduled is pending for 7 to 30 days, can \
             be brought back until then, and makes copies worthless only when it is gone; the ring in use needs another one \
             before"
                .to_owned(),
        );
    }
    pending
}

/// Begins a new epoch, moves what survives into it, and destroys the old one's key.
pub(super) fn seal(arguments: &SealArguments) -> Exit {
    try_seal(arguments).unwrap_or_else(|exit| exit)
}

fn try_seal(arguments: &SealArguments) -> Result<Exit, Exit> {
    let settings = settings(&arguments.config)?;
    let config = vault_of(&settings)?;
    let signer = Signer::read(&arguments.receipt_key).map_err(|error| receipt::refused(&error))?;
    let files = epoch_files(config)?;
    // Whatever can fail comes before anything is changed.
    let plans = plans(&settings)?;
    let of_plans = plans.iter().flat_map(Plan::rings).map(|ring| &*ring.name);
    let rings = settings.rings.keys().map(AsRef::as_ref).chain(of_plans);
    if let Some(shared) = vaults::shared_epochs(config, rings) {
        tell(shared);
        return Err(Exit::Usage);
    }
    let mut reached = Reached::open(config)?;
    let wrong = |error: KeyError| key_error(&error);
    if let Some(directory) = config.epochs_state_dir.clone() {
        let ring = files.ledger().and_then(|ledger| ledger.ring()).map_err(wrong)?;
        Seen { directory }.check(&Sighting::from(&ring)).map_err(wrong)?;
    }
    let ledger = files.change(Change::Rotate, jiff::Timestamp::now()).map_err(wrong)?;
    let epoch = ledger.primary();
    let first = reached.rewrap().map_err(unanswered)?;
    // Other processes go on under the old epoch until they look at the ring again.
    std::thread::sleep(arguments.wait.unwrap_or(config.left_within()));
    let then = reached.rewrap().map_err(unanswered)?;
    let old = ledger.keys().filter(|key| key.id != epoch && key.status != Status::Destroyed);
    let old: Vec<(KeyId, Status)> = old.map(|key| (key.id, key.status)).collect();
    for (id, status) in &old {
        if *status == Status::Enabled {
            files.change(Change::Disable(*id), jiff::Timestamp::now()).map_err(wrong)?;
        }
        files.change(Change::Destroy(*id), jiff::Timestamp::now()).map_err(wrong)?;
    }
    // So that no copy from between is believed, in which the old epoch was there.
    if let Some(directory) = config.epochs_state_dir.clone() {
        let ring = files.ledger().and_then(|ledger| ledger.ring()).map_err(wrong)?;
        Seen { directory }.note(&Sighting::from(&ring)).map_err(wrong)?;
    }
    let mut receipt = common("seal", config);
    receipt.insert("epoch".into(), epoch.to_string().into());
    receipt.insert("destroyed_epochs".into(), old.iter().map(|(id, _)| id.to_string()).collect::<Vec<_>>().into());
    receipt.insert("moved_keys".into(), (first.moved + then.moved).into());
    receipt.insert("dropped_keys".into(), (first.dropped + then.dropped).into());
    receipt.insert("pending".into(), still_open(&files.ring, config).into());
    Ok(answer(&signer.sign(receipt)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_subject_or_none_are_read() {
        let read = |text: &str| read_subjects(&mut text.as_bytes());
        let texts = |text: &str| {
            let all = read(text).unwrap();
            all.iter().map(|one| (one.line, one.text.to_string())).collect::<Vec<_>>()
        };
        assert_eq!(texts("  Ada \t\n \nGrace\n"), [(1, "  Ada \t".into()), (3, "Grace".into())]);
        assert_eq!(texts("Ada\n\r\nGrace\r\nAlan"), [(1, "Ada".into()), (3, "Grace".into()), (4, "Alan".into())]);
        let longest = "a".repeat(KEYED_VALUE_MAX);
        for end in ["", "\n", "\r\n"] {
            assert_eq!(texts(&format!("{longest}{end}")), [(1, longest.clone())], "{end:?}");
        }
        for more in ["a", "aa", "aaaa", &longest] {
            let wrong = read(&format!("Ada\n{longest}{more}\nGrace\n")).err().unwrap();
            assert_eq!((wrong.line, wrong.exit), (2, Exit::Usage), "{}", wrong.what);
            assert!(wrong.what.contains("longer than 65536 bytes"), "{}", wrong.what);
        }
    }

    #[test]
    fn a_receipt_says_what_old_copies_of_a_ring_can_still_open() {
        let of = |root: Option<&str>| {
            let epochs = Some(("file:epochs.json".to_owned(), root.map(str::to_owned)));
            still_open(Path::new("epochs.json"), &vault::Config { epochs, ..vault::Config::of("memory:") })
        };
        for files in [None, Some("file:epochs.root.json")] {
            let [only] = of(files).try_into().unwrap();
            assert!(only.contains("epochs.json") && only.contains("together with its root"), "{only}");
        }
        let [transit] = of(Some("vault-transit:address=https://vault:8200")).try_into().unwrap();
        assert!(transit.contains("the key of vault-transit") && !transit.contains("8200"), "{transit}");
        let [copies, pending] = of(Some("aws-kms:region=eu-central-1")).try_into().unwrap();
        assert!(copies.contains("the key of aws-kms"), "{copies}");
        assert!(pending.contains("pending for 7 to 30 days") && pending.contains("brought back"), "{pending}");
    }
}
