//! Who is to be forgotten: read one a line, and named as the operators name them.

use crate::app::cli::ForgetArguments;
use crate::app::exit::{Exit, tell};
use crate::model::ToldPath;
use crate::policy::Plan;
use crate::transform::{KEYED_VALUE_MAX, OperatorError, SubjectNames};
use crate::vault::subjects::SubjectIndex;
use std::io::{BufRead, BufReader, Read as _};
use zeroize::Zeroizing;

/// What one subject is called: by the ring's eldest enabled key, by the others, and in other regions.
pub(super) struct Named {
    pub(super) index: SubjectIndex,
    pub(super) younger: Vec<SubjectIndex>,
    pub(super) elsewhere: Vec<SubjectIndex>,
}

impl Named {
    pub(super) fn all(&self) -> impl Iterator<Item = &SubjectIndex> {
        self.younger.iter().chain(&self.elsewhere).chain([&self.index])
    }
}

/// Names each subject under every enabled key, and as every product does: regions tell telephone numbers apart.
pub(super) fn named(plain: &SubjectNames, plans: &[Plan], subjects: &[Subject]) -> Result<Vec<Named>, Exit> {
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
pub(super) struct Subject {
    pub(super) line: u64,
    text: Zeroizing<String>,
}

/// Reads subjects, one a line: never from the command line, which others see.
pub(super) fn subjects(arguments: &ForgetArguments) -> Result<Vec<Subject>, Exit> {
    let mut input: Box<dyn BufRead> = match &arguments.subjects {
        Some(path) => match std::fs::File::open(path) {
            Ok(file) => Box::new(BufReader::new(file)),
            Err(error) => {
                tell(format_args!("{}: {error}", ToldPath(path)));
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
}
