//! `privet run`: the sidecar, and the listeners beside it.

use super::cli::{RunArguments, TaggerArgument};
use super::config::{self, Brokers, KafkaSettings, ProductSettings, Properties, Settings, check_property};
use super::exit::{Exit, tell};
use super::found;
use super::listen::{Face, Listeners};
use super::plan::{LoadError, Loader, Ran, warn_of_roll_back};
use super::reload::{Hangups, Reload, Secured};
use super::vaults;
use crate::detect::TaggerUse;
use crate::engine;
use crate::http::{self, Admin, Guard, Tls};
use crate::observe::{Metrics, Readiness, log};
use crate::policy::{LivePlan, PayloadFormat, Plan, Routes, StopAt};
use crate::stream::{self, Config, End, Ended, Mode, Problem, Stream, Until};
use crate::vault::{Memory, Vault};
use std::path::Path;
use std::sync::Arc;

/// Runs the products of a configuration, or of a trial on the command line.
pub fn run(arguments: &RunArguments) -> Exit {
    run_or(arguments).unwrap_or_else(|exit| exit)
}

fn run_or(arguments: &RunArguments) -> Result<Exit, Exit> {
    let settings = settings(arguments)?;
    log::init(&settings.log).map_err(|error| refused(&error))?;
    let hangups = Hangups::listen().map_err(|error| no_system(&error))?;
    let tagger = TaggerArgument::settle(arguments.tagger.as_ref())?;
    let (plans, loader) = plans(&settings, tagger)?;
    let metrics = Metrics::new();
    let readiness = Readiness::new(&metrics);
    let vault = vaults::for_service(settings.vault.as_ref(), &plans, &metrics, &readiness)?;
    let memory = vault.as_ref().map_or(Memory::Ends, |(_, memory)| *memory);
    plans.iter().for_each(|plan| warn_of_roll_back(&plan.load(), memory));
    let vault = vault.map(|(vault, _)| vault);
    let mut engine = engine::Settings::default();
    if let Some(vault) = &vault {
        engine.store = Arc::<Vault>::clone(vault);
    }
    let face = face(&settings, &plans, &engine)?;
    let secured = face.as_ref().map(Secured::of).unwrap_or_default();
    let drain = stream::Drain::new();
    let stream = match &settings.kafka {
        Some(kafka) => {
            // The brokers may take their time: who is told to end meanwhile has begun nothing.
            until_signal(&drain, &readiness).map_err(|error| no_system(&error))?;
            let mut config = stream_config(&settings, kafka, plans.clone(), arguments);
            config.engine = engine;
            let checked = checked(config);
            if drain.is_on() {
                return Ok(Exit::Done);
            }
            Some(checked?)
        }
        None if face.is_some() => None,
        None => return Err(refused(&"there is nothing to run: the configuration has neither `kafka` nor `http`")),
    };
    // What is refused leaves no trace: others who share the vault would be held to rings that nobody runs with.
    if let Some(vault) = &vault {
        let plans: Vec<Arc<Plan>> = plans.iter().map(LivePlan::load).collect();
        vaults::believe(vault, plans.iter().map(AsRef::as_ref))?;
    }
    loader.note().map_err(|error| failed(&error))?;
    for line in stream.iter().flat_map(Stream::lines) {
        tell(line);
    }
    for warning in stream.iter().flat_map(Stream::warnings) {
        tracing::warn!("{warning}");
    }
    if let Some(warning) = stream.as_ref().and_then(Stream::warning) {
        tracing::warn!("{warning}");
    }
    let listeners = Listeners::start(settings.admin, face, &metrics, &readiness).map_err(|error| refused(&error))?;
    if let Some(address) = listeners.http_address() {
        let scheme = if secured.tls.is_some() { "https" } else { "http" };
        tell(format_args!("http: POST {scheme}://{address}/v1/anonymize"));
    }
    let (config, live, count) = (arguments.config.clone(), plans, metrics.clone());
    let ran = Ran::default();
    let reload = Reload { config, started: settings, tagger, live, metrics: count, secured, ran, vault };
    hangups.answer(reload).map_err(|error| no_system(&error))?;
    let pace = if arguments.until_end { Pace::Told } else { Pace::Left };
    let finish = |ended: &[Ended]| finish(ended, pace);
    Ok(serve(stream, listeners, (&metrics, &readiness, &drain), finish))
}

/// Tells a mistake in what was asked for.
fn refused(error: &dyn std::fmt::Display) -> Exit {
    tell(error);
    Exit::Usage
}

/// Looks at topics and rights before the first record; tells every problem and what mends it.
pub(super) fn checked(config: Config) -> Result<Stream, Exit> {
    Stream::check(config).map_err(|problems| cannot_start(&problems))
}

/// What the HTTP face serves: every product, by its name.
///
/// # Errors
/// Where certificates, the keys of tokens or the place of audit records cannot be used; that is told.
pub(super) fn face(settings: &Settings, plans: &[LivePlan], engine: &engine::Settings) -> Result<Option<Face>, Exit> {
    let Some(config) = settings.http.clone() else { return Ok(None) };
    let tls = config.tls.as_ref().map(Tls::load).transpose().map_err(|error| refused(&error))?;
    let access = match &settings.access {
        None => None,
        Some(access) => Some((access.clone(), Guard::new(access, &settings.tenant).map_err(|error| refused(&error))?)),
    };
    let (settings, threads) = (engine.clone(), settings.lanes);
    Ok(Some(Face { config, products: served(plans), settings, threads, access, tls }))
}

/// The products as the HTTP face calls them.
pub(super) fn served(plans: &[LivePlan]) -> Vec<http::Product> {
    let product = |plan: &LivePlan| http::Product { name: plan.load().product().to_string(), plan: plan.clone() };
    plans.iter().map(product).collect()
}

fn serve(
    stream: Option<Stream>,
    listeners: Listeners,
    (metrics, readiness, drain): (&Metrics, &Readiness, &stream::Drain),
    finish: impl Fn(&[Ended]) -> Exit,
) -> Exit {
    let told = match stream {
        None => {
            readiness.started();
            listeners.until_signal().map(|()| Exit::Done)
        }
        Some(stream) => {
            readiness.started();
            stream.run(metrics, readiness, drain).map(|ended| finish(&ended))
        }
    };
    listeners.drain();
    told.unwrap_or_else(|error| no_system(&error))
}

fn no_system(error: &std::io::Error) -> Exit {
    tell(format_args!("the system gives no thread or no signals: {error}"));
    Exit::InputOutput
}

/// Begins the drain at the first SIGTERM or SIGINT; the second ends the process at once.
fn until_signal(drain: &stream::Drain, readiness: &Readiness) -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (mut terminate, mut interrupt) = {
        let _entered = runtime.enter();
        (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?)
    };
    let (drain, readiness) = (drain.clone(), readiness.clone());
    std::thread::Builder::new().name("signals".into()).spawn(move || {
        runtime.block_on(async {
            loop {
                let told = tokio::select! {
                    told = terminate.recv() => told,
                    told = interrupt.recv() => told,
                };
                if told.is_none() {
                    return;
                }
                tracing::info!("told to end: draining; told again, ends at once");
                readiness.drain();
                drain.begin();
            }
        });
    })?;
    Ok(())
}

fn settings(arguments: &RunArguments) -> Result<Settings, Exit> {
    match (&arguments.config, &arguments.brokers) {
        (Some(path), _) => match config::load(path) {
            Ok((settings, warnings)) => {
                if !warnings.list().is_empty() {
                    tell(warnings);
                }
                Ok(settings.remembering(arguments.state_dir.as_deref()))
            }
            Err(error) => {
                tell(&error);
                Err(error.exit())
            }
        },
        (None, Some(brokers)) => trial(arguments, brokers),
        (None, None) => Err(Exit::Usage),
    }
}

/// The settings of a trial without a file.
fn trial(arguments: &RunArguments, brokers: &str) -> Result<Settings, Exit> {
    let given =
        arguments.properties().map_err(|place| refused(&format_args!("-X number {place} is not NAME=VALUE")))?;
    let mut common = Properties::default();
    for (name, spelled) in given {
        let value = check_property(name, spelled, Path::new(""))
            .map_err(|error| refused(&format_args!("-X {name}: {error}")))?;
        common.0.insert(name.to_owned(), value);
    }
    if arguments.from.is_some() && arguments.from == arguments.to {
        return Err(refused(&"--from and --to name one topic, and what is read there would be read again"));
    }
    let policy = arguments.policy.clone().ok_or(Exit::Usage)?;
    let kafka = KafkaSettings { brokers: Brokers(brokers.to_owned()), common, ..KafkaSettings::default() };
    // A trial is looked at, not scraped: several may run on one host.
    let admin = Admin::Off;
    let state_dir = arguments.state_dir.clone();
    let products = vec![ProductSettings::new(policy)];
    Ok(Settings { admin, kafka: Some(kafka), products, state_dir, ..Settings::default() })
}

/// Uses the tagger as the command line says, where it says so.
pub(super) fn tagged(plan: Plan, tagger: Option<TaggerUse>) -> Plan {
    match tagger {
        Some(tagger) => plan.with_tagger(tagger),
        None => plan,
    }
}

fn failed(error: &LoadError) -> Exit {
    tell(error);
    error.exit()
}

/// Gives the products' plans, and who loaded them: the versions of their rings are not noted yet.
fn plans(settings: &Settings, tagger: Option<TaggerUse>) -> Result<(Vec<LivePlan>, Loader), Exit> {
    let failed = |error: LoadError| failed(&error);
    let loader = Loader::of(settings).map_err(failed)?;
    loader.set().warm();
    let mut plans = Vec::with_capacity(settings.products.len());
    for product in &settings.products {
        let plan = loader.product(product).map_err(failed)?;
        if let Some(warnings) = plan.warnings() {
            tell(warnings);
        }
        plans.push(Arc::new(tagged(plan, tagger)).into());
    }
    let conflicts = super::plan::conflicting(&plans);
    conflicts.iter().for_each(tell);
    if !conflicts.is_empty() {
        return Err(Exit::Usage);
    }
    Ok((plans, loader))
}

fn stream_config(settings: &Settings, kafka: &KafkaSettings, plans: Vec<LivePlan>, arguments: &RunArguments) -> Config {
    let mut config = products_config(settings, kafka, plans);
    for product in &mut config.products {
        product.routes = routes(&product.plan.load(), arguments);
    }
    config.mode = if arguments.dry_run { Mode::DryRun } else { Mode::Write };
    config.until = if arguments.until_end { Until::End } else { Until::Told };
    config
}

/// What the settings say of the Kafka face.
pub(super) fn products_config(settings: &Settings, kafka: &KafkaSettings, plans: Vec<LivePlan>) -> Config {
    let product = |(settings, plan): (&ProductSettings, LivePlan)| stream::Product {
        name: plan.load().product().clone(),
        routes: plan.load().routes().cloned(),
        plan,
        group: settings.group.clone(),
        delivery: match settings.delivery {
            config::Delivery::ExactlyOnce => stream::Delivery::ExactlyOnce,
            config::Delivery::AtLeastOnce => stream::Delivery::AtLeastOnce,
        },
        start: match settings.start {
            config::Start::Earliest => stream::Start::Earliest,
            config::Start::Latest => stream::Start::Latest,
            config::Start::At(time) => stream::Start::Time(time),
        },
        on_gap: match settings.on_gap {
            config::OnGap::Stop => stream::OnGap::Stop,
            config::OnGap::Continue => stream::OnGap::Continue,
        },
    };
    Config {
        kafka: clients(kafka),
        products: settings.products.iter().zip(plans).map(product).collect(),
        instance: settings.instance,
        lanes: settings.lanes,
        memory_max: settings.memory_max,
        drain_max: settings.drain_max,
        call_max: kafka.call_max,
        ..Config::default()
    }
}

/// How the settings say that the brokers are reached.
pub(super) fn clients(kafka: &KafkaSettings) -> stream::Kafka {
    stream::Kafka {
        brokers: kafka.brokers.0.clone(),
        common: kafka.common.0.clone(),
        consumer: kafka.consumer.0.clone(),
        producer: kafka.producer.0.clone(),
    }
}

/// The policy's topics; in a trial those of the command line, the dead letters beside the input where the policy names
/// no place for them.
fn routes(plan: &Plan, arguments: &RunArguments) -> Option<Routes> {
    let named = plan.routes().cloned();
    let (Some(from), Some(to)) = (&arguments.from, &arguments.to) else { return named };
    let (input, output) = (Arc::from(from.as_str()), Arc::from(to.as_str()));
    Some(match named {
        Some(routes) => Routes { input, output, ..routes },
        None => Routes {
            dead_letter: format!("{from}.dead-letter").into(),
            input,
            output,
            format: PayloadFormat::default(),
            stop_at: StopAt::default(),
        },
    })
}

pub(super) fn cannot_start(problems: &[Problem]) -> Exit {
    for problem in problems {
        tell(problem);
    }
    Exit::Usage
}

/// Prints what each product did and found, and says how the process ends.
fn finish(ended: &[Ended], pace: Pace) -> Exit {
    let mut exit = Exit::Done;
    for one in ended {
        for line in ledger(one, pace) {
            tell(line);
        }
        match one.end {
            End::Done => {}
            End::Unfinished => exit = Exit::StartAgain,
            End::Stopped(reason) => {
                tell(format_args!("{}: stopped: {reason}", one.product));
                if exit != Exit::StartAgain {
                    exit = Exit::InputOutput;
                }
            }
        }
    }
    exit
}

/// The lines that tell what one product did: records, what was found, values by operator, dead letters by reason.
fn ledger(one: &Ended, pace: Pace) -> Vec<String> {
    let report = &one.total();
    let mut lines = vec![format!(
        "{}: {} records in, {} forwarded, {} changed, {} dropped, {} dead letters",
        one.product,
        report.records,
        report.forwarded,
        report.changed,
        report.dropped,
        report.refused()
    )];
    for (names, report) in &one.reports {
        if one.reports.len() > 1 {
            lines.push(format!("  policy sha256:{}: {} records", names.hash(), report.records));
        }
        lines.extend(found::lines(report, names));
    }
    for (reason, count) in &report.dead_letters {
        lines.push(format!("  {count} dead letters: {reason}"));
    }
    if pace == Pace::Told && report.records > 0 {
        let seconds = one.took.as_secs_f64().max(0.001);
        #[expect(clippy::cast_precision_loss, reason = "a rate for people: 53 bits are plenty")]
        let (records, megabytes) = (report.records as f64 / seconds, report.bytes_in as f64 / 1e6 / seconds);
        lines.push(format!("  in {seconds:.1} s, {records:.0} records/s, {megabytes:.1} MB/s"));
    }
    lines
}

/// Whether a rate means something: not where the process waited for records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pace {
    Told,
    Left,
}
