//! What the ledger is told, and what it asks for.

use super::{Epoch, Partition, Sequence};
use std::time::Duration;

/// What happened.
#[derive(Debug)]
pub enum Event<R> {
    /// The partition is ours from now on.
    Assigned {
        /// The partition.
        partition: Partition,
        /// Its new epoch.
        epoch: Epoch,
    },
    /// The partition was sought to where the last abort asked.
    Sought {
        /// The partition.
        partition: Partition,
        /// Its new epoch.
        epoch: Epoch,
    },
    /// A client cannot go on: only both clients anew can help.
    ClientFailed(Answer),
    /// A store that the policy needs does not answer: what is open is given up, and comes again when it does.
    StoreAway,
    /// Partitions are to be given up; the answer is [`Action::Released`].
    Revoked(Vec<Partition>, Handover),
    /// The lanes are done with a run of records.
    Finished {
        /// The partition.
        partition: Partition,
        /// The epoch in which the run was consumed.
        epoch: Epoch,
        /// The run's place in the epoch.
        sequence: Sequence,
        /// The records.
        run: R,
    },
    /// No run at this place or after it will be dispatched in this epoch.
    Ended {
        /// The partition.
        partition: Partition,
        /// The epoch.
        epoch: Epoch,
        /// The first place that stays empty.
        sequence: Sequence,
    },
    /// The product shall end when what was taken in is committed.
    Finish(Finish),
    /// The product cannot go on; an open transaction is aborted first, one that is being committed is finished.
    Halt(StopReason),
    /// Time has passed.
    Tick,
    /// A record could not be handed to the client.
    SendFailed {
        /// The record's place in the transaction.
        index: usize,
        /// Whose fault it is.
        fault: Fault,
        /// The client's code.
        code: &'static str,
    },
    /// Every delivery report of the transaction is in; those that failed.
    Delivered(Vec<Report>),
    /// The reports were not all in when the transaction became too old.
    FlushTimedOut,
    /// A transaction call returned.
    Answered(Call, Answer),
}

/// What is to be done, in order.
#[derive(Debug)]
pub enum Action<R> {
    /// Begin a transaction.
    Begin,
    /// Produce a run's records in order. After one that cannot be sent, what is queued of this transaction is dropped.
    Produce {
        /// The records.
        run: R,
        /// The place in the transaction of the first of them.
        base: usize,
        /// Those, by their index in the run, that go to the dead-letter topic, and why.
        condemned: Vec<(usize, Refusal)>,
    },
    /// Wait until every delivery report of the transaction is in.
    Flush {
        /// When waiting is given up.
        until: Duration,
    },
    /// Add the offsets, each one past the last record's, to the transaction.
    SendOffsets(Vec<(Partition, i64)>),
    /// Commit the transaction.
    Commit,
    /// Abort the transaction.
    Abort,
    /// Go back in partitions that are still ours.
    Seek(Vec<Seek>),
    /// The partitions may be given up.
    Released(Vec<Partition>),
    /// Close both clients, wait a random part of the pause and begin anew from the committed offsets.
    Restart {
        /// The longest wait.
        pause: Duration,
    },
    /// End the product for a reason that a person has to see.
    Stop(StopReason),
    /// Everything taken in is committed, but what an abort threw away in a drain: close both clients.
    Drained,
    /// Nothing is left to be done here, and ends are not known to be reached: close both clients, start again.
    Bereft,
}

/// A partition, and the offset to go back to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seek {
    /// The partition.
    pub partition: Partition,
    /// The epoch that ends with this seek; a partition that has another by now is left alone.
    pub epoch: Epoch,
    /// The offset.
    pub position: i64,
}

/// How partitions leave us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handover {
    /// They are still ours until the answer: a transaction that holds them is finished first.
    Orderly,
    /// They are already another's: a transaction that holds them can only be aborted.
    Lost,
}

/// When a product that shall end has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finish {
    /// What is in the lanes is committed; what an abort threw away stays for the next start.
    Drain,
    /// Every partition has been committed up to its end.
    AtEnds,
}

/// A transaction call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// `begin_transaction`.
    Begin,
    /// `send_offsets_to_transaction`.
    SendOffsets,
    /// `commit_transaction`.
    Commit,
    /// `abort_transaction`.
    Abort,
}

/// What a transaction call returned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It is done.
    Done,
    /// It timed out or may be called again.
    Again(&'static str),
    /// The transaction can only be aborted.
    NeedsAbort(&'static str, Blame),
    /// Another instance has our identity, or the transaction was too old.
    Fenced,
    /// The client is of no more use.
    Fatal(&'static str),
}

impl Answer {
    /// The client's code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Done => "none",
            Self::Fenced => "fenced",
            Self::Again(code) | Self::NeedsAbort(code, _) | Self::Fatal(code) => code,
        }
    }
}

/// Where the cause of an abort may lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blame {
    /// The broker, the network, the group: no record can be the cause.
    Surroundings,
    /// Nobody knows: a record may be the cause.
    Unknown,
    /// We may not do it: only a person can mend that.
    Denied,
}

/// Whose fault it is that a record was not delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The record's own, or one of its neighbours' in the same request.
    Record(Refusal),
    /// Another record's in the same request.
    Neighbour,
    /// Something else's.
    Other(Blame),
}

/// One failed delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Report {
    /// The record's place in the transaction.
    pub index: usize,
    /// Whose fault it is.
    pub fault: Fault,
    /// The client's code.
    pub code: &'static str,
}

/// Why one record cannot be produced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Larger than client or broker take.
    TooLarge,
    /// No key, and the topic is compacted.
    NoKey,
    /// A timestamp that the topic does not take.
    Timestamp,
    /// The broker refuses it and does not say why.
    Refused,
}

impl Refusal {
    /// The reason code for the dead-letter topic.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::NoKey => "no_key_on_compacted_topic",
            Self::Timestamp => "invalid_timestamp",
            Self::Refused => "refused_by_broker",
        }
    }
}

/// Why a product ends and a person is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StopReason {
    /// Fenced three times in five minutes.
    #[error(
        "fenced three times in five minutes: another instance has the same transactional.id, or transactions live \
         longer than transaction.timeout.ms"
    )]
    Fenced,
    /// Fatal errors without end.
    #[error("the Kafka client failed five times in five minutes, the last time with {0}")]
    Fatal(&'static str),
    /// The dead letter of a record is refused too.
    #[error("the dead-letter topic refuses the dead letter of a record that was itself refused ({0})")]
    DeadLetterRefused(&'static str),
    /// A right is missing.
    #[error("access denied by the broker ({code}): {mend}", code = .0, mend = mend(.0))]
    Denied(&'static str),
    /// Records were gone before they were read, and nobody said that the rest may go on.
    #[error(
        "records are gone from the topic before they were read; `on_gap: continue` beside the product's policy counts \
         them and goes on"
    )]
    Gone,
    /// A partition of the input has no counterpart.
    #[error(
        "the input topic has more partitions than the output topic, and a record keeps its partition: add some there"
    )]
    Partitions,
    /// None of the first records could be decoded; the last of them for this reason.
    #[error("none of the first {0} records could be decoded ({1}): is the format right?")]
    NoneDecoded(u32, &'static str),
    /// More of the last records than the policy's `dead_letter.stop_at` could not be decoded; the last for this reason.
    #[error("of the last {0} records {1} could not be decoded ({2}), more than `dead_letter.stop_at` says")]
    FewDecoded(u32, u32, &'static str),
    /// The engine cannot go on.
    #[error("the engine cannot go on: {0}")]
    Engine(&'static str),
}

/// Says what gives the right that a code says is missing.
fn mend(code: &str) -> &'static str {
    match code {
        "topic_authorization_failed" => {
            "give the principal Read on the input topic, and Write on the output and the dead-letter topic"
        }
        "group_authorization_failed" => {
            "give the principal Read on the consumer group, or name another one by `group:`"
        }
        "transactional_id_authorization_failed" => {
            "give the principal Write and Describe on the transactional ids that begin with the group's name"
        }
        "cluster_authorization_failed" => "give the principal IdempotentWrite on the cluster",
        "authentication_failed" => "see that user and secret under `kafka.common` are right",
        _ => "a right of the principal is missing",
    }
}
