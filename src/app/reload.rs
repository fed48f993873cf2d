//! SIGHUP: policies, recognizers and key rings are read anew and put in the place of those that run.
//!
//! All is read and checked before anything is exchanged. What is wrong with any of it is logged, each fault with its
//! file, line and reason; a metric counts the refusal, and all that ran goes on as before.

use super::config::{self, ConfigError, Settings};
use super::listen::Face;
use super::plan::{LoadError, Loader, Ran, warn_of_roll_back};
use crate::detect::TaggerUse;
use crate::http::{self, Guard, StartError, Tls, TlsError, TlsRead};
use crate::keys::KeyError;
use crate::observe::{AuditRead, Metrics, Reload as Came};
use crate::policy::{Diagnostics, LivePlan, Plan, Severity};
use crate::vault::{Memory, SeenError, Vault};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// SIGHUP, heard from the time this is made.
#[derive(Debug)]
pub struct Hangups {
    runtime: Runtime,
    signal: Signal,
}

impl Hangups {
    /// Begins to listen; what comes before somebody answers is answered then.
    ///
    /// # Errors
    /// Where the system does not tell of signals.
    pub fn listen() -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let signal = {
            let _entered = runtime.enter();
            signal(SignalKind::hangup())?
        };
        Ok(Self { runtime, signal })
    }

    /// Answers each by a reload, on a thread of its own; several that come during one are one.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn answer(self, reload: Reload) -> io::Result<()> {
        let Self { runtime, mut signal } = self;
        let answer = move || {
            while runtime.block_on(signal.recv()).is_some() {
                // A flaw of ours costs one reload, not all that follow; what runs was exchanged whole or not at all.
                if catch_unwind(AssertUnwindSafe(|| reload.run())).is_err() {
                    tracing::error!("reload refused: it failed for a reason of its own");
                    reload.metrics.reloaded(Came::Refused);
                }
            }
        };
        std::thread::Builder::new().name("reload".into()).spawn(answer)?;
        Ok(())
    }
}

/// What runs, and where it is read anew from.
#[derive(Debug)]
pub struct Reload {
    /// The configuration file; none in a trial, which has only a policy.
    pub config: Option<PathBuf>,
    /// What the process was started with.
    pub started: Settings,
    /// How the tagger is used, where the command line says it.
    pub tagger: Option<TaggerUse>,
    /// The plans of its products, in their order.
    pub live: Vec<LivePlan>,
    /// Where it is counted.
    pub metrics: Metrics,
    /// What of the HTTP face is read anew, too.
    pub secured: Secured,
    /// The rings that ran so far.
    pub(super) ran: Ran,
    /// What judges rings that are read anew, and keeps which were seen.
    pub vault: Option<Arc<Vault>>,
}

/// What the HTTP face reads from files besides policies.
#[derive(Debug, Clone, Default)]
pub struct Secured {
    /// Certificates and keys.
    pub tls: Option<Tls>,
    /// The keys of tokens, and the file of audit records.
    pub guard: Option<Guard>,
}

impl Secured {
    /// Gives what a face has of it.
    pub fn of(face: &Face) -> Self {
        Self { tls: face.tls.clone(), guard: face.access.as_ref().map(|(_, guard)| guard.clone()) }
    }

    /// Reads it anew, and exchanges nothing yet.
    fn read(&self) -> Result<Read, ReloadError> {
        let audit = self.guard.as_ref().map(Guard::read).transpose().map_err(ReloadError::Audit)?;
        Ok(Read { audit, tls: self.tls.as_ref().map(Tls::read).transpose()? })
    }

    fn exchange(&self, read: Read) {
        if let (Some(guard), Some(audit)) = (&self.guard, read.audit) {
            guard.exchange(audit);
        }
        if let (Some(tls), Some(new)) = (&self.tls, read.tls) {
            tls.exchange(new);
        }
    }
}

/// What the HTTP face reads from files, read anew.
#[derive(Debug)]
struct Read {
    audit: Option<AuditRead>,
    tls: Option<TlsRead>,
}

/// Why what was read is not used.
#[derive(Debug, thiserror::Error)]
enum ReloadError {
    #[error("{0}")]
    Config(#[from] ConfigError),
    #[error("{0}")]
    Load(#[from] LoadError),
    #[error(
        "more than `recognizers` and `rings` differs from what the process was started with, or a secret that it names: start it again"
    )]
    Settings,
    #[error("{}: the product is called otherwise than when the process was started: start it again", .0.display())]
    Renamed(PathBuf),
    #[error("{}: the product has other topics than when the process was started: start it again", .0.display())]
    Topics(PathBuf),
    #[error("{}: the key ring {ring} is older than the one that runs: {error}", policy.display())]
    Older { policy: PathBuf, ring: String, error: KeyError },
    #[error("{0}")]
    Http(#[from] StartError),
    #[error("{0}")]
    Vault(String),
    #[error("{0}")]
    Seen(#[from] SeenError),
    #[error("{0}")]
    Conflict(String),
    #[error("{0}")]
    Tls(#[from] TlsError),
    #[error("the file of audit records: {0}")]
    Audit(io::Error),
}

impl Reload {
    fn run(&self) {
        let exchanged = |(plans, loader): (Vec<Arc<Plan>>, Loader)| -> Result<_, Vec<ReloadError>> {
            // All that can fail comes before anything is exchanged, last of it that the versions of rings are noted.
            let read = self.secured.read().map_err(|error| vec![error])?;
            self.judge(&plans).map_err(|error| vec![error.into()])?;
            loader.note().map_err(|error| vec![error.into()])?;
            let memory = self.believe(&plans).map_err(|error| vec![error.into()])?;
            self.secured.exchange(read);
            Ok((plans, memory))
        };
        match self.read().and_then(exchanged) {
            Ok((plans, memory)) => self.apply(plans, memory),
            Err(errors) => {
                errors.iter().for_each(tell);
                tracing::error!("reload refused: what ran goes on as it was");
                self.metrics.reloaded(Came::Refused);
            }
        }
    }

    /// Has the vault, where there is one and it answers, judge the rings, and keep nothing yet.
    fn judge(&self, plans: &[Arc<Plan>]) -> Result<(), SeenError> {
        let rings = plans.iter().flat_map(|plan| plan.rings()).map(|ring| &ring.sighting);
        match self.vault.as_ref().map_or(Ok(Memory::Ends), |vault| vault.judge(rings)) {
            // Those that passed before do still.
            Err(SeenError::Store(error)) if error.may_pass() => Ok(()),
            done => done.map(|_| ()),
        }
    }

    /// Has the vault, where there is one, judge the rings and keep them.
    fn believe(&self, plans: &[Arc<Plan>]) -> Result<Memory, SeenError> {
        let rings = plans.iter().flat_map(|plan| plan.rings()).map(|ring| &ring.sighting);
        self.vault.as_ref().map_or(Ok(Memory::Ends), |vault| vault.believe(rings))
    }

    fn apply(&self, plans: Vec<Arc<Plan>>, memory: Memory) {
        for (live, plan) in self.live.iter().zip(plans) {
            let before = live.load();
            if let Some(warnings) = plan.warnings() {
                tell_each(warnings);
            }
            warn_of_roll_back(&plan, memory);
            let (product, policy) = (plan.product().clone(), plan.hash().to_string());
            live.store(plan);
            self.metrics.policy_changed(product.as_str(), &policy, &before.hash().to_string());
            tracing::info!(%product, %policy, "reloaded");
        }
        self.metrics.reloaded(Came::Applied);
    }

    /// Reads everything; gives a plan for each product and who loaded it, or all that is wrong.
    fn read(&self) -> Result<(Vec<Arc<Plan>>, Loader), Vec<ReloadError>> {
        let settings = match &self.config {
            Some(path) => config::load(path).map_err(|error| vec![error.into()])?.0,
            None => self.started.clone(),
        };
        let settings = Settings { state_dir: self.started.state_dir.clone(), ..settings };
        let (recognizers, rings) = (settings.recognizers.clone(), settings.rings.clone());
        if (Settings { recognizers: None, rings: Default::default(), ..settings })
            != (Settings { recognizers: None, rings: Default::default(), ..self.started.clone() })
        {
            return Err(vec![ReloadError::Settings]);
        }
        let loader = Loader::new(recognizers.as_deref(), rings).map_err(|error| vec![error.into()])?;
        let loader = loader.under(&self.started);
        loader.set().warm();
        self.live.iter().for_each(|live| self.ran.note(&live.load()));
        let (mut plans, mut errors) = (Vec::with_capacity(self.live.len()), Vec::new());
        for (product, live) in self.started.products.iter().zip(&self.live) {
            let (before, file) = (live.load(), || product.policy.clone());
            match loader.product(product) {
                Ok(plan) if plan.product() != before.product() => errors.push(ReloadError::Renamed(file())),
                Ok(plan) if plan.routes() != before.routes() => errors.push(ReloadError::Topics(file())),
                Ok(plan) if let Err((ring, error)) = self.ran.is_followed_by(&plan) => {
                    errors.push(ReloadError::Older { policy: file(), ring, error });
                }
                Ok(plan) => match super::vaults::lack(self.started.vault.as_ref(), &plan) {
                    Some(lack) => errors.push(ReloadError::Vault(lack)),
                    None => plans.push(Arc::new(super::run::tagged(plan, self.tagger))),
                },
                Err(error) => errors.push(error.into()),
            }
        }
        let new: Vec<LivePlan> = plans.iter().map(|plan| Arc::clone(plan).into()).collect();
        errors.extend(super::plan::conflicting(&new).into_iter().map(ReloadError::Conflict));
        if errors.is_empty()
            && let Some(config) = &self.started.http
            && let Err(error) = http::check(config, self.started.access.as_ref(), &super::run::served(&new))
        {
            errors.push(error.into());
        }
        if errors.is_empty() { Ok((plans, loader)) } else { Err(errors) }
    }
}

/// Logs each fault with its file, line and reason.
fn tell(error: &ReloadError) {
    match error {
        ReloadError::Load(LoadError::Recognizers(faults)) => {
            for fault in faults {
                tracing::error!(file = %fault.file, line = fault.line, reason = %fault.message, "reload");
            }
        }
        ReloadError::Load(LoadError::Policy(diagnostics))
        | ReloadError::Config(ConfigError::Wrong { diagnostics, .. }) => tell_each(diagnostics),
        ReloadError::Load(LoadError::Unreadable { .. } | LoadError::Seen(_))
        | ReloadError::Config(ConfigError::Unreadable { .. })
        | ReloadError::Settings
        | ReloadError::Renamed(_)
        | ReloadError::Topics(_)
        | ReloadError::Older { .. }
        | ReloadError::Vault(_)
        | ReloadError::Seen(_)
        | ReloadError::Conflict(_)
        | ReloadError::Tls(_)
        | ReloadError::Audit(_)
        | ReloadError::Http(_) => tracing::error!(reason = %error, "reload"),
    }
}

fn tell_each(diagnostics: &Diagnostics) {
    let file = diagnostics.source().name();
    for one in diagnostics.list() {
        let (line, reason, help) = (one.place.line, &one.message, one.help.as_deref());
        match one.severity {
            Severity::Error => tracing::error!(%file, line, %reason, help, "reload"),
            Severity::Warning => tracing::warn!(%file, line, %reason, help, "reload"),
        }
    }
}
