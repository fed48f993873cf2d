//! `POST /v1/deanonymize`: stand-ins in, values out, for callers whose role says so.
//!
//! Who may not is told nothing: whether a token is forged, foreign, unknown or of a kind that is not permitted, the
//! answer is the same to the byte, and leaves at the next tick of a clock that began when the request came. Nothing that
//! is not permitted is tried. Every call is an audit record, written before its answer leaves, and also where nobody waits for the
//! answer any more: it is a task of its own (`serve.rs`).

use super::back::{Back, turn_back};
use super::face::{Face, Served, busy, read, stopped, too_slow};
use super::guard::{Guard, Unproven, unauthenticated};
use super::problem::Problem;
use super::reason::cleaned;
use super::request::{self, Media};
use super::stream::Peer;
use super::work::Memory;
use crate::access::Caller;
use crate::engine::EngineError;
use crate::observe::AuditRecord;
use crate::policy::Plan;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::Instant;

/// Where stand-ins are sent.
pub const DEANONYMIZE: &str = "/v1/deanonymize";

/// The header that says why.
const REASON_HEADER: &str = "privet-reason";
/// What audit records hold in the place of a reason that nobody looked through: nothing of who is not known is written down, nor
/// where no worker has time.
const UNREAD: &str = "<UNREAD>";
/// How long a reason may be, in characters.
const REASON_MAX: usize = 500;
/// Answers leave at multiples of this after the request came, so that they do not tell how they came about.
const TICK: Duration = Duration::from_millis(25);

/// How many bytes a body may have here, whatever `body_max` says: so many stand-ins, all of one sort, are worked through
/// well within a [`TICK`], and a body full of one token does not make the answer's time tell what that token is.
const BODY_MAX: usize = 256 * 1024;

/// What an audit record tells beside who and what came of it.
#[derive(Debug, Default)]
struct Noted {
    product: Option<String>,
    reason: Option<String>,
    records: Option<u64>,
    opened: BTreeMap<String, u64>,
}

pub(super) async fn deanonymize(State(face): State<Arc<Face>>, request: Request) -> Response {
    let arrival = Instant::now();
    let response = face.turn_back(request).await.unwrap_or_else(IntoResponse::into_response);
    tokio::time::sleep_until(tick_after(arrival, Instant::now())).await;
    response
}

/// Gives the next multiple of [`TICK`] after `arrival` that is not over.
fn tick_after(arrival: Instant, now: Instant) -> Instant {
    let ticks = now.saturating_duration_since(arrival).as_micros() / TICK.as_micros();
    arrival + TICK.saturating_mul(u32::try_from(ticks).unwrap_or(u32::MAX).saturating_add(1))
}

impl Face {
    async fn turn_back(&self, request: Request) -> Result<Response, Problem> {
        let Some(guard) = &self.guard else { return Err(Problem::not_found()) };
        let (head, body) = request.into_parts();
        let peer = head.extensions.get::<Peer>();
        let from = peer.map(|peer| peer.address.ip().to_string());
        let unread = head.headers.contains_key(REASON_HEADER).then(|| UNREAD.to_owned());
        let mut noted = Noted { reason: unread, ..Noted::default() };
        let (requester, token, told) = match guard.caller(&head.headers, peer).await {
            Ok(caller) if caller.is_anonymous() => ("unknown".to_owned(), None, Err(unauthenticated())),
            Ok(caller) => (caller.to_string(), None, self.open(guard, &caller, &head, body, &mut noted).await),
            Err(Unproven { problem, token }) => ("unknown".to_owned(), token, Err(problem)),
        };
        let outcome = told.as_ref().map_or_else(|problem| problem.code, |_| "opened");
        guard.audit(&AuditRecord {
            event: "deanonymize",
            requester: &requester,
            from,
            reason: noted.reason.as_deref(),
            token: token.map(|why| why.code()),
            product: noted.product.as_deref(),
            outcome,
            records: noted.records,
            opened: noted.opened,
            ..AuditRecord::default()
        })?;
        told
    }

    /// Has a worker make a reason such as audit records may hold it.
    ///
    /// The product may not be known yet, nor ever be: what any of them would find is replaced.
    async fn told_reason(&self, reason: String, deadline: Instant) -> Result<String, Problem> {
        let (sender, answer) = oneshot::channel();
        let plans: Vec<Arc<Plan>> = self.products().iter().map(|served| served.plan.load()).collect();
        let job = move |memory: &mut Memory| {
            // Nobody waits for it any more.
            if !sender.is_closed() {
                sender.send(cleaned(plans.iter().map(AsRef::as_ref), &reason, &mut memory.reasons)).ok();
            }
        };
        self.pool.try_submit(job).map_err(|_| busy())?;
        match tokio::time::timeout_at(deadline, answer).await {
            Ok(told) => told.map_err(|_| super::face::internal()),
            Err(_) => Err(too_slow()),
        }
    }

    async fn open(
        &self,
        guard: &Guard,
        caller: &Caller,
        head: &Parts,
        body: Body,
        noted: &mut Noted,
    ) -> Result<Response, Problem> {
        let Ok(_slot) = self.slots.clone().try_acquire_owned() else { return Err(busy()) };
        let deadline = Instant::now() + self.config.request_timeout;
        let reason = reason(&head.headers);
        noted.reason = match &reason {
            // It is read whatever comes of the call, and by nobody before the caller is known.
            Ok(reason) => Some(self.told_reason(reason.clone(), deadline).await?),
            Err(_) => None,
        };
        let named = request::product(&head.uri, &head.headers)?;
        let unknown = |problem: Problem| match problem.status {
            StatusCode::NOT_FOUND => Problem::not_found(),
            _ => problem,
        };
        let product = self.product(named).map_err(unknown)?;
        noted.product = Some(product.name.clone());
        reason?;
        let media = Media::of(&head.headers)?;
        let body = read(body, self.config.body_max.min(BODY_MAX), deadline).await?;
        // Whoever asks pays for asking, whatever comes of it.
        if !guard.spend(caller, 1) {
            return Err(too_many());
        }
        let answer = self.submit(product, guard, caller, (media, body))?;
        let back = match tokio::time::timeout_at(deadline, answer).await {
            Ok(Ok(done)) => done,
            Ok(Err(_)) => return Err(super::face::internal()),
            Err(_) => return Err(too_slow()),
        };
        let back = back.map_err(|error| stopped(&error))?;
        noted.records = Some(back.records);
        if let (Some(refusal), Media::Json | Media::Text) = (&back.worked.refusal, media) {
            let detail = refusal.detail().to_string();
            return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, refusal.code(), detail));
        }
        let count = back.count();
        if count == 0 && back.expired > 0 {
            return Err(Problem::new(StatusCode::GONE, "expired", "the time of what was asked for is over"));
        }
        if count == 0 {
            return Err(Problem::not_found());
        }
        if !guard.spend(caller, count.saturating_sub(1)) {
            return Err(too_many());
        }
        noted.opened = back.told();
        product.terms().metrics.opened(count);
        Ok(respond(media, back))
    }

    /// Gives the body to a worker.
    fn submit(
        &self,
        product: &Served,
        guard: &Guard,
        caller: &Caller,
        (media, body): (Media, Vec<u8>),
    ) -> Result<oneshot::Receiver<Result<Back, EngineError>>, Problem> {
        let (sender, answer) = oneshot::channel();
        let (plan, settings) = (product.plan.load(), Arc::clone(&self.settings));
        let (guard, caller) = (guard.clone(), caller.clone());
        let job = move |_: &mut Memory| {
            let rights = |ring: &str, kind: &str| guard.roles().may_open(&caller, ring, kind);
            sender.send(turn_back(&plan, media, &body, &rights, &settings)).ok();
        };
        self.pool.try_submit(job).map_err(|_| busy())?;
        Ok(answer)
    }
}

fn too_many() -> Problem {
    let detail = "as many values as are allowed were turned back for you in this hour";
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_values", detail)
}

/// Reads why values are asked for.
fn reason(headers: &HeaderMap) -> Result<String, Problem> {
    let refused = |code, detail: String| Problem::new(StatusCode::BAD_REQUEST, code, detail);
    let mut all = headers.get_all(REASON_HEADER).iter();
    let (Some(value), None) = (all.next(), all.next()) else {
        return Err(refused("reason_missing", format!("say why, once, by the header {REASON_HEADER}")));
    };
    let text = std::str::from_utf8(value.as_bytes()).ok().map(str::trim);
    let fits =
        |text: &&str| !text.is_empty() && text.chars().count() <= REASON_MAX && !text.chars().any(char::is_control);
    let text = text.filter(fits).ok_or_else(|| {
        refused(
            "invalid_reason",
            format!("the header {REASON_HEADER} is a line of UTF-8, {REASON_MAX} characters at most"),
        )
    })?;
    Ok(text.to_owned())
}

fn respond(media: Media, back: Back) -> Response {
    let (opened, refused, expired) = (back.count(), back.refused(), back.expired);
    let mut response = Response::new(Body::from(back.worked.out));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media.content_type()));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(HeaderName::from_static("privet-opened"), HeaderValue::from(opened));
    headers.insert(HeaderName::from_static("privet-refused"), HeaderValue::from(refused));
    headers.insert(HeaderName::from_static("privet-expired"), HeaderValue::from(expired));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_leave_at_ticks() {
        let start = Instant::now();
        let after = |micros: u64| tick_after(start, start + Duration::from_micros(micros)) - start;
        for (took, leaves) in [(0, 25), (1, 25), (24_999, 25), (25_000, 50), (25_001, 50), (60_000, 75)] {
            assert_eq!(after(took), Duration::from_millis(leaves), "{took}");
        }
    }

    #[test]
    fn a_reason_is_one_line() {
        let read = |values: &[&[u8]]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(REASON_HEADER, HeaderValue::from_bytes(value).unwrap());
            }
            reason(&headers).map_err(|problem| problem.code)
        };
        assert_eq!(read(&[b" ticket 4711 "]), Ok("ticket 4711".to_owned()));
        assert_eq!(read(&["Anfrage für Müller".as_bytes()]), Ok("Anfrage für Müller".to_owned()));
        assert_eq!((read(&[]), read(&[b"a", b"b"])), (Err("reason_missing"), Err("reason_missing")));
        assert_eq!((read(&[b" "]), read(&[b"\xff"])), (Err("invalid_reason"), Err("invalid_reason")));
        assert_eq!(read(&[&[b'x'; 501]]), Err("invalid_reason"));
    }
}
