//! Who runs the command.

use crate::access::User;

/// Gives the user of the process, with the name that the host has for the number.
pub(super) fn current() -> User {
    let id = rustix::process::getuid().as_raw();
    let name = std::fs::read_to_string("/etc/passwd").ok().and_then(|text| named(&text, id));
    User { name, id }
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
    }
}
