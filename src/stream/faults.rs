//! Reads the client's errors: whose fault, and what may be done.

use super::ledger::{Answer, Blame, Fault, Refusal};
use rdkafka::error::{KafkaError, RDKafkaErrorCode as Code};

/// Reads what a transaction call returned.
pub(super) fn answer(result: Result<(), KafkaError>) -> Answer {
    let Err(error) = result else { return Answer::Done };
    match error {
        KafkaError::Transaction(error) => {
            let code = error.code();
            if is_fence(code) && (error.is_fatal() || !error.txn_requires_abort()) {
                Answer::Fenced
            } else if error.is_fatal() {
                Answer::Fatal(name(code))
            } else if error.txn_requires_abort() {
                Answer::NeedsAbort(name(code), blame(code))
            } else if error.is_retriable() {
                Answer::Again(name(code))
            } else {
                Answer::Fatal(name(code))
            }
        }
        // A flush inside a commit: nothing was asked of the coordinator yet.
        KafkaError::Flush(code) => Answer::Again(name(code)),
        KafkaError::ConsumerCommit(code) if is_transient(code) => Answer::Again(name(code)),
        KafkaError::ConsumerCommit(code) => Answer::NeedsAbort(name(code), blame(code)),
        other => Answer::Fatal(other.rdkafka_error_code().map_or("kafka_error", name)),
    }
}

/// Reads what the first call of a producer with transactions returned: a right that is missing is fatal to the client,
/// and only a person can give it.
pub(super) fn first_answer(result: Result<(), KafkaError>) -> Answer {
    match result.as_ref().err().and_then(KafkaError::rdkafka_error_code) {
        Some(code) if blame(code) == Blame::Denied => Answer::NeedsAbort(name(code), Blame::Denied),
        _ => answer(result),
    }
}

/// Reads the error that a client has failed with for good.
pub(super) fn fatal(code: Code) -> Answer {
    if is_fence(code) { Answer::Fenced } else { Answer::Fatal(name(code)) }
}

/// Reads a consumer's error: none where the client mends it by itself.
pub(super) fn consumer(error: &KafkaError) -> Option<Answer> {
    let code = error.rdkafka_error_code()?;
    match error {
        KafkaError::MessageConsumptionFatal(_) => Some(fatal(code)),
        _ if blame(code) == Blame::Denied => Some(Answer::NeedsAbort(name(code), Blame::Denied)),
        // The position is outside of the log: only new positions help.
        _ if matches!(code, Code::AutoOffsetReset | Code::OffsetOutOfRange) => Some(Answer::Fatal(name(code))),
        _ => None,
    }
}

/// Reads why a record was not delivered.
pub(super) fn delivery(error: &KafkaError) -> (Fault, &'static str) {
    let Some(code) = error.rdkafka_error_code() else { return (Fault::Other(Blame::Unknown), "kafka_error") };
    let fault = match code {
        Code::MessageSizeTooLarge | Code::InvalidMessageSize => Fault::Record(Refusal::TooLarge),
        Code::InvalidTimestamp => Fault::Record(Refusal::Timestamp),
        Code::InvalidRecord | Code::InvalidMessage => Fault::Record(Refusal::Refused),
        Code::InvalidDifferentRecord => Fault::Neighbour,
        other => Fault::Other(blame(other)),
    };
    (fault, name(code))
}

fn is_fence(code: Code) -> bool {
    matches!(code, Code::Fenced | Code::ProducerFenced | Code::InvalidProducerEpoch | Code::FencedInstanceId)
}

/// Tells whether the same question may be answered in a moment.
pub(super) fn is_transient(code: Code) -> bool {
    matches!(
        code,
        Code::OperationTimedOut
            | Code::RequestTimedOut
            | Code::BrokerTransportFailure
            | Code::CoordinatorLoadInProgress
            | Code::CoordinatorNotAvailable
            | Code::NotCoordinator
            | Code::WaitingForCoordinator
    )
}

fn blame(code: Code) -> Blame {
    match code {
        Code::TopicAuthorizationFailed
        | Code::GroupAuthorizationFailed
        | Code::ClusterAuthorizationFailed
        | Code::TransactionalIdAuthorizationFailed
        | Code::SaslAuthenticationFailed
        | Code::Authentication => Blame::Denied,
        _ if is_transient(code) || is_fence(code) => Blame::Surroundings,
        Code::MessageTimedOut
        | Code::PurgeQueue
        | Code::PurgeInflight
        | Code::QueueFull
        | Code::AllBrokersDown
        | Code::Resolve
        | Code::IllegalGeneration
        | Code::UnknownMemberId
        | Code::RebalanceInProgress
        | Code::NotEnoughReplicas
        | Code::NotEnoughReplicasAfterAppend
        | Code::NotLeaderForPartition
        | Code::LeaderNotAvailable
        | Code::NetworkException
        | Code::BrokerNotAvailable
        | Code::KafkaStorageError
        | Code::UnknownTopicOrPartition
        | Code::UnknownTopic
        | Code::UnknownPartition
        | Code::ConcurrentTransactions
        | Code::TransactionCoordinatorFenced
        | Code::OutOfOrderSequenceNumber
        | Code::UnknownProducerId
        | Code::InvalidProducerIdMapping
        | Code::UnstableOffsetCommit
        | Code::ThrottlingQuotaExceeded
        | Code::State
        | Code::Conflict => Blame::Surroundings,
        _ => Blame::Unknown,
    }
}

/// Names the codes that are met in practice; a closed list, so that it can label a metric.
pub(super) fn name(code: Code) -> &'static str {
    match code {
        Code::OperationTimedOut => "operation_timed_out",
        Code::RequestTimedOut => "request_timed_out",
        Code::MessageTimedOut => "message_timed_out",
        Code::BrokerTransportFailure => "transport",
        Code::AllBrokersDown => "all_brokers_down",
        Code::MessageSizeTooLarge => "message_too_large",
        Code::InvalidMessageSize => "invalid_message_size",
        Code::InvalidTimestamp => "invalid_timestamp",
        Code::InvalidRecord => "invalid_record",
        Code::InvalidMessage => "invalid_message",
        Code::InvalidDifferentRecord => "neighbour_invalid",
        Code::QueueFull => "queue_full",
        Code::Fenced | Code::ProducerFenced => "fenced",
        Code::FencedInstanceId => "fenced_instance_id",
        Code::InvalidProducerEpoch => "invalid_producer_epoch",
        Code::IllegalGeneration => "illegal_generation",
        Code::UnknownMemberId => "unknown_member_id",
        Code::RebalanceInProgress => "rebalance_in_progress",
        Code::TopicAuthorizationFailed => "topic_authorization_failed",
        Code::GroupAuthorizationFailed => "group_authorization_failed",
        Code::TransactionalIdAuthorizationFailed => "transactional_id_authorization_failed",
        Code::ClusterAuthorizationFailed => "cluster_authorization_failed",
        Code::SaslAuthenticationFailed | Code::Authentication => "authentication_failed",
        Code::NotEnoughReplicas | Code::NotEnoughReplicasAfterAppend => "not_enough_replicas",
        Code::UnknownTopicOrPartition | Code::UnknownTopic => "unknown_topic",
        Code::UnknownPartition => "unknown_partition",
        Code::NotCoordinator | Code::CoordinatorNotAvailable | Code::CoordinatorLoadInProgress => "coordinator",
        Code::AutoOffsetReset | Code::OffsetOutOfRange => "offset_out_of_range",
        Code::State => "state",
        Code::Conflict => "conflict",
        Code::PurgeQueue | Code::PurgeInflight => "purged",
        Code::OutOfOrderSequenceNumber => "out_of_order_sequence",
        Code::UnknownProducerId => "unknown_producer_id",
        Code::InvalidTransactionTimeout => "invalid_transaction_timeout",
        Code::Fatal => "fatal",
        _ => "other",
    }
}
