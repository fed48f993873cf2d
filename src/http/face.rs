//! `POST /v1/anonymize`: from a request to its answer.

use super::allowed::{self, AccessErrors};
use super::config::Config;
use super::deanonymize::{DEANONYMIZE, deanonymize};
use super::guard::Guard;
use super::problem::Problem;
use super::request::{self, Media};
use super::stream::Peer;
use super::work::{Memory, Worked, work};
use crate::access;
use crate::engine::{EngineError, Settings};
use crate::observe::{Face as FaceName, Metrics, ProductMetrics};
use crate::policy::{LivePlan, Plan};
use crate::pool::{Layout, Pool};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http_body_util::BodyExt as _;
use hyper::body::Body as _;
use std::io;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use tokio::sync::{Semaphore, oneshot};

/// Where records are sent.
pub const ANONYMIZE: &str = "/v1/anonymize";

/// How often the limit of a body is read on, and thrown away, so that a client still sending can see the answer.
const LINGER: usize = 4;

/// A product as the face serves it.
#[derive(Debug, Clone)]
pub struct Product {
    /// The name by which a request asks for it.
    pub name: String,
    /// What governs it; a request is answered under the plan that was live when it came.
    pub plan: LivePlan,
}

/// Why the face cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// There is nothing to serve.
    #[error("`http` is configured and there is no product to serve")]
    NoProduct,
    /// Two products have one name.
    #[error("two products are called {product:?}")]
    Twice {
        /// The name.
        product: String,
    },
    /// Who may do what cannot stand with what is served.
    #[error(transparent)]
    Access(#[from] AccessErrors),
    /// The system gives no thread.
    #[error("no thread: {0}")]
    Thread(#[from] io::Error),
}

/// All that a request needs.
pub(super) struct Face {
    products: Vec<Served>,
    pub pool: Pool<Memory>,
    pub slots: Arc<Semaphore>,
    pub settings: Arc<Settings>,
    pub config: Config,
    /// Who tells callers apart; none where whoever can connect is served.
    pub guard: Option<Guard>,
    requests: AtomicU64,
}

/// One product.
pub(super) struct Served {
    pub name: String,
    pub plan: LivePlan,
    terms: Mutex<Arc<Terms>>,
}

/// A plan with what is needed to answer under it.
pub(super) struct Terms {
    pub plan: Arc<Plan>,
    /// They name the entity types of this plan's recognizers.
    pub metrics: ProductMetrics,
    policy: HeaderValue,
}

/// Checks that the face may serve these products.
///
/// # Errors
/// Where there is nothing to serve, two products have one name, or who may do what does not fit what is served.
pub fn check(config: &Config, access: Option<&access::Config>, products: &[Product]) -> Result<(), StartError> {
    if products.is_empty() {
        return Err(StartError::NoProduct);
    }
    for (place, Product { name, .. }) in products.iter().enumerate() {
        if products.iter().take(place).any(|other| other.name == *name) {
            return Err(StartError::Twice { product: name.clone() });
        }
    }
    Ok(allowed::check(config, access, products)?)
}

/// Makes the face: its threads, and the routes that the listener serves.
///
/// Inside a runtime, on which the keys of tokens are fetched.
///
/// # Errors
/// Where [`check`] finds one, or the system gives no thread.
pub fn face(
    config: Config,
    access: Option<(&access::Config, Guard)>,
    products: Vec<Product>,
    settings: Settings,
    threads: NonZeroUsize,
    metrics: &Metrics,
) -> Result<Router, StartError> {
    check(&config, access.as_ref().map(|(access, _)| *access), &products)?;
    let guard = access.map(|(_, guard)| guard);
    if let Some(guard) = &guard {
        guard.watch();
    }
    let served = products.into_iter().map(|product| Served::new(product, metrics)).collect();
    let pool = Pool::new(Layout { threads, waiting_max: config.requests_max }, Memory::default)?;
    let slots = Arc::new(Semaphore::new(config.requests_max));
    let settings = Arc::new(settings);
    let opens = guard.as_ref().is_some_and(|guard| guard.roles().open_anything());
    let face = Face { products: served, pool, slots, settings, config, guard, requests: AtomicU64::new(0) };
    let mut router = Router::new().route(ANONYMIZE, post(anonymize).fallback(async || Problem::method()));
    if opens {
        router = router.route(DEANONYMIZE, post(deanonymize).fallback(async || Problem::method()));
    }
    Ok(router.fallback(async || Problem::not_found()).with_state(Arc::new(face)))
}

async fn anonymize(State(face): State<Arc<Face>>, request: Request) -> Response {
    face.answer(request).await.unwrap_or_else(IntoResponse::into_response)
}

impl Served {
    fn new(Product { name, plan }: Product, metrics: &Metrics) -> Self {
        let terms = Terms::new(plan.load(), &metrics.product(FaceName::Http, &name, []));
        terms.metrics.policy(&terms.plan.hash().to_string());
        Self { name, plan, terms: Mutex::new(Arc::new(terms)) }
    }

    /// Gives the terms of the plan that is live now.
    pub fn terms(&self) -> Arc<Terms> {
        let mut terms = self.terms.lock().unwrap_or_else(PoisonError::into_inner);
        let plan = self.plan.load();
        if !Arc::ptr_eq(&plan, &terms.plan) {
            *terms = Arc::new(Terms::new(plan, &terms.metrics));
        }
        Arc::clone(&terms)
    }
}

impl Terms {
    fn new(plan: Arc<Plan>, metrics: &ProductMetrics) -> Self {
        let metrics = metrics.with_entities(plan.set().entities().iter().map(|info| info.entity.to_string()));
        // A hash in hexadecimal is always a header's value.
        let policy = HeaderValue::try_from(plan.hash().to_string()).unwrap_or(HeaderValue::from_static("unknown"));
        Self { plan, metrics, policy }
    }
}

impl Face {
    async fn answer(&self, request: Request) -> Result<Response, Problem> {
        let (head, body) = request.into_parts();
        let caller = match &self.guard {
            None => None,
            Some(guard) => {
                let caller = guard
                    .caller(&head.headers, head.extensions.get::<Peer>())
                    .await
                    .map_err(|unproven| unproven.problem)?;
                guard.anonymizes(&caller, [])?;
                Some((guard, caller))
            }
        };
        let product = self.product(request::product(&head.uri, &head.headers)?)?;
        let media = Media::of(&head.headers)?;
        let Ok(_slot) = self.slots.clone().try_acquire_owned() else { return Err(busy()) };
        let deadline = tokio::time::Instant::now() + self.config.request_timeout;
        // What came before a reload is answered under what was in force, however slow its body.
        let terms = product.terms();
        let mut settings = Arc::clone(&self.settings);
        if let Some((guard, caller)) = &caller {
            guard.anonymizes(caller, terms.plan.rings().iter().map(|ring| &*ring.name))?;
            if terms.plan.uses_keys() {
                settings = Arc::new(Settings { meter: Some(guard.meter(caller)), ..(*self.settings).clone() });
            }
        }
        let body = read(body, self.config.body_max, deadline).await?;
        let answer = self.hand_over(&terms, media, body, settings)?;
        let worked = match tokio::time::timeout_at(deadline, answer).await {
            Ok(Ok(worked)) => worked.map_err(|error| stopped(&error))?,
            // The worker lost the request to a flaw of ours; nothing of it leaves.
            Ok(Err(_)) => return Err(internal()),
            Err(_) => return Err(too_slow()),
        };
        Ok(respond(&terms, media, worked))
    }

    /// Gives all that are served; at least one is.
    pub fn products(&self) -> &[Served] {
        &self.products
    }

    /// Finds the product that was asked for, or the only one.
    pub fn product(&self, name: Option<String>) -> Result<&Served, Problem> {
        match (name, self.products.as_slice()) {
            (Some(name), products) => products.iter().find(|served| served.name == name).ok_or_else(|| {
                Problem::new(StatusCode::NOT_FOUND, "unknown_product", "no product of this name is served here")
            }),
            (None, [only]) => Ok(only),
            (None, products) => {
                let names: Vec<&str> = products.iter().map(|served| served.name.as_str()).collect();
                let detail = format!("say which product by `?product=NAME`: one of {}", names.join(", "));
                Err(Problem::new(StatusCode::BAD_REQUEST, "product_missing", detail))
            }
        }
    }

    /// Gives the body to a worker.
    fn hand_over(
        &self,
        terms: &Arc<Terms>,
        media: Media,
        body: Vec<u8>,
        settings: Arc<Settings>,
    ) -> Result<oneshot::Receiver<Result<Worked, EngineError>>, Problem> {
        let request = self.requests.fetch_add(1, Ordering::Relaxed);
        let terms = Arc::clone(terms);
        let (sender, answer) = oneshot::channel();
        let job = move |memory: &mut Memory| {
            // Nobody waits for it any more.
            if sender.is_closed() {
                return;
            }
            let start = Instant::now();
            let worked = work(&terms.plan, media, &body, request, &settings, memory);
            if let Ok(worked) = &worked {
                terms.metrics.record(&worked.report);
                terms.metrics.batch_took(start.elapsed());
            }
            sender.send(worked).ok();
        };
        self.pool.try_submit(job).map_err(|_| busy())?;
        Ok(answer)
    }
}

pub(super) fn busy() -> Problem {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "as many requests as are allowed are under way")
}

pub(super) fn stopped(error: &EngineError) -> Problem {
    match error {
        EngineError::Metered => {
            let detail = "as many new values as are allowed got stand-ins under a key for you in this hour";
            Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_new_values", detail)
        }
        EngineError::Store(_) | EngineError::Answers { .. } => {
            let detail = "a store that the policy needs does not answer";
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "store_unavailable", detail)
        }
    }
}

pub(super) fn too_slow() -> Problem {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "timed_out", "the request was not done within the time for a request")
}

pub(super) fn internal() -> Problem {
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal_error", "a flaw in privet; the request is held back")
}

/// Reads the whole body, if it comes in time and is not too large.
pub(super) async fn read(body: Body, body_max: usize, deadline: tokio::time::Instant) -> Result<Vec<u8>, Problem> {
    tokio::time::timeout_at(deadline, read_all(body, body_max)).await.map_err(|_| {
        let detail = "the body did not come within the time for a request";
        Problem::new(StatusCode::REQUEST_TIMEOUT, "body_too_slow", detail)
    })?
}

async fn read_all(mut body: Body, body_max: usize) -> Result<Vec<u8>, Problem> {
    let too_large = || {
        let detail = format!("the body is longer than {body_max} bytes; send less at once, or use files or topics");
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", detail)
    };
    let told = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if told > body_max.saturating_mul(LINGER) {
        return Err(too_large());
    }
    let mut bytes = Vec::with_capacity(told.min(body_max));
    let mut seen: usize = 0;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Problem::new(StatusCode::BAD_REQUEST, "body_broken", "the body broke off"))?;
        let Ok(data) = frame.into_data() else { continue };
        seen = seen.saturating_add(data.len());
        if seen > body_max.saturating_mul(LINGER) {
            break;
        }
        if seen <= body_max {
            bytes.extend_from_slice(&data);
        } else {
            bytes = Vec::new();
        }
    }
    if seen > body_max { Err(too_large()) } else { Ok(bytes) }
}

/// Puts the answer together.
fn respond(terms: &Terms, media: Media, worked: Worked) -> Response {
    let (refused, dropped) = (worked.report.refused(), worked.report.dropped);
    let mut response = match (worked.refusal, media) {
        (Some(refusal), Media::Json | Media::Text) => {
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, refusal.code(), refusal.detail().to_string()).into_response()
        }
        (Some(_) | None, _) if worked.out.is_empty() && dropped > 0 => StatusCode::NO_CONTENT.into_response(),
        (Some(_) | None, media) => {
            let mut response = Response::new(Body::from(worked.out));
            let headers = response.headers_mut();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media.content_type()));
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            response
        }
    };
    let headers = response.headers_mut();
    headers.insert(HeaderName::from_static("privet-refused"), HeaderValue::from(refused));
    headers.insert(HeaderName::from_static("privet-dropped"), HeaderValue::from(dropped));
    headers.insert(HeaderName::from_static("privet-policy"), terms.policy.clone());
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
