//! Audit records: one line of JSON for each call that turns values back, and for each caller who reaches a limit.
//!
//! They say who asked, why, and how much came of it; never a value, and nothing of a token. A record is written before
//! the answer leaves; where it cannot be, nothing leaves.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Where audit records go, and of which tenant they are.
#[derive(Debug)]
pub struct Audit {
    to: Mutex<To>,
    tenant: String,
}

#[derive(Debug)]
enum To {
    StandardError,
    File { path: PathBuf, file: File },
}

/// One record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct AuditRecord<'a> {
    /// What was asked: `deanonymize`, or `new_values_limit`.
    pub event: &'a str,
    /// Who asked, as far as it is proven.
    pub requester: &'a str,
    /// The address that the request came from; none for a command on this host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Why, in the requester's words, personal data replaced; `<UNREAD>` where nobody looked through them, for the caller is not
    /// proven, or no worker had time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'a str>,
    /// Why the token that was shown counts for nothing, a word of a closed list; none where none was shown, or it counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<&'a str>,
    /// The tenant of the process; none where it is of none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<&'a str>,
    /// The data product.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<&'a str>,
    /// What came of it, a word of a closed list.
    pub outcome: &'a str,
    /// How many records were sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub records: Option<u64>,
    /// How many values were turned back, by key domain and value kind.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub opened: BTreeMap<String, u64>,
    /// The key domain whose limit was reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ring: Option<&'a str>,
    /// The limit that was reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
}

/// The file of audit records, opened anew and not used yet.
#[derive(Debug)]
pub struct AuditRead(Option<File>);

/// How much of a file's end is read back: more lines than an hour of one host's commands has.
const READ_MAX: u64 = 64 << 20;

/// What counts of a line that was written.
#[derive(Deserialize)]
struct Told {
    time: String,
    audit: ToldRecord,
}

#[derive(Deserialize)]
struct ToldRecord {
    event: String,
    requester: String,
    #[serde(default)]
    opened: BTreeMap<String, u64>,
}

#[derive(Serialize)]
struct Line<'a> {
    time: String,
    audit: &'a AuditRecord<'a>,
}

impl Audit {
    /// Writes to standard error.
    pub fn to_standard_error() -> Self {
        Self { to: Mutex::new(To::StandardError), tenant: String::new() }
    }

    /// Writes to the end of a file, which is made if it is not there, for its owner alone.
    ///
    /// # Errors
    /// Where it cannot be opened.
    pub fn to_file(path: &Path) -> io::Result<Self> {
        let file = open(path)?;
        Ok(Self { to: Mutex::new(To::File { path: path.to_owned(), file }), tenant: String::new() })
    }

    /// Takes the tenant that every record names; the empty name is none.
    #[must_use]
    pub fn of_tenant(self, tenant: &str) -> Self {
        Self { tenant: tenant.to_owned(), ..self }
    }

    /// Opens the file anew, after it was moved away; records go to it from [`Audit::exchange`] on.
    ///
    /// # Errors
    /// Where it cannot be opened.
    pub fn read(&self) -> io::Result<AuditRead> {
        let to = self.to.lock().unwrap_or_else(PoisonError::into_inner);
        match &*to {
            To::StandardError => Ok(AuditRead(None)),
            To::File { path, .. } => open(path).map(Some).map(AuditRead),
        }
    }

    /// Writes records to what was opened.
    pub fn exchange(&self, read: AuditRead) {
        let mut to = self.to.lock().unwrap_or_else(PoisonError::into_inner);
        if let (To::File { file, .. }, Some(new)) = (&mut *to, read.0) {
            *file = new;
        }
    }

    /// Keeps every other command from writing to the file until this one has ended, and tells how much a requester had turned back
    /// in it since a time: each value is one, and so is a call that turned nothing back. None where records go to no file.
    ///
    /// # Errors
    /// Where the file cannot be locked or read, or holds more of this time than is read back.
    pub fn opened_since(&self, requester: &str, since: jiff::Timestamp) -> io::Result<Option<u64>> {
        let to = self.to.lock().unwrap_or_else(PoisonError::into_inner);
        let To::File { path, file } = &*to else { return Ok(None) };
        if !file.metadata()?.is_file() {
            return Ok(None);
        }
        file.lock()?;
        let mut read = File::open(path)?;
        let len = read.metadata()?.len();
        read.seek(SeekFrom::Start(len.saturating_sub(READ_MAX)))?;
        let mut text = Vec::new();
        read.take(READ_MAX).read_to_end(&mut text)?;
        let what = if len > READ_MAX { Part::End } else { Part::Whole };
        opened_in(&text, what, requester, since).map(Some)
    }

    /// Writes one record, with the time, as one line and in one piece.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write(&self, record: &AuditRecord<'_>) -> io::Result<()> {
        let time = jiff::Timestamp::now().to_string();
        let tenant = Some(self.tenant.as_str()).filter(|tenant| !tenant.is_empty());
        let record = AuditRecord { tenant, ..record.clone() };
        let mut line = serde_json::to_vec(&Line { time, audit: &record })?;
        line.push(b'\n');
        let mut to = self.to.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *to {
            To::StandardError => io::stderr().lock().write_all(&line),
            To::File { file, .. } => file.write_all(&line),
        }
    }
}

/// How much of a file was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Whole,
    End,
}

/// Counts in lines what a requester had turned back since a time. Clocks are set back, so any line may be of that time; that all
/// are read of which there are more is known where the first that was read is older.
fn opened_in(text: &[u8], what: Part, requester: &str, since: jiff::Timestamp) -> io::Result<u64> {
    let is_recent = |line: &Told| line.time.parse().is_ok_and(|time: jiff::Timestamp| time >= since);
    let mut lines = text.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice::<Told>(line).ok());
    let first = lines.next();
    if what == Part::End && first.as_ref().is_none_or(is_recent) {
        return Err(io::Error::other("more was recorded in this hour than is read back"));
    }
    let counted = first.into_iter().chain(lines).filter(|line| is_recent(line) && line.audit.requester == requester);
    let count = |line: Told| match line.audit.event.as_str() {
        "deanonymize" => line.audit.opened.values().sum::<u64>().max(1),
        _ => 0,
    };
    Ok(counted.map(count).sum())
}

fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).append(true).mode(0o600).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_opened_since_a_time_is_counted_wherever_it_stands() {
        let line = |time: &str, requester: &str, count: u64| {
            format!(
                "{{\"time\":\"2026-11-27T{time}Z\",\"audit\":{{\"event\":\"deanonymize\",\"requester\":\"{requester}\",\
                 \"outcome\":\"opened\",\"opened\":{{\"customer/VALUE\":{count}}}}}}}\n"
            )
        };
        let since: jiff::Timestamp = "2026-11-27T12:00:00Z".parse().unwrap();
        let count = |text: &str, what| opened_in(text.as_bytes(), what, "user:ada", since).ok();
        // The clock was set back between the lines, and forth again.
        let text = [
            line("11:30:00", "user:ada", 100),
            line("12:10:00", "user:ada", 2),
            line("11:59:59", "user:ada", 100),
            line("12:20:00", "user:bob", 50),
            line("12:30:00", "user:ada", 0),
            "no record\n".to_owned(),
        ]
        .concat();
        assert_eq!((count(&text, Part::Whole), count(&text, Part::End)), (Some(3), Some(3)));
        let cut = text.get(5..).unwrap();
        assert_eq!((count(cut, Part::Whole), count(cut, Part::End)), (Some(3), None), "the first whole line is recent");
        assert_eq!((count("", Part::Whole), count("", Part::End), count("x\n", Part::End)), (Some(0), None, None));
    }

    #[test]
    fn a_record_is_a_line_and_a_moved_file_is_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        let (path, moved) = (folder.path().join("audit.jsonl"), folder.path().join("audit.1"));
        let audit = Audit::to_file(&path).unwrap();
        let reason = "two\nlines \"quoted\"";
        let opened = BTreeMap::from([("customer/EMAIL_ADDRESS".to_owned(), 2)]);
        let record = AuditRecord {
            event: "deanonymize",
            requester: "subject:ada",
            reason: Some(reason),
            outcome: "opened",
            opened,
            ..AuditRecord::default()
        };
        audit.write(&record).unwrap();
        audit.write(&record).unwrap();
        std::fs::rename(&path, &moved).unwrap();
        audit.write(&record).unwrap();
        let anew = audit.read().unwrap();
        audit.exchange(anew);
        audit.write(&record).unwrap();
        let read = |path: &Path| std::fs::read_to_string(path).unwrap();
        assert_eq!((read(&moved).lines().count(), read(&path).lines().count()), (3, 1));
        let line: serde_json::Value = serde_json::from_str(&read(&path)).unwrap();
        assert_eq!(line["audit"]["reason"], reason);
        assert_eq!(line["audit"]["opened"]["customer/EMAIL_ADDRESS"], 2);
        assert!(line["time"].as_str().unwrap().ends_with('Z') && line["audit"].get("ring").is_none());
        assert!(line["audit"].get("tenant").is_none());
        let of_tenant = folder.path().join("tenant.jsonl");
        Audit::to_file(&of_tenant).unwrap().of_tenant("t-1").write(&record).unwrap();
        let line: serde_json::Value = serde_json::from_str(&read(&of_tenant)).unwrap();
        assert_eq!(line["audit"]["tenant"], "t-1");
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
