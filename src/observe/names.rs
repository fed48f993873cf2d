//! Every metric by name, in one table; `docs/metrics.md` and the registry both follow it.

/// A metric of this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Name {
    /// Records by what became of them.
    Records,
    /// Records in which something changed.
    ChangedRecords,
    /// Refused records by reason.
    DeadLetters,
    /// Findings by entity type.
    Findings,
    /// Changed values by operator.
    Operations,
    /// Bytes of values that came in.
    InputBytes,
    /// Bytes of values that went on.
    OutputBytes,
    /// How long the engine takes for a batch.
    BatchDuration,
    /// How long a commit takes, from a transaction's last record on.
    CommitDuration,
    /// Transactions by how they ended.
    Transactions,
    /// Records that wait in an input partition.
    ConsumerLag,
    /// Whether an input partition is paused.
    PartitionPaused,
    /// Records that were gone from an input topic before they were read.
    LostRecords,
    /// Values turned back.
    OpenedValues,
    /// Records inside the process.
    InflightRecords,
    /// Whether a part of the process is ready.
    Ready,
    /// Requests answered, by status.
    HttpRequests,
    /// How long a request takes.
    HttpRequestDuration,
    /// Requests being answered.
    HttpInflightRequests,
    /// Connections that are open.
    HttpConnections,
    /// Which policy governs a product.
    PolicyInfo,
    /// Reloads by what came of them.
    Reloads,
    /// What was asked of the vault, by who answered.
    VaultLookups,
    /// How long the vault's store takes for a batch.
    VaultBatchDuration,
    /// Batches that the vault's store did not answer.
    VaultErrors,
    /// Rows of the vault from before a rotation.
    VaultStaleRows,
    /// Which program this is.
    BuildInfo,
}

/// What form a metric has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// It only grows.
    Counter,
    /// It goes up and down.
    Gauge,
    /// It sorts durations into buckets.
    Histogram,
}

/// What a metric is counted in, where that is a unit of measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Things: the noun of the name says which.
    None,
    /// Seconds.
    Seconds,
    /// Bytes.
    Bytes,
}

impl Name {
    /// All metrics, in the order in which they are shown.
    pub const ALL: &'static [Self] = &[
        Self::Records,
        Self::ChangedRecords,
        Self::DeadLetters,
        Self::Findings,
        Self::Operations,
        Self::InputBytes,
        Self::OutputBytes,
        Self::BatchDuration,
        Self::CommitDuration,
        Self::Transactions,
        Self::ConsumerLag,
        Self::PartitionPaused,
        Self::LostRecords,
        Self::OpenedValues,
        Self::InflightRecords,
        Self::Ready,
        Self::HttpRequests,
        Self::HttpRequestDuration,
        Self::HttpInflightRequests,
        Self::HttpConnections,
        Self::PolicyInfo,
        Self::Reloads,
        Self::VaultLookups,
        Self::VaultBatchDuration,
        Self::VaultErrors,
        Self::VaultStaleRows,
        Self::BuildInfo,
    ];

    /// Gives the name as it is scraped.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Records => "privet_records_total",
            Self::ChangedRecords => "privet_changed_records_total",
            Self::DeadLetters => "privet_dead_letters_total",
            Self::Findings => "privet_findings_total",
            Self::Operations => "privet_operations_total",
            Self::InputBytes => "privet_input_bytes_total",
            Self::OutputBytes => "privet_output_bytes_total",
            Self::BatchDuration => "privet_batch_duration_seconds",
            Self::CommitDuration => "privet_commit_duration_seconds",
            Self::Transactions => "privet_transactions_total",
            Self::ConsumerLag => "privet_consumer_lag_records",
            Self::PartitionPaused => "privet_partition_paused",
            Self::LostRecords => "privet_lost_records_total",
            Self::OpenedValues => "privet_opened_values_total",
            Self::InflightRecords => "privet_inflight_records",
            Self::Ready => "privet_ready",
            Self::HttpRequests => "privet_http_requests_total",
            Self::HttpRequestDuration => "privet_http_request_duration_seconds",
            Self::HttpInflightRequests => "privet_http_inflight_requests",
            Self::HttpConnections => "privet_http_connections",
            Self::PolicyInfo => "privet_policy_info",
            Self::Reloads => "privet_reloads_total",
            Self::VaultLookups => "privet_vault_lookups_total",
            Self::VaultBatchDuration => "privet_vault_batch_duration_seconds",
            Self::VaultErrors => "privet_vault_errors_total",
            Self::VaultStaleRows => "privet_vault_stale_rows",
            Self::BuildInfo => "privet_build_info",
        }
    }

    /// Says what it counts, in one sentence without a full stop.
    pub const fn help(self) -> &'static str {
        match self {
            Self::Records => "Records by what became of them: forward, drop or dead_letter",
            Self::ChangedRecords => "Records that went on with something in them changed",
            Self::DeadLetters => "Refused records by the code of the reason",
            Self::Findings => "Findings in records that went on, by entity type, and whether they were changed or left",
            Self::Operations => "Values changed in records that went on, by operator",
            Self::InputBytes => "Bytes of values that came in",
            Self::OutputBytes => "Bytes of values that went on",
            Self::BatchDuration => "Time the engine took for one batch of records",
            Self::CommitDuration => "Time from a transaction's last record to the answer to its commit",
            Self::Transactions => "Transactions by how they ended: committed or aborted",
            Self::ConsumerLag => "Records of an input partition that are not yet committed",
            Self::PartitionPaused => "1 while an input partition is paused",
            Self::LostRecords => "Records that were gone from an input topic before they were read",
            Self::OpenedValues => "Values that were turned back over HTTP for somebody who may have them",
            Self::InflightRecords => "Records taken in and neither committed nor answered",
            Self::Ready => "1 while this part of the process is ready",
            Self::HttpRequests => "Requests answered, by listener and status",
            Self::HttpRequestDuration => "Time from a request's head to its answer's",
            Self::HttpInflightRequests => "Requests being answered now",
            Self::HttpConnections => "Connections open now",
            Self::PolicyInfo => "Always 1; which policy governs a product, by the hash of its meaning",
            Self::Reloads => "Reloads of policies, recognizers and key rings by what came of them: applied or refused",
            Self::VaultLookups => "Values and subjects that the vault was asked about, by who answered: cache or store",
            Self::VaultBatchDuration => "Time the vault's store took for one batch",
            Self::VaultErrors => "Batches that the vault's store did not answer: unavailable or refused",
            Self::VaultStaleRows => {
                "Rows of the vault to be written anew since a rotation, so that the key before it can be disabled"
            }
            Self::BuildInfo => "Always 1; the program's version",
        }
    }

    /// Gives the labels it carries, in order.
    pub const fn labels(self) -> &'static [&'static str] {
        match self {
            Self::Records => &["product", "face", "disposition"],
            Self::DeadLetters => &["product", "face", "reason"],
            Self::Findings => &["product", "face", "entity", "treatment"],
            Self::Operations => &["product", "face", "operator"],
            Self::ChangedRecords
            | Self::InputBytes
            | Self::OutputBytes
            | Self::BatchDuration
            | Self::InflightRecords => &["product", "face"],
            Self::CommitDuration | Self::LostRecords | Self::OpenedValues => &["product"],
            Self::Transactions => &["product", "result"],
            Self::ConsumerLag | Self::PartitionPaused => &["product", "topic", "partition"],
            Self::Ready => &["part"],
            Self::HttpRequests => &["listener", "status"],
            Self::HttpRequestDuration | Self::HttpInflightRequests | Self::HttpConnections => &["listener"],
            Self::PolicyInfo => &["product", "hash"],
            Self::Reloads | Self::VaultErrors => &["result"],
            Self::VaultLookups => &["answered_by"],
            Self::VaultBatchDuration | Self::VaultStaleRows => &[],
            Self::BuildInfo => &["version"],
        }
    }

    /// Gives its form, read from its name.
    pub fn form(self) -> Form {
        let name = self.as_str();
        match (name.ends_with("_total"), name.ends_with("_seconds")) {
            (true, _) => Form::Counter,
            (_, true) => Form::Histogram,
            _ => Form::Gauge,
        }
    }

    /// Gives its unit, read from its name.
    pub fn unit(self) -> Unit {
        match self.as_str().trim_end_matches("_total").rsplit('_').next() {
            Some("seconds") => Unit::Seconds,
            Some("bytes") => Unit::Bytes,
            _ => Unit::None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_said_once_and_in_our_way() {
        let mut names: Vec<_> = Name::ALL.iter().map(|name| name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Name::ALL.len());
        for name in Name::ALL {
            assert!(name.as_str().starts_with("privet_"), "{name:?}");
            assert!(!name.help().ends_with('.'), "the registry adds the full stop: {name:?}");
        }
    }

    #[test]
    fn the_documents_table_is_this_table() {
        let document = include_str!("../../docs/metrics.md");
        for name in Name::ALL {
            let row = document.lines().find(|line| line.starts_with(&format!("| `{}` |", name.as_str())));
            let row = row.unwrap_or_else(|| panic!("{} has no row", name.as_str()));
            let form = format!("{:?}", name.form()).to_lowercase();
            let labels: Vec<_> = name.labels().iter().map(|label| format!("`{label}`")).collect();
            assert_eq!(row, format!("| `{}` | {form} | {} | {} |", name.as_str(), labels.join(", "), name.help()));
        }
        let rows = document.lines().filter(|line| line.starts_with("| `privet_")).count();
        assert_eq!(rows, Name::ALL.len());
    }
}
