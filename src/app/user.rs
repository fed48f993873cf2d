//! Who runs the command.

use crate::access::{Member, Roles, User};
use crate::policy::Standing;

/// Gives the user of the process, with the name that the host has for the number.
pub(super) fn current() -> User {
    let id = rustix::process::getuid().as_raw();
    let name = std::fs::read_to_string("/etc/passwd").ok().and_then(|text| named(&text, id));
    User { name, id }
}

/// Gives the users that roles name and this host does not know, nor by their number, with where the first role stands that names
/// each: a name that is spelled wrong, or known to another host or directory.
pub(super) fn unknown(roles: &Roles) -> Vec<(&Standing, &str)> {
    let Ok(passwd) = std::fs::read_to_string("/etc/passwd") else { return Vec::new() };
    let members = roles.0.iter().flat_map(|role| role.members.iter().map(move |member| (&role.at, member)));
    let named = members.filter_map(|(at, member)| match member {
        Member::User(user) => Some((at, user.as_str())),
        Member::Anyone | Member::Certificate(_) | Member::Subject(_) | Member::Claim { .. } => None,
    });
    let mut unknown: Vec<(&Standing, &str)> = named.filter(|(_, user)| !is_known(&passwd, user)).collect();
    unknown.sort_by_key(|(_, user)| *user);
    unknown.dedup_by_key(|(_, user)| *user);
    unknown
}

/// Numbers need no name.
fn is_known(passwd: &str, user: &str) -> bool {
    user.parse::<u32>().is_ok() || passwd.lines().any(|line| line.split(':').next() == Some(user))
}

/// Finds the name of a number in passwd(5); users of other directories are known by their number.
fn named(passwd: &str, id: u32) -> Option<String> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, _, number) = (fields.next()?, fields.next()?, fields.next()?);
        (number.parse() == Ok(id) && !name.is_empty()).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_by_its_number() {
        let passwd = "root:x:0:0:root:/root:/bin/sh\nbroken\nops:x:1000:1000::/home/ops:/bin/sh\n";
        assert_eq!(named(passwd, 1000).as_deref(), Some("ops"));
        assert_eq!(named(passwd, 100), None);
        assert!(is_known(passwd, "ops") && is_known(passwd, "4711"));
        assert!(!is_known(passwd, "op") && !is_known(passwd, "Ops") && !is_known(passwd, ""));
    }
}
