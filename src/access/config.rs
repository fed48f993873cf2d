//! `access:` of the configuration file.

use super::Verifier;
use super::role::{Grant, Member, Role, Roles};
use crate::model::is_here;
use crate::policy::{Content, Diagnostics, Map, Place, Standing, Value, given};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Who may do what, and how that is known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Config {
    /// How tokens are checked; none where they are not taken.
    pub jwt: Option<JwtConfig>,
    /// Where audit records go.
    pub audit: AuditTo,
    /// How much each caller may have in an hour.
    pub limits: Limits,
    /// What is granted.
    pub roles: Roles,
}

/// How tokens are checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JwtConfig {
    /// Where the keys come from.
    pub jwks: JwksFrom,
    /// Issuer and audience.
    pub verifier: Verifier,
    /// The certificates that the keys' server must show one of; those of the system if none is named.
    pub ca: Option<PathBuf>,
    /// How often the keys are read anew.
    pub refresh: Duration,
}

/// Where the keys of tokens come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JwksFrom {
    /// A file.
    File(PathBuf),
    /// An `https` address; `http` only of this host.
    Url(String),
}

/// Where audit records go.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum AuditTo {
    /// To standard error, among the logs.
    #[default]
    StandardError,
    /// To the end of a file.
    File(PathBuf),
}

/// How much each caller may have in an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Values that get stand-ins under keys of one key domain, each counted once.
    pub new_values: u64,
    /// Values turned back; a call that turns nothing back counts as one.
    pub opened_values: u64,
}

impl Limits {
    /// A busy service anonymizes so many persons in an hour; a dictionary of a billion takes a year.
    pub const NEW_VALUES: u64 = 100_000;
    /// People who look things up, not exports.
    pub const OPENED_VALUES: u64 = 1_000;
    /// More is not remembered for all callers together.
    const MAX: i64 = 4_000_000;
}

impl Default for Limits {
    fn default() -> Self {
        Self { new_values: Self::NEW_VALUES, opened_values: Self::OPENED_VALUES }
    }
}

impl JwtConfig {
    /// Issuers announce new keys days before they use them; what they take back should not last.
    pub const REFRESH: Duration = Duration::from_secs(300);
}

impl Config {
    /// Reads `access:`; paths are taken from `base`.
    pub fn read(value: &Value, base: &Path, diagnostics: &mut Diagnostics) -> Option<Self> {
        let map = value.map_of(&["jwt", "audit", "limits", "roles"], diagnostics)?;
        let jwt = map.get("jwt").map(|value| jwt(value, base, diagnostics));
        let audit = map.get("audit").map(|value| audit(value, base, diagnostics));
        let limits = map.get("limits").map(|value| limits(value, diagnostics));
        let roles = map.required("roles", value.place, diagnostics).and_then(|value| {
            let list = value.list(diagnostics)?;
            let roles: Vec<Option<Role>> = list.iter().map(|item| role(item, diagnostics)).collect();
            roles.into_iter().collect::<Option<Vec<Role>>>()
        });
        let config = Self {
            jwt: given(jwt)?,
            audit: given(audit)?.unwrap_or_default(),
            limits: given(limits)?.unwrap_or_default(),
            roles: Roles(roles?),
        };
        config.check_tokens(value.place, diagnostics);
        Some(config)
    }

    /// Notes a role that nobody can have.
    fn check_tokens(&self, place: Place, diagnostics: &mut Diagnostics) {
        let by_token = |member: &Member| matches!(member, Member::Subject(_) | Member::Claim { .. });
        if self.jwt.is_none() && self.roles.0.iter().flat_map(|role| &role.members).any(by_token) {
            diagnostics
                .error(place, "a role names callers by their tokens, and no tokens are taken")
                .help("add `jwt: {jwks: \"https://…\", issuer: \"https://…\", audience: privet}` to `access`");
        }
    }
}

/// Reads a text that is not empty.
fn text(value: &Value, diagnostics: &mut Diagnostics) -> Option<String> {
    let text = value.text(diagnostics)?;
    if text.is_empty() {
        diagnostics.error(value.place, "this is empty");
        return None;
    }
    Some(text.to_owned())
}

fn required(map: &Map, key: &str, at: Place, diagnostics: &mut Diagnostics) -> Option<String> {
    map.required(key, at, diagnostics).and_then(|value| text(value, diagnostics))
}

fn jwt(value: &Value, base: &Path, diagnostics: &mut Diagnostics) -> Option<JwtConfig> {
    let map = value.map_of(&["jwks", "issuer", "audience", "ca", "refresh"], diagnostics)?;
    let jwks = map.required("jwks", value.place, diagnostics).and_then(|value| jwks(value, base, diagnostics));
    let issuer = required(map, "issuer", value.place, diagnostics);
    let audience = required(map, "audience", value.place, diagnostics);
    let ca = map.get("ca").map(|value| text(value, diagnostics).map(|path| base.join(path)));
    let refresh = map.get("refresh").map(|value| refresh(value, diagnostics));
    Some(JwtConfig {
        jwks: jwks?,
        verifier: Verifier { issuer: issuer?, audience: audience? },
        ca: given(ca)?,
        refresh: given(refresh)?.unwrap_or(JwtConfig::REFRESH),
    })
}

fn refresh(value: &Value, diagnostics: &mut Diagnostics) -> Option<Duration> {
    let time = value.duration(diagnostics)?;
    if (Duration::from_secs(1)..=Duration::from_secs(86_400)).contains(&time) {
        return Some(time);
    }
    diagnostics.error(value.place, "this must be from `1s` to `24h`");
    None
}

fn jwks(value: &Value, base: &Path, diagnostics: &mut Diagnostics) -> Option<JwksFrom> {
    let text = text(value, diagnostics)?;
    if let Some(path) = text.strip_prefix("file:").filter(|path| !path.is_empty()) {
        return Some(JwksFrom::File(base.join(path)));
    }
    if text.starts_with("http://") {
        // What stands before an `@` is a name of somebody, whatever it looks like: the host stands behind it.
        let address = text.parse::<axum::http::Uri>().ok();
        let host = address.as_ref().and_then(axum::http::Uri::host);
        if host.is_some_and(is_here) {
            return Some(JwksFrom::Url(text));
        }
        diagnostics
            .error(value.place, "whoever sits on the line could put keys of their own in the place of these")
            .help("use `https://…`");
        return None;
    }
    if text.starts_with("https://") {
        // In the text itself, since what does not parse is shown as well. A path may hold one, unless it parses as none.
        let authority = text.trim_start_matches("https://").split(['/', '?', '#']).next().unwrap_or_default();
        let is_address = text.parse::<axum::http::Uri>().is_ok();
        if authority.contains('@') || (!is_address && text.contains('@')) {
            diagnostics
                .error(
                    value.place,
                    "an address of keys holds no name or password: it is told where the keys do not come",
                )
                .help("keys of tokens are public; leave out what stands before the `@`");
            return None;
        }
        return Some(JwksFrom::Url(text));
    }
    diagnostics.error(value.place, "the keys of tokens come from `file:PATH` or `https://…`");
    None
}

fn audit(value: &Value, base: &Path, diagnostics: &mut Diagnostics) -> Option<AuditTo> {
    let text = text(value, diagnostics)?;
    match (text.as_str(), text.strip_prefix("file:").filter(|path| !path.is_empty())) {
        ("stderr", _) => Some(AuditTo::StandardError),
        (_, Some(path)) => Some(AuditTo::File(base.join(path))),
        _ => {
            diagnostics.error(value.place, "audit records go to `stderr` or `file:PATH`");
            None
        }
    }
}

fn limits(value: &Value, diagnostics: &mut Diagnostics) -> Option<Limits> {
    let map = value.map_of(&["new_values", "opened_values"], diagnostics)?;
    let mut limits = Limits::default();
    for (key, slot) in [("new_values", &mut limits.new_values), ("opened_values", &mut limits.opened_values)] {
        if let Some(value) = map.get(key) {
            *slot = value.integer(1..=Limits::MAX, diagnostics).and_then(|count| u64::try_from(count).ok())?;
        }
    }
    Some(limits)
}

fn role(value: &Value, diagnostics: &mut Diagnostics) -> Option<Role> {
    let map = value.map_of(&["callers", "may", "rings", "kinds"], diagnostics)?;
    let members = map.required("callers", value.place, diagnostics).and_then(|value| {
        let list = value.one_or_more(diagnostics)?;
        if list.is_empty() {
            diagnostics
                .error(value.place, "a role that names no callers is nobody's")
                .help("name them by `certificate`, `subject`, `claim` or `user`, or leave the role out");
        }
        let all: Vec<_> = list.iter().map(|item| member(item, diagnostics)).collect();
        all.into_iter().collect::<Option<Vec<Member>>>()
    });
    let words = [("anonymize", Grant::Anonymize), ("deanonymize", Grant::Deanonymize)];
    let grants = map.required("may", value.place, diagnostics).and_then(|value| {
        let all: Vec<_> = value.one_or_more(diagnostics)?.iter().map(|item| item.one_of(&words, diagnostics)).collect();
        all.into_iter().collect::<Option<Vec<Grant>>>()
    });
    let rings = map.get("rings").map(|value| texts(value, diagnostics));
    let kinds = map.get("kinds").map(|value| texts(value, diagnostics));
    let role = Role {
        members: members?,
        grants: grants?,
        rings: given(rings)?.unwrap_or_default(),
        kinds: given(kinds)?.filter(|kinds| kinds.iter().all(|kind| kind != "*")),
        at: Standing::new(diagnostics.source(), value.place),
        places: ["rings", "kinds"]
            .into_iter()
            .filter_map(|key| map.get(key))
            .flat_map(|value| places(value, diagnostics))
            .collect(),
    };
    check_role(&role, map, value.place, diagnostics);
    Some(role)
}

/// Notes what a role leaves open, or grants to people nobody knows.
fn check_role(role: &Role, map: &Map, place: Place, diagnostics: &mut Diagnostics) {
    let may = map.get("may").map_or(place, |value| value.place);
    let opens = role.grants.contains(&Grant::Deanonymize);
    if opens && role.rings.is_empty() {
        diagnostics.error(may, "a role that may deanonymize says in which key domains").help("add `rings: [NAME]`");
    }
    if opens && map.get("kinds").is_none() {
        diagnostics
            .error(may, "a role that may deanonymize says values of which kinds")
            .help("add `kinds: [EMAIL_ADDRESS]`, or `kinds: [\"*\"]` for all of its rings");
    }
    if opens && role.members.contains(&Member::Anyone) {
        diagnostics
            .error(may, "who may deanonymize must be known, and `anyone` is not")
            .help("name callers by `certificate`, `subject`, `claim` or `user`");
    }
    if !opens && let Some(kinds) = map.entry("kinds") {
        diagnostics.error(kinds.place, "`kinds` are for roles that may deanonymize");
    }
    let by_user = |member: &Member| matches!(member, Member::User(_));
    if !opens && role.members.iter().any(by_user) {
        diagnostics.error(may, "`user` names who runs `privet deanonymize`, and may do nothing else by a role");
    }
}

fn texts(value: &Value, diagnostics: &mut Diagnostics) -> Option<Vec<String>> {
    let all: Vec<_> = value.one_or_more(diagnostics)?.iter().map(|item| text(item, diagnostics)).collect();
    all.into_iter().collect()
}

/// Gives where each of some texts stands.
fn places(value: &Value, diagnostics: &Diagnostics) -> Vec<(String, Standing)> {
    let items = match &value.content {
        Content::List(list) => list.as_slice(),
        Content::Null | Content::Scalar(_) | Content::Map(_) => std::slice::from_ref(value),
    };
    let text = |item: &Value| match &item.content {
        Content::Scalar(scalar) => Some((scalar.text.clone(), Standing::new(diagnostics.source(), item.place))),
        Content::Null | Content::List(_) | Content::Map(_) => None,
    };
    items.iter().filter_map(text).collect()
}

fn member(value: &Value, diagnostics: &mut Diagnostics) -> Option<Member> {
    if let Content::Scalar(_) = value.content {
        return value.one_of(&[("anyone", ())], diagnostics).map(|()| Member::Anyone);
    }
    let map = value.map_of(&["certificate", "subject", "claim", "user"], diagnostics)?;
    let [entry] = map.entries.as_slice() else {
        diagnostics
            .error(value.place, "a caller is named in one way")
            .help("`anyone`, or one of `certificate:`, `subject:`, `claim:` and `user:`");
        return None;
    };
    match entry.key.as_str() {
        "certificate" => text(&entry.value, diagnostics).map(Member::Certificate),
        "subject" => text(&entry.value, diagnostics).map(Member::Subject),
        "user" => text(&entry.value, diagnostics).map(Member::User),
        "claim" => {
            let map = entry.value.map_of(&["name", "value"], diagnostics)?;
            let name = required(map, "name", entry.value.place, diagnostics);
            let value = required(map, "value", entry.value.place, diagnostics);
            Some(Member::Claim { name: name?, value: value? })
        }
        // It was noted as unknown.
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Source, read_tree};

    fn read(text: &str) -> Result<Config, String> {
        let source = Source::new("privet.yaml", text);
        let mut diagnostics = Diagnostics::new(&source);
        let tree = read_tree(&source, &mut diagnostics).unwrap();
        let value = Config::read(&tree, Path::new("/etc/privet"), &mut diagnostics);
        diagnostics.finish(value).map(|(value, _)| value).map_err(|wrong| wrong.to_string())
    }

    #[test]
    fn everything_is_read() {
        let config = read(
            "jwt: {jwks: \"file:keys.json\", issuer: i, audience: a, ca: ca.pem, refresh: 1m}\naudit: file:audit.jsonl\n\
             limits: {new_values: 5, opened_values: 6}\nroles:\n\
             - {callers: anyone, may: anonymize, rings: [customer]}\n\
             - {callers: [{certificate: 'spiffe://a'}, {subject: ada}, {claim: {name: groups, value: fraud}}, {user: ops}], \
             may: [anonymize, deanonymize], rings: customer, kinds: [EMAIL_ADDRESS]}\n",
        )
        .unwrap();
        let jwt = config.jwt.unwrap();
        assert_eq!(jwt.jwks, JwksFrom::File("/etc/privet/keys.json".into()));
        assert_eq!((jwt.ca, jwt.refresh), (Some("/etc/privet/ca.pem".into()), Duration::from_secs(60)));
        assert_eq!(config.audit, AuditTo::File("/etc/privet/audit.jsonl".into()));
        assert_eq!(config.limits, Limits { new_values: 5, opened_values: 6 });
        assert_eq!(config.roles.0[0].members, [Member::Anyone]);
        assert_eq!(config.roles.0[1].members.len(), 4);
        assert_eq!(config.roles.0[1].kinds, Some(vec!["EMAIL_ADDRESS".into()]));
        assert!(config.roles.open_anything());
        let all = read("roles: [{callers: {user: x}, may: deanonymize, rings: a, kinds: '*'}]").unwrap();
        assert_eq!(all.roles.0[0].kinds, None);
    }

    #[test]
    fn what_would_grant_too_much_or_nothing_is_told() {
        for (text, told) in [
            ("{}", "roles"),
            ("roles: [{callers: anyone, may: deanonymize, rings: a, kinds: [VALUE]}]", "must be known"),
            ("roles: [{callers: {user: a}, may: deanonymize, kinds: [VALUE]}]", "rings: [NAME]"),
            ("roles: [{callers: {user: a}, may: deanonymize, rings: a}]", "kinds: [EMAIL_ADDRESS]"),
            ("roles: [{callers: {user: a}, may: anonymize}]", "privet deanonymize"),
            ("roles: [{callers: {subject: a}, may: anonymize}]", "no tokens are taken"),
            ("roles: [{callers: anybody, may: anonymize}]", "anyone"),
            ("roles: [{callers: [], may: anonymize}]", "names no callers"),
            ("roles: [{callers: {subject: a, user: b}, may: anonymize}]", "one way"),
            ("roles: [{callers: anyone, may: anonymise}]", "anonymize"),
            ("roles: []\njwt: {jwks: \"http://corp.example/keys\", issuer: i, audience: a}", "https://"),
            ("roles: []\njwt: {jwks: \"http://localhost:80@corp.example/keys\", issuer: i, audience: a}", "https://"),
            (
                "roles: []\njwt: {jwks: \"https://ada:pw4711@corp.example/keys\", issuer: i, audience: a}",
                "no name or password",
            ),
            (
                "roles: []\njwt: {jwks: \"https://ada:pw 4711@corp.example/keys\", issuer: i, audience: a}",
                "no name or password",
            ),
            (
                "roles: []\njwt: {jwks: \"https://ada:p/w 4711@corp.example\", issuer: i, audience: a}",
                "no name or password",
            ),
            ("roles: []\njwt: {jwks: keys.json, issuer: i, audience: a}", "file:PATH"),
            ("roles: []\njwt: {jwks: \"file:k\"}", "issuer"),
            ("roles: []\naudit: /var/log/audit", "file:PATH"),
        ] {
            let error = read(text).expect_err(text);
            assert!(error.contains(told), "{text}: {error}");
            assert!(!error.contains("4711"), "{error}");
        }
    }
}
