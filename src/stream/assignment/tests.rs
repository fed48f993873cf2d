use super::*;
use crate::observe::{Face, Metrics, Readiness};
use crossbeam_channel::Receiver;

/// What a consumer's callbacks work with, without a consumer, and what they tell.
struct Trial {
    assignment: Assignment,
    events: Receiver<Event<Treated>>,
    metrics: Metrics,
    readiness: Readiness,
}

fn trial() -> Trial {
    let metrics = Metrics::new();
    let readiness = Readiness::new(&metrics);
    let (tell, events) = crossbeam_channel::unbounded();
    let (_, commands) = crossbeam_channel::unbounded();
    // The other end is gone: who waits for a release does not wait.
    let (_, released) = crossbeam_channel::unbounded();
    let plan = crate::policy::plan_of("privet: v1\nproduct: test\nfields: {email: redact}\n");
    let assignment = Assignment {
        topic: Arc::from("in"),
        product: Product::new(Arc::new(plan)),
        events: tell,
        commands,
        released,
        metrics: metrics.product(Face::Stream, "test", std::iter::empty::<String>()),
        part: Arc::new(readiness.part("test")),
        stays: Mutex::default(),
        epochs: AtomicU64::new(0),
        drain: Drain::new(),
        losses: AtomicU64::new(0),
        held: AtomicBool::new(false),
        output: (Arc::from("out"), 3),
        closing: AtomicBool::new(false),
        given: AtomicBool::new(false),
        assigned: AtomicBool::new(false),
        lag: AtomicI64::new(0),
        ends: None,
        counted: Arc::default(),
        said: Repeats::default(),
    };
    readiness.started();
    Trial { assignment, events, metrics, readiness }
}

fn stay(flow: Flow) -> Stay {
    Stay::new(Epoch(1), 10, flow, None)
}

#[test]
fn what_no_consumer_is_given_does_not_lag() {
    let mut stay = stay(Flow::Flows);
    assert_eq!(stay.lag(-1001, -1001), 0, "nothing is known yet");
    assert_eq!(stay.lag(25, -1001), 15, "nothing was given yet");
    // Ten records, the end of their transaction, an aborted transaction and its end.
    stay.taken = 20;
    assert_eq!(stay.lag(25, 25), 15, "taken in, and not committed");
    stay.done = 20;
    assert_eq!(stay.lag(25, 25), 0);
    assert_eq!(stay.lag(27, 25), 2, "more has come");
    // Back behind what was committed: what was given counts for nothing until it is given again.
    stay.taken = 23;
    stay.restart(Epoch(2));
    assert_eq!(stay.lag(25, -1001), 5);
}

#[test]
fn an_instance_is_not_ready_while_a_partition_stands_still() {
    let trial = trial();
    trial.assignment.welcome(vec![(0, stay(Flow::Stopped))]);
    assert!(!trial.readiness.missing().is_empty());
    trial.assignment.welcome(vec![(1, stay(Flow::Flows))]);
    assert!(!trial.readiness.missing().is_empty(), "another partition does not mend the first");
    trial.assignment.give_up(vec![Partition(0)], Handover::Orderly);
    assert!(trial.readiness.missing().is_empty());
}

#[test]
fn a_loss_of_nothing_is_none() {
    let trial = trial();
    trial.assignment.give_up(Vec::new(), Handover::Lost);
    assert_eq!((trial.assignment.losses.load(Ordering::SeqCst), trial.events.len()), (0, 0));
    trial.assignment.welcome(vec![(0, stay(Flow::Flows))]);
    trial.assignment.give_up(vec![Partition(0)], Handover::Lost);
    assert_eq!(trial.assignment.losses.load(Ordering::SeqCst), 1);
    assert!(matches!(trial.events.try_iter().last(), Some(Event::Revoked(_, Handover::Lost))));
}

#[test]
fn records_that_are_gone_are_counted_once() {
    let trial = trial();
    let lost = || {
        let text = trial.metrics.encode();
        let line = text.lines().find(|line| line.starts_with("privet_lost_records_total{"));
        line.and_then(|line| line.rsplit(' ').next()?.parse::<u64>().ok())
    };
    let known = |committed, low| Known { committed: Some(committed), low, high: 90, at_time: None };
    for _ in 0..3 {
        trial.assignment.begin(0, known(5, 15));
        assert_eq!(lost(), Some(10));
    }
    trial.assignment.begin(1, known(5, 15));
    assert_eq!(lost(), Some(20), "of another partition");
    trial.assignment.begin(0, known(5, 18));
    assert_eq!(lost(), Some(23), "three more are gone since");
    trial.assignment.begin(0, known(30, 40));
    assert_eq!(lost(), Some(33), "it went on, and lost others");
}
