//! Who may do what: callers, what proves them, their roles, and how much they may have in an hour.
//!
//! A [`Caller`] is who a certificate, a signed token or the operating system says. [`Roles`] tell what a caller may:
//! have values under a key domain anonymized, or turn values of some kinds back. Nothing is granted by default. What a
//! token says counts only after its signature was checked by a key that fits its algorithm ([`Verifier`]).
//!
//! Synchronous; owns no clock and no socket: times are given, and who fetches keys hands their bytes over.

mod caller;
mod config;
mod jwk;
mod jwt;
mod limit;
mod role;

pub use caller::{Caller, Claims, User};
pub use config::{AuditTo, Config, JwksFrom, JwtConfig, Limits};
pub use jwk::{Algorithm, Keys, KeysError};
pub use jwt::{LEEWAY, TOKEN_MAX, TokenError, Verifier};
pub use limit::{Admitted, NewValues, Openings};
pub use role::{Grant, Member, Role, Roles};
