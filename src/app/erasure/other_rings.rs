//! Which keys of a provider other rings need: one that wraps another ring's root is never destroyed.

use crate::app::config::Settings;
use crate::app::exit::{Exit, tell};
use crate::app::plan::{LoadError, Loader, rebased, source};
use crate::keys::{self, KeyError, KeyIdentity, Place, Root, Wrapper};
use crate::policy::key_uses;
use std::path::Path;

/// A key that is to be destroyed, and who may do that.
#[derive(Debug, Clone, Copy)]
pub(super) struct Doomed<'k> {
    pub(super) wrapper: &'k dyn Wrapper,
    pub(super) key: &'k str,
    pub(super) identity: &'k KeyIdentity,
}

/// A ring, and where configuration or policy say that it and its root are.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Other {
    ring: String,
    from: String,
    root: Option<String>,
}

/// Refuses where a ring of the configuration, or of a policy of its products, is wrapped by that key, or where that cannot be told.
///
/// # Errors
/// Then; that is told.
pub(super) fn spare(settings: &Settings, doomed: Doomed<'_>) -> Result<(), Exit> {
    for other in others(settings)? {
        let key = doomed.key;
        let refused = match other.is_under(doomed) {
            Ok(false) => continue,
            Ok(true) => format!(
                "the ring {} is wrapped by {key} as well, and would go with that key: the ring of the epochs needs a key of its own",
                other.ring
            ),
            Err(error) => format!(
                "whether the ring {} is wrapped by {key} as well, and would go with that key, cannot be told: {error}; seal \
                 without --root-key, or where that ring can be read",
                other.ring
            ),
        };
        tell(refused);
        return Err(Exit::Usage);
    }
    Ok(())
}

/// Gives all rings that the configuration and its products' policies tell of, whether an operator uses them or not.
fn others(settings: &Settings) -> Result<Vec<Other>, Exit> {
    let failed = |error: LoadError| {
        tell(&error);
        error.exit()
    };
    let of_settings = settings.rings.iter().map(|(ring, said)| Other {
        ring: ring.clone(),
        from: said.from.clone(),
        root: said.root.clone(),
    });
    let mut all: Vec<Other> = of_settings.collect();
    let loader = Loader::of(settings).map_err(failed)?;
    for product in &settings.products {
        let base = product.policy.parent().unwrap_or(Path::new(""));
        let uses = key_uses(&source(&product.policy).map_err(failed)?, loader.set()).map_err(|wrong| {
            tell(&wrong);
            Exit::Usage
        })?;
        for said in uses.rings {
            let Some(from) = said.from else { continue };
            let from = rebased(&from, base);
            let known = settings.rings.get(&said.ring);
            // What is not there, the policy names for another machine; the configuration says where it is instead.
            if known.is_some() && Place::parse(&from).is_some_and(|place| !place.is_there()) {
                continue;
            }
            let root = said.root.map(|root| rebased(&root, base)).or_else(|| known?.root.clone());
            let other = Other { ring: said.ring, from, root };
            if !all.contains(&other) {
                all.push(other);
            }
        }
    }
    Ok(all)
}

impl Other {
    /// Tells whether its root is wrapped by that key, by whatever name.
    fn is_under(&self, doomed: Doomed<'_>) -> Result<bool, KeyError> {
        let place = Place::parse(&self.from).ok_or(KeyError::UnknownProvider)?;
        let Some((provider, key)) = keys::wrapped_by(&place.read()?)? else { return Ok(false) };
        if provider != doomed.wrapper.provider() {
            return Ok(false);
        }
        if key == doomed.key {
            return Ok(true);
        }
        // Its own provider knows what its names lead to: another region, or another namespace.
        match Root::parse(self.root.as_deref(), None)? {
            Root::Wrapped(own) if own.provider() == provider => Ok(own.identify(&key)? == *doomed.identity),
            Root::Wrapped(_) | Root::At(_) | Root::Unsaid => Err(KeyError::WrappedRoot { provider: provider.name() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::config::{ProductSettings, RingSettings};

    const OPTIONS: &str = "address=http://127.0.0.1:1,token_file=none";

    /// The text of a ring that is wrapped under a key of a transit engine.
    fn wrapped(key: &str) -> String {
        format!(
            "{{\"version\":1,\"ring\":\"customer\",\"primary\":\"0a0a0a0a\",\"root\":{{\"provider\":\"vault-transit\",\
             \"key\":\"{key}\",\"ciphertext\":\"vault:v1:eA==\"}},\"keys\":[],\"mac\":\"eA==\"}}"
        )
    }

    /// Whether `transit/epochs-1` may go: none is told why not.
    fn spared(settings: &Settings) -> Option<Exit> {
        let wrapper = keys::wrapper("vault-transit", OPTIONS).unwrap();
        let identity = wrapper.identify("epochs-1").unwrap();
        spare(settings, Doomed { wrapper: &*wrapper, key: "epochs-1", identity: &identity }).err()
    }

    fn private(path: &Path, text: &str) {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::write(path, text).unwrap();
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }

    #[test]
    fn a_key_that_wraps_another_ring_is_spared_wherever_that_ring_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let root = Some(format!("vault-transit:{OPTIONS}"));
        let from = |name: &str| format!("file:{}", at(name).display());
        let of_settings = |name: &str, root: &Option<String>| {
            let ring = RingSettings { from: from(name), root: root.clone(), state_dir: None };
            Settings { rings: [("customer".to_owned(), ring)].into(), ..Settings::default() }
        };
        for (name, key) in [("same", "epochs-1"), ("other", "epochs-2"), ("spelled", "transit/epochs-1")] {
            private(&at(name), &wrapped(key));
        }
        private(&at("mount"), &wrapped("team/epochs-1"));
        private(&at("broken"), "{}");
        private(
            &at("plain"),
            &wrapped("x").replace(
                "{\"provider\":\"vault-transit\",\"key\":\"x\",\"ciphertext\":\"vault:v1:eA==\"}",
                "{\"provider\":\"file\"}",
            ),
        );
        let settings = |name| spared(&of_settings(name, &root));
        for free in ["other", "mount", "plain"] {
            assert_eq!(settings(free), None, "{free}");
        }
        for held in ["same", "spelled", "broken", "missing"] {
            assert_eq!(settings(held), Some(Exit::Usage), "{held}");
        }
        assert_eq!(spared(&of_settings("other", &None)), Some(Exit::Usage), "nobody says who knows that key");
        let nowhere = RingSettings { from: "env:PRIVET_NO_SUCH_RING".into(), root: root.clone(), state_dir: None };
        let nowhere = Settings { rings: [("customer".to_owned(), nowhere)].into(), ..Settings::default() };
        assert_eq!(spared(&nowhere), Some(Exit::Usage));
        // A ring of a policy alone, that no operator uses.
        let of_policy = |name: &str, settings: Settings| {
            let policy = format!(
                "privet: v1\nproduct: shop\nfields: {{id: keep}}\nrings: {{customer: {{from: 'file:{name}', root: '{}'}}}}\n",
                root.as_deref().unwrap()
            );
            std::fs::write(at("policy.yaml"), policy).unwrap();
            Settings { products: vec![ProductSettings::new(at("policy.yaml"))], ..settings }
        };
        let policy = |name| spared(&of_policy(name, Settings::default()));
        for free in ["other", "mount", "plain"] {
            assert_eq!(policy(free), None, "{free}");
        }
        for held in ["same", "spelled", "broken", "missing"] {
            assert_eq!(policy(held), Some(Exit::Usage), "{held}");
        }
        // The configuration says where what is missing is.
        assert_eq!(spared(&of_policy("missing", of_settings("other", &root))), None);
        assert_eq!(spared(&of_policy("missing", of_settings("spelled", &root))), Some(Exit::Usage));
    }
}
