//! What the broker says of topics, and what it would refuse.

use super::ledger::Refusal;
use super::native::{self, Rights};
use rdkafka::admin::{AdminClient, AdminOptions, ConfigResource, ResourceSpecifier};
use rdkafka::client::DefaultClientContext;
use rdkafka::config::ClientConfig;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use std::time::{Duration, Instant};

/// A topic as far as the broker tells; what it cannot say is unknown, not a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct TopicFacts {
    pub(super) partitions: i32,
    pub(super) compacted: Option<bool>,
    pub(super) message_bytes_max: Option<usize>,
    /// How long records stay.
    pub(super) kept: Option<Kept>,
    /// How far ahead of the broker's clock a timestamp may be, in milliseconds.
    pub(super) ahead_max: Option<i64>,
    /// How far behind it may be.
    pub(super) behind_max: Option<i64>,
    /// What we may do with it.
    pub(super) rights: Option<Rights>,
}

/// How long a topic keeps what was written to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    /// Until a time, or so many bytes, have passed.
    Limited,
    /// Nothing is ever taken away, but what another record of its key replaces.
    Forever,
}

impl Kept {
    /// Reads `cleanup.policy`, `retention.ms` and `retention.bytes`.
    fn of(policy: &str, time: &str, bytes: &str) -> Self {
        let deletes = policy.split(',').any(|policy| policy.trim() == "delete");
        if deletes && (time != "-1" || bytes != "-1") { Self::Limited } else { Self::Forever }
    }
}

/// Why a topic cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TopicError {
    Absent,
    Denied,
    /// The broker did not answer.
    Silent(&'static str),
}

impl TopicFacts {
    /// Says what of a record the broker would refuse, as far as is known before it is sent.
    pub(super) fn refuses(&self, key: Option<&[u8]>, bytes: usize, time: Option<i64>, now: i64) -> Option<Refusal> {
        if key.is_none() && self.compacted == Some(true) {
            return Some(Refusal::NoKey);
        }
        if self.message_bytes_max.is_some_and(|max| bytes.saturating_add(ENVELOPE) > max) {
            return Some(Refusal::TooLarge);
        }
        let time = time?;
        let ahead = self.ahead_max.is_some_and(|max| time.saturating_sub(now) > max);
        let behind = self.behind_max.is_some_and(|max| now.saturating_sub(time) > max);
        (ahead || behind).then_some(Refusal::Timestamp)
    }
}

/// How long to wait before a question is asked again.
const AGAIN: Duration = Duration::from_millis(100);
/// What a record weighs on the wire beside key, value and headers.
pub(super) const ENVELOPE: usize = 100;

/// Whether the broker is asked for the settings of topics: one that does not answer once is not asked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Settings {
    Asked,
    Unanswered,
}

/// How long the broker may take to tell a topic's settings, or our rights, without which it goes too.
const SETTINGS_PATIENCE: Duration = Duration::from_secs(3);

/// Asks for the number of partitions and the settings of a topic, and for what we may do with it.
pub(super) fn facts(
    config: &ClientConfig,
    topic: &str,
    patience: Duration,
    asked: &mut Settings,
) -> Result<TopicFacts, TopicError> {
    let admin: AdminClient<DefaultClientContext> = config.create().map_err(|_| TopicError::Silent("no client"))?;
    let deadline = Instant::now() + patience;
    // One connection that breaks, or a leader that moves, is no answer yet.
    let partitions = loop {
        match partitions(&admin, topic, deadline.saturating_duration_since(Instant::now())) {
            Err(TopicError::Silent(_)) if Instant::now() < deadline => std::thread::sleep(AGAIN),
            answer => break answer?,
        }
    };
    let mut facts = TopicFacts { partitions, ..TopicFacts::default() };
    let settings = settings(&admin, topic, asked);
    // A broker that does not answer one question of administrators answers none, and waiting for each takes long.
    if *asked == Settings::Asked {
        facts.rights = native::topic_rights(admin.inner().native_ptr(), topic, SETTINGS_PATIENCE);
    }
    if let Some(settings) = settings {
        let read = |name: &str| settings.get(name).and_then(|entry| entry.value.as_deref());
        facts.compacted = read("cleanup.policy").map(|policy| policy.split(',').any(|p| p.trim() == "compact"));
        let kept = read("cleanup.policy").zip(read("retention.ms").zip(read("retention.bytes")));
        facts.kept = kept.map(|(policy, (time, bytes))| Kept::of(policy, time, bytes));
        facts.message_bytes_max = read("max.message.bytes").and_then(|text| text.parse().ok());
        facts.ahead_max = read("message.timestamp.after.max.ms").and_then(|text| text.parse().ok());
        facts.behind_max = read("message.timestamp.before.max.ms").and_then(|text| text.parse().ok());
        if read("message.timestamp.type") == Some("LogAppendTime") {
            (facts.ahead_max, facts.behind_max) = (None, None);
        }
    }
    Ok(facts)
}

fn partitions(admin: &AdminClient<DefaultClientContext>, topic: &str, patience: Duration) -> Result<i32, TopicError> {
    let metadata = admin.inner().fetch_metadata(Some(topic), patience).map_err(|error| read(&error))?;
    let found = metadata.topics().iter().find(|t| t.name() == topic).ok_or(TopicError::Absent)?;
    if let Some(code) = found.error() {
        return Err(of_code(code.into()));
    }
    match i32::try_from(found.partitions().len()).unwrap_or(i32::MAX) {
        0 => Err(TopicError::Absent),
        partitions => Ok(partitions),
    }
}

fn settings(admin: &AdminClient<DefaultClientContext>, topic: &str, asked: &mut Settings) -> Option<ConfigResource> {
    if *asked == Settings::Unanswered {
        return None;
    }
    let options = AdminOptions::new().request_timeout(Some(SETTINGS_PATIENCE));
    let topics = [ResourceSpecifier::Topic(topic)];
    let question = admin.describe_configs(&topics, &options);
    let runtime = tokio::runtime::Builder::new_current_thread().build().ok()?;
    match runtime.block_on(question) {
        // One that refuses has answered.
        Ok(answers) => answers.into_iter().next()?.ok(),
        Err(_) => {
            *asked = Settings::Unanswered;
            None
        }
    }
}

fn read(error: &KafkaError) -> TopicError {
    error.rdkafka_error_code().map_or(TopicError::Silent("no answer"), of_code)
}

fn of_code(code: RDKafkaErrorCode) -> TopicError {
    match code {
        RDKafkaErrorCode::UnknownTopicOrPartition | RDKafkaErrorCode::UnknownTopic | RDKafkaErrorCode::InvalidTopic => {
            TopicError::Absent
        }
        RDKafkaErrorCode::TopicAuthorizationFailed => TopicError::Denied,
        other => TopicError::Silent(super::faults::name(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_never_deleted_is_kept_for_ever() {
        for (policy, time, bytes, kept) in [
            ("delete", "604800000", "-1", Kept::Limited),
            ("delete", "-1", "1000000", Kept::Limited),
            ("compact, delete", "1000", "-1", Kept::Limited),
            ("delete", "-1", "-1", Kept::Forever),
            ("compact", "604800000", "-1", Kept::Forever),
        ] {
            assert_eq!(Kept::of(policy, time, bytes), kept, "{policy} {time} {bytes}");
        }
    }

    #[test]
    fn what_the_broker_would_refuse_is_known_before() {
        let facts = TopicFacts {
            partitions: 1,
            compacted: Some(true),
            message_bytes_max: Some(1000),
            kept: None,
            ahead_max: Some(3_600_000),
            behind_max: Some(1_000_000),
            rights: None,
        };
        let now = 10_000_000;
        assert_eq!(facts.refuses(None, 10, None, now), Some(Refusal::NoKey));
        assert_eq!(facts.refuses(Some(b""), 901, None, now), Some(Refusal::TooLarge));
        assert_eq!(facts.refuses(Some(b""), 900, Some(now + 3_600_000), now), None);
        assert_eq!(facts.refuses(Some(b""), 900, Some(now + 3_600_001), now), Some(Refusal::Timestamp));
        assert_eq!(facts.refuses(Some(b""), 900, Some(now - 1_000_001), now), Some(Refusal::Timestamp));
        assert_eq!(TopicFacts::default().refuses(None, usize::MAX, Some(i64::MAX), now), None);
    }
}
