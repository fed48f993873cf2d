//! Loads recognizers, policies and the key rings they use.

use super::config::{ProductSettings, RingSettings, Settings};
use super::exit::{Exit, tell};
use super::vaults::{EPOCHS_UNREMEMBERED, has_unremembered_epochs};
use crate::detect::{LoadError as RecognizerError, RecognizerSet};
use crate::keys::{self, KeyError, KeyRing, Seen, Sighting};
use crate::model::ToldPath;
use crate::policy::{
    CompileContext, Diagnostics, LivePlan, Plan, ProductId, RingRequest, RollBack, Source, Standing, check, compile,
    conflicts,
};
use crate::vault::{self, Memory};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// What policies are compiled against.
#[derive(Debug, Clone)]
pub struct Loader {
    set: Arc<RecognizerSet>,
    rings: BTreeMap<String, RingSettings>,
    /// Keeps the highest version seen of rings that have no directory of their own.
    state_dir: Option<PathBuf>,
    tenant: String,
    /// Rings that were opened and pass, to be noted once what uses them is used.
    passed: Arc<Mutex<Vec<(Seen, Sighting)>>>,
    /// The rings that were opened, and from where: who wraps roots is asked once, however many policies use the ring.
    opened: Arc<Mutex<Vec<Opened>>>,
}

/// A ring that was opened, and from where.
#[derive(Debug)]
struct Opened {
    settings: RingSettings,
    ring: Arc<KeyRing>,
}

/// Why nothing can be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A file cannot be read.
    #[error("{at}{}: {error}", ToldPath(path))]
    Unreadable {
        /// Where it is named.
        at: Standing,
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// Recognizer files are wrong; all of it at once.
    #[error("{}", listed(.0))]
    Recognizers(Vec<RecognizerError>),
    /// A policy is wrong; all of it at once.
    #[error("{0}")]
    Policy(Box<Diagnostics>),
    /// What was seen of a key ring cannot be kept, or changed meanwhile.
    #[error("the version of a key ring cannot be noted: {0}")]
    Seen(#[from] KeyError),
}

impl LoadError {
    /// Tells how the command ends.
    pub const fn exit(&self) -> Exit {
        match self {
            Self::Unreadable { .. } | Self::Seen(KeyError::Unreadable { .. } | KeyError::Unwritable { .. }) => {
                Exit::InputOutput
            }
            Self::Seen(_) | Self::Recognizers(_) | Self::Policy(_) => Exit::Usage,
        }
    }
}

impl Loader {
    /// Loads the recognizers: the built-in ones, and those of a folder if one is given.
    ///
    /// # Errors
    /// Where a recognizer file is wrong.
    pub fn new(recognizers: Option<&Path>, rings: BTreeMap<String, RingSettings>) -> Result<Self, LoadError> {
        let set = match recognizers {
            None => RecognizerSet::builtin(),
            Some(folder) => RecognizerSet::with_directory(folder).map_err(LoadError::Recognizers)?,
        };
        Ok(Self { set, rings, state_dir: None, tenant: String::new(), passed: Arc::default(), opened: Arc::default() })
    }

    /// Loads the recognizers that a configuration names, and takes rings and tenant from there.
    ///
    /// # Errors
    /// As [`Loader::new`].
    pub fn of(settings: &Settings) -> Result<Self, LoadError> {
        Ok(Self::new(settings.recognizers.as_deref(), settings.rings.clone())?.under(settings))
    }

    /// Takes the tenant, and the directory of seen versions, from settings.
    pub fn under(self, settings: &Settings) -> Self {
        self.with_tenant(&settings.tenant).with_state_dir(settings.state_dir.as_deref())
    }

    /// Takes the directory that keeps the highest version seen of rings that have none of their own.
    pub fn with_state_dir(self, state_dir: Option<&Path>) -> Self {
        Self { state_dir: state_dir.map(Path::to_owned), ..self }
    }

    /// Takes the tenant whose name enters every derived key.
    pub fn with_tenant(self, tenant: &str) -> Self {
        Self { tenant: tenant.to_owned(), ..self }
    }

    /// Gives the recognizers.
    pub const fn set(&self) -> &Arc<RecognizerSet> {
        &self.set
    }

    /// Compiles a policy and opens the rings it uses: from where the configuration says or from where the policy says, files
    /// then taken from the policy's folder. Where both say it, and what the policy names is there, it must be one place.
    ///
    /// # Errors
    /// Where it cannot be read, or anything in it is wrong.
    pub fn plan(&self, policy: &Path) -> Result<Plan, LoadError> {
        let source = source(policy)?;
        let base = policy.parent().unwrap_or(Path::new(""));
        let open = |request: &RingRequest<'_>| self.open(request, base);
        let context = CompileContext { set: &self.set, rings: &open, tenant: &self.tenant };
        compile(&source, &context).map_err(|wrong| LoadError::Policy(Box::new(wrong)))
    }

    /// Compiles a product's policy, as [`Loader::plan`] does; where it cannot be read, the error tells where it is named.
    ///
    /// # Errors
    /// As [`Loader::plan`].
    pub fn product(&self, product: &ProductSettings) -> Result<Plan, LoadError> {
        self.plan(&product.policy).map_err(|error| match error {
            LoadError::Unreadable { path, error, .. } => LoadError::Unreadable { at: product.at.clone(), path, error },
            LoadError::Recognizers(_) | LoadError::Policy(_) | LoadError::Seen(_) => error,
        })
    }

    /// Checks a policy without its rings, which may be out of reach where it is written; that they are known
    /// `elsewhere`, to the configuration, is enough.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn check(&self, policy: &Path, elsewhere: &[String]) -> Result<Diagnostics, LoadError> {
        Ok(check(&source(policy)?, &self.set, elsewhere))
    }

    /// Makes the plan for who has no policy.
    pub fn without_policy(&self) -> Plan {
        Plan::without_policy(Arc::clone(&self.set))
    }

    fn open(&self, request: &RingRequest<'_>, base: &Path) -> Result<Option<Arc<KeyRing>>, KeyError> {
        let settings = match (self.rings.get(request.name), request.from) {
            (Some(settings), Some(from)) => {
                let root = request.root.map(|root| rebased(root, base));
                one_place(&rebased(from, base), &settings.from)?;
                if let (Some(root), Some(other)) = (&root, &settings.root) {
                    one_place(root, other)?;
                }
                RingSettings { root: settings.root.clone().or(root), ..settings.clone() }
            }
            (Some(settings), None) => settings.clone(),
            (None, Some(from)) => {
                let root = request.root.map(|root| rebased(root, base));
                RingSettings { from: rebased(from, base), root, state_dir: None }
            }
            (None, None) => return Ok(None),
        };
        let settings = RingSettings { state_dir: settings.state_dir.or_else(|| self.state_dir.clone()), ..settings };
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = opened.iter().find(|known| known.settings == settings) {
            return Ok(Some(Arc::clone(&known.ring)));
        }
        let mut ring = keys::source(&settings.from, settings.root.as_deref())?.open()?;
        beside(&ring, opened.iter().map(|known| &*known.ring))?;
        if let Some(directory) = settings.state_dir.clone() {
            let (seen, sighting) = (Seen { directory }, Sighting::from(&ring));
            seen.check(&sighting)?;
            self.passed.lock().unwrap_or_else(PoisonError::into_inner).push((seen, sighting));
            ring = ring.remembered();
        }
        let ring = Arc::new(ring);
        opened.push(Opened { settings, ring: Arc::clone(&ring) });
        Ok(Some(ring))
    }

    /// Gives the rings that were opened, by name.
    pub fn opened(&self) -> BTreeMap<String, Arc<KeyRing>> {
        let opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        opened.iter().map(|one| (one.ring.name().to_owned(), Arc::clone(&one.ring))).collect()
    }

    /// Notes the versions of the rings that were opened: from now on no older one is believed. For when all that was
    /// loaded is used; what is refused leaves no trace.
    ///
    /// # Errors
    /// Where a version cannot be noted, or a newer one was meanwhile.
    pub fn note(&self) -> Result<(), LoadError> {
        let passed = std::mem::take(&mut *self.passed.lock().unwrap_or_else(PoisonError::into_inner));
        passed.iter().try_for_each(|(seen, sighting)| seen.note(sighting)).map_err(LoadError::Seen)
    }
}

/// Gives what products show in two ways in one topic.
pub(super) fn conflicting(plans: &[LivePlan]) -> Vec<String> {
    let plans: Vec<Arc<Plan>> = plans.iter().map(LivePlan::load).collect();
    conflicts(plans.iter().map(AsRef::as_ref))
}

/// Gives the rings of a plan for which nobody would notice that they were rolled back while the process did not run.
pub(super) fn unremembered(plan: &Plan) -> impl Iterator<Item = &str> {
    plan.rings().iter().filter(|ring| ring.roll_back == RollBack::Unnoticed).map(|ring| &*ring.name)
}

/// Tells of them, as a service does when it begins to use them, unless its vault keeps what was seen.
pub(super) fn warn_of_roll_back(plan: &Plan, memory: Memory) {
    if memory == Memory::Lasts {
        return;
    }
    for ring in unremembered(plan) {
        tracing::warn!(
            %ring,
            product = %plan.product(),
            "a roll-back of the key ring across restarts is not detected: give it a `state_dir`, the command `--state-dir`, or \
             the policy a `min_version`"
        );
    }
}

/// Whether a command can be told where to remember rings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StateDir {
    /// It takes `--state-dir`.
    Taken,
    /// It goes by the configuration alone.
    Configured,
}

/// Tells of them as a command does: once, on standard error, unless the vault that it opened keeps what was seen; of the ring
/// of epochs, too, where a vault is used.
pub(super) fn tell_of_roll_back(plans: &[Plan], vault: Option<&vault::Config>, memory: Memory, option: StateDir) {
    match memory {
        Memory::Lasts => {}
        Memory::Ends => tell_unremembered(plans.iter().flat_map(unremembered), option),
    }
    if vault.is_some_and(has_unremembered_epochs) && plans.iter().any(Plan::needs_store) {
        let or = match option {
            StateDir::Taken => ", or this command `--state-dir`",
            StateDir::Configured => "",
        };
        tell(format_args!("warning: {EPOCHS_UNREMEMBERED}{or}"));
    }
}

/// Tells of rings for which nobody would notice that they were rolled back between two commands.
pub(super) fn tell_unremembered<'r>(rings: impl IntoIterator<Item = &'r str>, option: StateDir) {
    let rings: BTreeSet<&str> = rings.into_iter().collect();
    let names: Vec<&str> = rings.into_iter().collect();
    if !names.is_empty() {
        let ways = match option {
            StateDir::Taken => ", the policy a `min_version`, or this command `--state-dir`",
            StateDir::Configured => ", or the policy a `min_version`",
        };
        tell(format_args!(
            "warning: a roll-back of the key ring {} across restarts is not detected: give its settings a `state_dir`{ways}",
            names.join(", ")
        ));
    }
}

/// The newest ring of each product and name that ran in this process: a policy that goes without it for a while does not have
/// it forgotten. Two products may mean two rings by one name, each from its own folder.
#[derive(Debug, Default)]
pub(super) struct Ran(Mutex<BTreeMap<(ProductId, Arc<str>), Sighting>>);

impl Ran {
    fn known(&self) -> std::sync::MutexGuard<'_, BTreeMap<(ProductId, Arc<str>), Sighting>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes the rings of a plan that runs.
    pub(super) fn note(&self, plan: &Plan) {
        let mut known = self.known();
        for ring in plan.rings() {
            let place = (plan.product().clone(), Arc::clone(&ring.name));
            let is_newer = known.get(&place).is_none_or(|known| known.followed_by(&ring.sighting).is_ok());
            if is_newer {
                known.insert(place, ring.sighting.clone());
            }
        }
    }

    /// Checks that no ring of a plan is older than what ran, or another of the same version.
    ///
    /// # Errors
    /// Where one is; with its name.
    pub(super) fn is_followed_by(&self, next: &Plan) -> Result<(), (String, KeyError)> {
        let known = self.known();
        for ring in next.rings() {
            if let Some(known) = known.get(&(next.product().clone(), Arc::clone(&ring.name))) {
                known.followed_by(&ring.sighting).map_err(|error| (ring.name.to_string(), error))?;
            }
        }
        Ok(())
    }
}

/// Reads a policy file.
///
/// # Errors
/// Where it cannot be read.
pub fn source(policy: &Path) -> Result<Source, LoadError> {
    let text = std::fs::read_to_string(policy).map_err(|error| LoadError::Unreadable {
        at: Standing::default(),
        path: policy.to_owned(),
        error,
    })?;
    Ok(Source::new(&policy.display().to_string(), &text))
}

/// Checks that a ring may be used beside others: one of its name is the same one, and none shares a key with it.
fn beside<'r>(ring: &KeyRing, mut others: impl Iterator<Item = &'r KeyRing>) -> Result<(), KeyError> {
    others.try_for_each(|other| {
        if other.name() != ring.name() {
            return ring
                .ids()
                .find(|id| other.ids().any(|known| known == *id))
                .map_or(Ok(()), |id| Err(KeyError::SharedKeyId(id)));
        }
        if Sighting::from(other) == Sighting::from(ring) { Ok(()) } else { Err(KeyError::OtherRing) }
    })
}

/// Checks that a policy's reference and the configuration's lead to one place, where what the policy names is there. What is
/// not there, a file or a variable, is the policy's where it was written, and the configuration says where it is instead.
fn one_place(of_policy: &str, of_settings: &str) -> Result<(), KeyError> {
    let file = |reference: &str| std::fs::canonicalize(reference.strip_prefix("file:")?).ok();
    let is_another = match keys::Place::parse(of_policy) {
        Some(keys::Place::File(_)) => file(of_policy).is_some_and(|there| file(of_settings) != Some(there)),
        Some(place @ (keys::Place::Environment(_) | keys::Place::Descriptor(_))) => {
            place.is_there() && of_policy != of_settings
        }
        None => of_policy != of_settings,
    };
    if !is_another {
        return Ok(());
    }
    Err(KeyError::TwoPlaces { policy: keys::told(of_policy), settings: keys::told(of_settings) })
}

/// Takes a file's path from `base`, and those among a provider's options; every other reference stays.
pub(super) fn rebased(reference: &str, base: &Path) -> String {
    let join = |path: &str| base.join(path).display().to_string();
    match reference.strip_prefix("file:") {
        Some(path) => format!("file:{}", join(path)),
        None => keys::with_paths(reference, join),
    }
}

fn listed(errors: &[RecognizerError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::Change;
    use crate::keys::file::{FileSource, create};

    /// A folder with a ring and a policy that uses it; the text of the policy.
    fn folder() -> (tempfile::TempDir, FileSource) {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        create("customer", &at("ring.json"), &at("ring.root.json"), jiff::Timestamp::UNIX_EPOCH).unwrap();
        std::fs::write(at("policy.yaml"), policy("")).unwrap();
        let files = FileSource::parse(at("ring.json"), None).unwrap();
        (folder, files)
    }

    fn policy(more: &str) -> String {
        format!(
            "privet: v1\nproduct: test\nfields: {{id: {{hash: {{ring: customer}}}}}}\n\
             rings: {{customer: {{from: 'file:ring.json'{more}}}}}\n"
        )
    }

    #[test]
    fn a_ring_that_ran_is_not_followed_by_an_older_one() {
        let (folder, files) = folder();
        let plan = || Loader::new(None, BTreeMap::new()).unwrap().plan(&folder.path().join("policy.yaml")).unwrap();
        let rotate = || files.change(Change::Rotate, jiff::Timestamp::UNIX_EPOCH).unwrap();
        let (old, first) = (std::fs::read(&files.ring).unwrap(), plan());
        rotate();
        let (second, ran) = (plan(), Ran::default());
        ran.note(&first);
        assert!(ran.is_followed_by(&first).is_ok() && ran.is_followed_by(&second).is_ok());
        ran.note(&second);
        ran.note(&first);
        // A policy without the ring runs meanwhile.
        let without = "privet: v1\nproduct: test\n";
        std::fs::write(folder.path().join("without.yaml"), without).unwrap();
        ran.note(&Loader::new(None, BTreeMap::new()).unwrap().plan(&folder.path().join("without.yaml")).unwrap());
        std::fs::write(&files.ring, &old).unwrap();
        let (ring, error) = ran.is_followed_by(&plan()).unwrap_err();
        assert!(ring == "customer" && matches!(error, KeyError::RolledBack { found: 1, least: 2, .. }), "{error}");
        rotate();
        assert!(matches!(ran.is_followed_by(&plan()), Err((_, KeyError::Forked { version: 2 }))));
    }

    #[test]
    fn two_products_may_call_two_rings_alike() {
        let ((sales, files), (care, _)) = (folder(), folder());
        let text = policy("").replace("product: test", "product: care");
        std::fs::write(care.path().join("policy.yaml"), text).unwrap();
        let plan = |of: &tempfile::TempDir| {
            Loader::new(None, BTreeMap::new()).unwrap().plan(&of.path().join("policy.yaml")).unwrap()
        };
        files.change(Change::Rotate, jiff::Timestamp::UNIX_EPOCH).unwrap();
        let (ran, both) = (Ran::default(), [plan(&sales), plan(&care)]);
        both.iter().for_each(|plan| ran.note(plan));
        assert!(both.iter().all(|plan| ran.is_followed_by(plan).is_ok()), "of versions 2 and 1");
    }

    #[test]
    fn one_process_knows_one_ring_of_a_name() {
        let ((sales, files), (care, _)) = (folder(), folder());
        let at = |of: &tempfile::TempDir| of.path().join("policy.yaml");
        let refused = |loader: &Loader, of| loader.plan(&at(of)).unwrap_err().to_string();
        let loader = Loader::new(None, BTreeMap::new()).unwrap();
        loader.plan(&at(&sales)).unwrap();
        let error = refused(&loader, &care);
        assert!(error.contains("another ring of this name, or another version of it"), "{error}");
        // A copy is the same ring, until one of the two changes; by another name its keys are still the same.
        for name in ["ring.json", "ring.root.json"] {
            std::fs::copy(sales.path().join(name), care.path().join(name)).unwrap();
        }
        loader.plan(&at(&care)).unwrap();
        files.change(Change::Rotate, jiff::Timestamp::UNIX_EPOCH).unwrap();
        let later = Loader::new(None, BTreeMap::new()).unwrap();
        later.plan(&at(&sales)).unwrap();
        assert!(refused(&later, &care).contains("another version of it"));
        let of = |folder: &tempfile::TempDir| RingSettings {
            from: format!("file:{}", folder.path().join("ring.json").display()),
            root: None,
            state_dir: None,
        };
        let with = |settings| Loader::new(None, BTreeMap::from([("customer".to_owned(), settings)])).unwrap();
        with(of(&sales)).plan(&at(&sales)).unwrap();
        let error = refused(&with(of(&care)), &sales);
        assert!(error.contains("another place than `rings` of the configuration"), "{error}");
        // Both places are named.
        assert_eq!(error.matches("/ring.json`").count(), 2, "{error}");
        // So does a variable that is set, and a descriptor that is open: neither gives way in silence.
        let text = std::fs::read_to_string(at(&sales)).unwrap();
        let descriptor = tempfile::tempfile().unwrap();
        for from in ["env:PATH".to_owned(), format!("fd:{}", std::os::fd::AsRawFd::as_raw_fd(&descriptor))] {
            std::fs::write(at(&sales), text.replace("file:ring.json", &from)).unwrap();
            let error = refused(&with(of(&sales)), &sales);
            assert!(error.contains(&format!("the policy says `{from}`, another place than")), "{error}");
            let same = RingSettings { from, ..of(&sales) };
            let error = refused(&with(same), &sales);
            assert!(!error.contains("another place"), "{error}");
        }
        std::fs::write(at(&sales), text.replace("file:ring.json", "env:PRIVET_NO_SUCH_RING")).unwrap();
        with(of(&sales)).plan(&at(&sales)).unwrap();
        std::fs::write(at(&sales), text).unwrap();
        // The policy's root counts where the configuration names none.
        let policy = std::fs::read_to_string(at(&sales)).unwrap();
        let elsewhere = policy.replace("ring.json'", "ring.json', root: 'file:nowhere.json'");
        assert_ne!(elsewhere, policy);
        std::fs::write(at(&sales), elsewhere).unwrap();
        let error = refused(&with(of(&sales)), &sales);
        assert!(error.contains("nowhere.json"), "{error}");
    }

    #[test]
    fn tenants_have_no_stand_in_in_common() {
        let (folder, _) = folder();
        let loader = || Loader::new(None, BTreeMap::new()).unwrap();
        let written = |loader: Loader| {
            let plan = loader.plan(&folder.path().join("policy.yaml")).unwrap();
            let origin = crate::model::Origin::Request { request: 0, index: 0 };
            let value = Some(&br#"{"id":"c-1"}"#[..]);
            let record = crate::engine::Record {
                origin: &origin,
                time: crate::model::RecordTime(None),
                format: &crate::format::Json,
                value,
                key: None,
                headers: &[],
            };
            let mut outcomes = crate::engine::Outcomes::default();
            let settings = crate::engine::Settings::default();
            crate::engine::process(&plan, &[record], &settings, &mut crate::engine::Scratch::new(), &mut outcomes)
                .unwrap();
            outcomes.piece(outcomes.outcomes()[0].value, value).unwrap().to_vec()
        };
        assert_eq!(written(loader()), written(loader().with_tenant("")));
        assert_ne!(written(loader()), written(loader().with_tenant("t-1")));
        assert_ne!(written(loader().with_tenant("t-2")), written(loader().with_tenant("t-1")));
    }

    #[test]
    fn a_ring_that_nothing_remembers_is_told_of() {
        let (folder, _) = folder();
        let told = |rings: BTreeMap<String, RingSettings>| {
            let plan = Loader::new(None, rings).unwrap().plan(&folder.path().join("policy.yaml")).unwrap();
            unremembered(&plan).map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(told(BTreeMap::new()), ["customer"]);
        let from = format!("file:{}", folder.path().join("ring.json").display());
        let settings =
            |state_dir| BTreeMap::from([("customer".to_owned(), RingSettings { from, root: None, state_dir })]);
        assert_eq!(told(settings(Some(folder.path().to_owned()))), [""; 0]);
        std::fs::write(folder.path().join("policy.yaml"), policy(", min_version: 1")).unwrap();
        assert_eq!(told(BTreeMap::new()), [""; 0]);
    }

    #[test]
    fn a_ring_is_noted_when_what_uses_it_is_used() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        create("customer", &at("ring.json"), &at("root.json"), jiff::Timestamp::now()).unwrap();
        let text = "privet: v1\nproduct: test\nfields: {id: {hash: {ring: customer}}}\n";
        std::fs::write(at("policy.yaml"), text).unwrap();
        let settings = RingSettings {
            from: format!("file:{}", at("ring.json").display()),
            root: Some(format!("file:{}", at("root.json").display())),
            state_dir: Some(folder.path().to_owned()),
        };
        let loader = Loader::new(None, BTreeMap::from([("customer".to_owned(), settings)])).unwrap();
        loader.plan(&at("policy.yaml")).unwrap();
        assert!(!at("customer.seen.json").exists(), "nothing of it is used yet");
        loader.note().unwrap();
        assert!(std::fs::read_to_string(at("customer.seen.json")).unwrap().contains("\"version\":1"));
    }
}
