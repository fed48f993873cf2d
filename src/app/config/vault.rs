//! `vault:` of the configuration: where tokens and sealed values are kept.

use super::{Known, reference, seconds, text};
use crate::app::secret;
use crate::model::Sensitive;
use crate::policy::{Diagnostics, Value, given};
use crate::vault::{self, Config};
use std::path::Path;
use std::time::Duration;

/// Nobody keeps backups for less.
const BACKUPS_KEPT_MIN: Duration = Duration::from_secs(3600);
/// Nor says for how long they are kept that are kept for ever.
const BACKUPS_KEPT_MAX: Duration = Duration::from_secs(87_600 * 3600);

/// Reads `{from: "redb:/var/lib/privet/vault.redb"}`; paths are taken from `base`.
pub(super) fn read(value: &Value, base: &Path, diagnostics: &mut Diagnostics) -> Option<Config> {
    let map = value.map_of(&["from", "password", "ca", "epochs", "forgotten_within", "backups_kept"], diagnostics)?;
    let from = map.required("from", value.place, diagnostics).and_then(|value| {
        let read = from(value, base, diagnostics)?;
        if read.0 == "memory:" {
            diagnostics
                .warning(
                    value.place,
                    "a vault in memory is for trials: when the process ends, no token of it turns back",
                )
                .help("`redb:PATH` keeps it in a file");
        }
        Some(read)
    });
    let password = map.get("password").map(|value| {
        let spelled = text(value, diagnostics)?;
        if !secret::is_reference(&spelled) {
            diagnostics
                .error(value.place, "a password is a reference, never the password itself")
                .help("`${file:PATH}`, or `${env:NAME}`");
            return None;
        }
        secret::resolve(&spelled, base).map_err(|error| diagnostics.error(value.place, error.to_string())).ok()
    });
    let ca = map.get("ca").map(|value| text(value, diagnostics).map(|path| base.join(path)));
    let epochs = map.get("epochs").map(|value| {
        let map = value.map_of(&["from", "root", "state_dir"], diagnostics)?;
        let from = map
            .required("from", value.place, diagnostics)
            .and_then(|value| reference(value, base, Known::Places, diagnostics));
        let root = map.get("root").map(|value| reference(value, base, Known::Wrappers, diagnostics));
        let state_dir = map.get("state_dir").map(|value| text(value, diagnostics).map(|path| base.join(path)));
        Some(((from?, given(root)?), given(state_dir)?))
    });
    let within = map.get("forgotten_within").map(|value| seconds(value, diagnostics));
    let kept = map.get("backups_kept").map(|value| {
        let time = value.duration(diagnostics)?;
        if (BACKUPS_KEPT_MIN..=BACKUPS_KEPT_MAX).contains(&time) {
            return Some(time);
        }
        diagnostics
            .error(value.place, "this must be from `1h` to `3650d`")
            .help(
                "it says how long a backup of the vault's store is kept before it is deleted, so that receipts tell when the last \
                 one is gone; where nobody deletes them, leave it out",
            );
        None
    });
    let (password, ca, epochs, forgotten_within) = (given(password), given(ca), given(epochs), given(within));
    let (from, inside) = from?;
    if let (Some(Some(_)), Some(_)) = (&password, &inside) {
        diagnostics.error(value.place, "there are two passwords: one in the address, and one beside it");
        return None;
    }
    let forgotten_within = forgotten_within?.unwrap_or(Config::FORGOTTEN_WITHIN);
    let (epochs, epochs_state_dir) = epochs?.map_or((None, None), |(epochs, state_dir)| (Some(epochs), state_dir));
    let password = password?.or(inside);
    let backups_kept = given(kept)?;
    Some(Config { from, password, ca: ca?, epochs, epochs_state_dir, forgotten_within, backups_kept })
}

/// Gives the reference, and the password where both come from a secret.
fn from(value: &Value, base: &Path, diagnostics: &mut Diagnostics) -> Option<(String, Option<Sensitive<String>>)> {
    let spelled = text(value, diagnostics)?;
    let (spelled, within) = if secret::is_reference(&spelled) {
        match secret::resolve(&spelled, base) {
            Ok(secret) => vault::apart(&secret),
            Err(error) => {
                diagnostics.error(value.place, error.to_string());
                return None;
            }
        }
    } else {
        (spelled, None)
    };
    if let Err(error) = vault::checked(&spelled) {
        diagnostics.error(value.place, error.to_string());
        return None;
    }
    let from = match spelled.strip_prefix("redb:") {
        Some(path) if !path.is_empty() => format!("redb:{}", base.join(path).display()),
        Some(_) | None => spelled,
    };
    Some((from, within))
}
