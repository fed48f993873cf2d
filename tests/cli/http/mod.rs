//! Both listeners, over real sockets.

mod admin;
mod anonymize;
pub mod client;
mod limits;
mod reload;
mod vault;

use client::Client;
use privet::app::listen::{Face, Listeners};
use privet::detect::RecognizerSet;
use privet::engine::Settings;
use privet::http::{Admin, Config, Listen, Product};
use privet::observe::{Metrics, Readiness};
use privet::policy::Plan;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::sync::Arc;

/// A free port of this host.
fn anywhere() -> SocketAddr {
    "127.0.0.1:0".parse().unwrap()
}

/// The face's settings for tests, on a free port.
fn config() -> Config {
    let config = Config::default();
    Config { listen: Listen { address: anywhere(), ..config.listen }, ..config }
}

/// The plan that needs no policy.
fn plain_plan() -> Arc<Plan> {
    Arc::new(Plan::without_policy(RecognizerSet::builtin()))
}

fn product(name: &str) -> Product {
    Product { name: name.to_owned(), plan: plain_plan().into() }
}

/// Both listeners in this process.
struct Running {
    listeners: Listeners,
    metrics: Metrics,
    readiness: Readiness,
}

impl Running {
    fn start(config: Config, products: Vec<Product>) -> Self {
        let (metrics, face) = (Metrics::new(), face(config, products));
        let readiness = Readiness::new(&metrics);
        let admin = Admin::On(Listen::at(anywhere(), Admin::CONNECTIONS_MAX));
        let listeners = Listeners::start(admin, Some(face), &metrics, &readiness).unwrap();
        Self { listeners, metrics, readiness }
    }

    /// One product without a policy.
    fn plain(config: Config) -> Self {
        Self::start(config, vec![product("plain")])
    }

    fn http(&self) -> Client {
        Client::connect(self.listeners.http_address().unwrap())
    }

    fn admin(&self) -> Client {
        Client::connect(self.listeners.admin_address().unwrap())
    }
}

fn face(config: Config, products: Vec<Product>) -> Face {
    let threads = NonZeroUsize::new(2).unwrap();
    Face { config, products, settings: Settings::default(), threads, access: None, tls: None }
}

/// Starts only to see whether it does.
fn start_error(config: Config, products: Vec<Product>) -> Option<String> {
    let metrics = Metrics::new();
    let readiness = Readiness::new(&metrics);
    let started = Listeners::start(Admin::Off, Some(face(config, products)), &metrics, &readiness);
    started.err().map(|error| error.to_string())
}
