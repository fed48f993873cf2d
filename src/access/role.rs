//! What a caller may.

use super::Caller;
use crate::policy::Standing;

/// Everything that is granted; nothing else is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Roles(pub Vec<Role>);

/// Some callers and what they may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Who has it.
    pub members: Vec<Member>,
    /// What they may.
    pub grants: Vec<Grant>,
    /// In which key domains.
    pub rings: Vec<String>,
    /// Which value kinds they may turn back; none where all of those key domains.
    pub kinds: Option<Vec<String>>,
    /// Where it stands.
    pub at: Standing,
    /// Where rings and kinds stand that it names.
    pub places: Vec<(String, Standing)>,
}

impl Role {
    /// Gives where a ring or kind stands that it names.
    pub fn place_of(&self, name: &str) -> Standing {
        self.places.iter().find(|(known, _)| known == name).map_or_else(|| self.at.clone(), |(_, at)| at.clone())
    }
}

/// How a caller is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Member {
    /// Whoever can connect.
    Anyone,
    /// By a name of the client's certificate.
    Certificate(String),
    /// By the subject of a token.
    Subject(String),
    /// By another claim of a token: its value, or one of its values where it is a list.
    Claim {
        /// Its name.
        name: String,
        /// The value.
        value: String,
    },
    /// A user of this host, by name or number, for the command.
    User(String),
}

/// What may be granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grant {
    /// Records may be sent and come back anonymized.
    Anonymize,
    /// Values may be turned back.
    Deanonymize,
}

impl Member {
    /// Tells whether a caller is meant.
    pub fn is(&self, caller: &Caller) -> bool {
        match self {
            Self::Anyone => true,
            Self::Certificate(name) => caller.certificate.contains(name),
            Self::Subject(subject) => caller.token.as_ref().is_some_and(|token| token.subject == *subject),
            Self::Claim { name, value } => caller.claims(name, value),
            Self::User(user) => caller
                .user
                .as_ref()
                .is_some_and(|known| known.name.as_ref() == Some(user) || known.id.to_string() == *user),
        }
    }
}

impl Roles {
    /// Gives the roles of a caller that grant something.
    fn of<'a>(&'a self, caller: &'a Caller, grant: Grant) -> impl Iterator<Item = &'a Role> {
        self.0
            .iter()
            .filter(move |role| role.grants.contains(&grant) && role.members.iter().any(|member| member.is(caller)))
    }

    /// Tells whether a caller may have records anonymized by operators with keys of these rings; none for operators
    /// without keys.
    pub fn may_anonymize<'r>(&self, caller: &Caller, rings: impl IntoIterator<Item = &'r str>) -> bool {
        let mut rings = rings.into_iter();
        let holds = |ring: &str| self.of(caller, Grant::Anonymize).any(|role| role.rings.iter().any(|own| own == ring));
        self.of(caller, Grant::Anonymize).next().is_some() && rings.all(holds)
    }

    /// Tells whether a caller may turn back values of a kind in a key domain. An anonymous caller never may.
    pub fn may_open(&self, caller: &Caller, ring: &str, kind: &str) -> bool {
        !caller.is_anonymous()
            && self.of(caller, Grant::Deanonymize).any(|role| {
                role.rings.iter().any(|own| own == ring)
                    && role.kinds.as_ref().is_none_or(|kinds| kinds.iter().any(|own| own == kind))
            })
    }

    /// Tells whether anybody may turn anything back: without, the route does not exist.
    pub fn open_anything(&self) -> bool {
        self.0.iter().any(|role| role.grants.contains(&Grant::Deanonymize))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Claims, User};
    use super::*;

    fn bearer(subject: &str, claims: serde_json::Value) -> Caller {
        let all = claims.as_object().unwrap().clone();
        Caller { token: Some(Claims { subject: subject.to_owned(), all }), ..Caller::default() }
    }

    fn role(member: Member, grant: Grant, rings: &[&str], kinds: Option<&[&str]>) -> Role {
        let all = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        Role {
            members: vec![member],
            grants: vec![grant],
            rings: all(rings),
            kinds: kinds.map(all),
            at: Standing::default(),
            places: Vec::new(),
        }
    }

    #[test]
    fn nothing_is_granted_by_default() {
        let nobody = Caller::default();
        assert!(!Roles::default().may_anonymize(&nobody, []));
        assert!(!Roles::default().may_open(&nobody, "customer", "VALUE") && !Roles::default().open_anything());
    }

    #[test]
    fn rings_are_granted_one_by_one() {
        let roles = Roles(vec![
            role(Member::Anyone, Grant::Anonymize, &[], None),
            role(Member::Subject("ada".into()), Grant::Anonymize, &["customer"], None),
        ]);
        let ada = bearer("ada", serde_json::json!({}));
        assert!(roles.may_anonymize(&Caller::default(), []) && !roles.may_anonymize(&Caller::default(), ["customer"]));
        assert!(roles.may_anonymize(&ada, ["customer"]) && !roles.may_anonymize(&ada, ["customer", "staff"]));
        assert!(!roles.may_open(&ada, "customer", "VALUE"), "to anonymize is not to turn back");
    }

    #[test]
    fn kinds_are_granted_within_their_rings() {
        let of = |kinds| Roles(vec![role(Member::Subject("ada".into()), Grant::Deanonymize, &["customer"], kinds)]);
        let ada = bearer("ada", serde_json::json!({}));
        let some = of(Some(&["EMAIL_ADDRESS"][..]));
        assert!(some.may_open(&ada, "customer", "EMAIL_ADDRESS") && !some.may_open(&ada, "customer", "VALUE"));
        assert!(!some.may_open(&ada, "staff", "EMAIL_ADDRESS"));
        assert!(of(None).may_open(&ada, "customer", "VALUE"));
        assert!(!some.may_open(&bearer("bob", serde_json::json!({"name": "ada"})), "customer", "EMAIL_ADDRESS"));
    }

    #[test]
    fn every_way_to_name_a_caller_names_that_one() {
        let claim = Member::Claim { name: "groups".into(), value: "fraud".into() };
        assert!(claim.is(&bearer("x", serde_json::json!({"groups": ["a", "fraud"]}))));
        assert!(claim.is(&bearer("x", serde_json::json!({"groups": "fraud"}))));
        assert!(!claim.is(&bearer("x", serde_json::json!({"groups": "fraud2", "other": "fraud"}))));
        assert!(!claim.is(&bearer("x", serde_json::json!({"groups": {"fraud": true}}))));
        let certificate = Caller { certificate: vec!["spiffe://a/b".into()], ..Caller::default() };
        assert!(Member::Certificate("spiffe://a/b".into()).is(&certificate));
        assert!(!Member::Certificate("spiffe://a".into()).is(&certificate));
        assert!(!Member::Subject("spiffe://a/b".into()).is(&certificate), "a certificate is no subject");
        let user = |name: Option<&str>| Caller {
            user: Some(User { name: name.map(str::to_owned), id: 1000 }),
            ..Caller::default()
        };
        assert!(Member::User("ops".into()).is(&user(Some("ops"))) && Member::User("1000".into()).is(&user(None)));
        assert!(!Member::User("ops".into()).is(&user(None)));
        let anyone = Roles(vec![role(Member::Anyone, Grant::Deanonymize, &["customer"], None)]);
        assert!(!anyone.may_open(&Caller::default(), "customer", "VALUE"), "who turns back is known");
    }
}
