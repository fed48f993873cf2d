//! What probes and scrapers ask; no record ever passes here.

use super::problem::Problem;
use crate::observe::{METRICS_MEDIA_TYPE, Metrics, Readiness};
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

/// Answers `/livez`, `/readyz`, `/startupz` and `/metrics`.
pub fn admin(metrics: Metrics, readiness: Readiness) -> Router {
    let route = || async { Problem::method() };
    Router::new()
        .route("/livez", get(async || plain(StatusCode::OK, "ok\n".to_owned())).fallback(route))
        .route("/readyz", get(ready).fallback(route))
        .route("/startupz", get(started).fallback(route))
        .with_state(readiness)
        .route("/metrics", get(scraped).fallback(route).with_state(metrics))
        .fallback(async || Problem::not_found())
}

fn plain(status: StatusCode, text: String) -> Response {
    (status, [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "no-store")], text)
        .into_response()
}

/// Says whether every part is ready, or names those that are not.
async fn ready(State(readiness): State<Readiness>) -> Response {
    let missing = readiness.missing();
    if missing.is_empty() {
        return plain(StatusCode::OK, "ok\n".to_owned());
    }
    let lines: String = missing.iter().map(|name| format!("not ready: {name}\n")).collect();
    plain(StatusCode::SERVICE_UNAVAILABLE, lines)
}

/// Says whether the process has come up, whatever the state of brokers.
async fn started(State(readiness): State<Readiness>) -> Response {
    if readiness.is_started() {
        plain(StatusCode::OK, "ok\n".to_owned())
    } else {
        plain(StatusCode::SERVICE_UNAVAILABLE, "starting\n".to_owned())
    }
}

async fn scraped(State(metrics): State<Metrics>) -> Response {
    ([(header::CONTENT_TYPE, METRICS_MEDIA_TYPE), (header::CACHE_CONTROL, "no-store")], metrics.encode())
        .into_response()
}
