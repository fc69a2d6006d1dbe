//! How many requests one caller may send to the API: within a minute by the roles of the token, or
//! within an hour by API key. Counted for all processes together where they share a place to count,
//! else in the memory of each; what is left is told in the `RateLimit` header fields
//! (draft-ietf-httpapi-ratelimit-headers-10).

use std::fmt;
use std::fmt::Write as _;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _, web};
use doorward_access::guard::{API_KEY, CallerAddress};
use doorward_access::{Access, Principal};
use doorward_protocol::bearer;
use moka::sync::Cache;
use sha2::{Digest as _, Sha256};

use crate::address;
use crate::app::State;
use crate::config::{Config, Limits};
use crate::mcp;
use crate::problem::Problem;
use crate::routes;

/// The window of people and services, in seconds.
const MINUTE: i64 = 60;
/// The window of API keys, in seconds: scripts work in bursts.
const HOUR: i64 = 3600;
/// Callers that are counted at the same time; the one not seen for longest is forgotten.
const CALLERS: u64 = 100_000;

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// Counts that several processes share, so that a caller has one allowance at all of them.
pub trait SharedCounts: Send + Sync + fmt::Debug {
    /// Counts one more under this name and gives the count; the first of a count sets its end.
    /// `None`: the counts cannot be reached.
    fn count<'a>(
        &'a self,
        name: &'a str,
        ttl: Duration,
    ) -> Pin<Box<dyn Future<Output = Option<u64>> + 'a>>;
}

/// The requests of each caller in the window under way.
pub(crate) struct Throttle {
    shared: Option<Arc<dyn SharedCounts>>,
    windows: Cache<[u8; 32], Arc<Mutex<Window>>>,
}

#[derive(Default)]
struct Window {
    began: i64,
    count: u32,
}

/// What a caller may send, and by what name that is told.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Quota {
    name: String,
    requests: u32,
    /// In how many seconds.
    window: i64,
}

/// What is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Left {
    requests: u32,
    /// Seconds until all are there again.
    seconds: i64,
    admitted: bool,
}

impl Throttle {
    /// Counts where all processes count, or in this one alone.
    pub(crate) fn new(shared: Option<Arc<dyn SharedCounts>>) -> Self {
        Self {
            shared,
            windows: Cache::new(CALLERS),
        }
    }

    /// Counts one request. Without the shared counts each process admits half of what all would
    /// (DESIGN §2.1): losing them changes speed, not answers.
    async fn admit(&self, caller: [u8; 32], quota: &Quota, now: i64) -> Left {
        let Some(shared) = &self.shared else {
            return self.admit_alone(caller, quota, now);
        };
        // A window of the clock, which is the same for every process.
        let began = now.div_euclid(quota.window) * quota.window;
        let mut name = String::with_capacity(96);
        for byte in caller {
            let _ = write!(name, "{byte:02x}");
        }
        let _ = write!(name, "@{began}");
        let ttl = Duration::from_secs(quota.window.unsigned_abs());
        let Some(count) = shared.count(&name, ttl).await else {
            return self.admit_alone(caller, &quota.halved(), now);
        };
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        Left {
            requests: quota.requests.saturating_sub(count),
            seconds: began + quota.window - now,
            admitted: count <= quota.requests,
        }
    }

    /// Counts one request in this process.
    fn admit_alone(&self, caller: [u8; 32], quota: &Quota, now: i64) -> Left {
        let window = self.windows.get_with(caller, Arc::default);
        let mut window = window.lock().unwrap_or_else(PoisonError::into_inner);
        if !(window.began..window.began + quota.window).contains(&now) {
            *window = Window {
                began: now,
                count: 0,
            };
        }
        let admitted = window.count < quota.requests;
        window.count += u32::from(admitted);
        Left {
            requests: quota.requests.saturating_sub(window.count),
            seconds: window.began + quota.window - now,
            admitted,
        }
    }
}

impl Quota {
    fn of(principal: &Principal, limits: &Limits) -> Self {
        let plain = if principal.is_service() {
            "service"
        } else {
            "person"
        };
        let roles = limits.roles.iter();
        let own = roles.filter(|(role, _)| principal.roles.contains(role));
        let plain = (plain.to_owned(), limits.requests);
        let (name, requests) = own
            .cloned()
            .chain([plain])
            .max_by_key(|(_, n)| *n)
            .unwrap_or_default();
        Self {
            name,
            requests,
            window: MINUTE,
        }
    }

    fn halved(&self) -> Self {
        Self {
            requests: (self.requests / 2).max(1),
            ..self.clone()
        }
    }

    fn of_key(limits: &Limits) -> Self {
        Self {
            name: "api_key".to_owned(),
            requests: limits.api_key,
            window: HOUR,
        }
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a float beyond u32 becomes its largest value, and the factor is positive"
    )]
    fn scaled(mut self, multiplier: f64) -> Self {
        let scaled = f64::from(self.requests) * multiplier;
        self.requests = (scaled.round() as u32).max(1);
        self
    }
}

/// Middleware around every route: counts what is sent to the API by callers who are known. Others
/// are refused by the route itself.
pub(crate) async fn guard(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    if let Some(address) = address::of(request.request()) {
        // For the guard as well, which looks at the address of who sends bad keys.
        request.extensions_mut().insert(CallerAddress(address));
    }
    let state = request.app_data::<web::Data<State>>().cloned();
    let counted = match (caller(&request).await, state) {
        (Some((caller, quota)), Some(state)) => {
            let now = state.clock.now();
            let left = state.throttle.admit(caller, &quota, now).await;
            Some((quota, left))
        }
        _ => None,
    };
    let mut response = match &counted {
        Some((_, left)) if !left.admitted => request
            .error_response(Problem::too_many(left.seconds))
            .map_into_right_body(),
        _ => next.call(request).await?.map_into_left_body(),
    };
    if let Some((quota, left)) = &counted {
        tell(response.headers_mut(), quota, *left);
    }
    Ok(response)
}

/// Who sends the request, as a name for counting, and what they may send.
async fn caller(request: &ServiceRequest) -> Option<([u8; 32], Quota)> {
    let is_mcp = request.path() == mcp::PATH;
    if !is_mcp && !request.path().starts_with("/api/") {
        return None;
    }
    let config = request.app_data::<web::Data<Config>>()?;
    let (limits, multiplier) = (&config.limits, config.limits_multiplier);
    if let Some(key) = request.headers().get(API_KEY) {
        let name = Sha256::digest(key.as_bytes()).into();
        return Some((name, Quota::of_key(limits).scaled(multiplier)));
    }
    let header = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    let (_, token) = bearer::access_token_from_header(header).ok()?;
    let access: &Access = if is_mcp {
        &request.app_data::<web::Data<mcp::Door>>()?.0
    } else {
        request.app_data::<web::Data<Access>>()?
    };
    let is_opaque = !token.contains('.');
    // A token that was seen before costs one hash, or one look at the issuer's last answer.
    let found = if !is_opaque {
        access.authenticate(token).await
    } else if routes::takes_reference_tokens(request.path()) {
        access.authenticate_reference(token).await
    } else {
        return None;
    };
    let Ok(principal) = found else {
        // What is no token of anybody is counted by itself: each try costs the issuer an answer.
        let plain = Quota {
            name: "token".to_owned(),
            requests: limits.requests,
            window: MINUTE,
        };
        let name = Sha256::digest(token.as_bytes()).into();
        return is_opaque.then(|| (name, plain.scaled(multiplier)));
    };
    let mut name = Sha256::new();
    for part in [
        access.audience(),
        principal.org.as_deref().unwrap_or_default(),
        &principal.subject,
        &principal.client_id,
    ] {
        name.update((part.len() as u64).to_be_bytes());
        name.update(part.as_bytes());
    }
    Some((
        name.finalize().into(),
        Quota::of(&principal, limits).scaled(multiplier),
    ))
}

fn tell(headers: &mut HeaderMap, quota: &Quota, left: Left) {
    let Quota {
        name,
        requests,
        window,
    } = quota;
    // RFC 9651 §3.3.3: a string of printable ASCII in quotes.
    let name: String = name
        .chars()
        .filter(|c| (' '..='~').contains(c) && !matches!(c, '"' | '\\'))
        .collect();
    let policy = format!("\"{name}\";q={requests};w={window}");
    let state = format!("\"{name}\";r={};t={}", left.requests, left.seconds);
    for (field, value) in [(RATE_LIMIT_POLICY, policy), (RATE_LIMIT, state)] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(field, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::pin::Pin;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use super::{Limits, Quota, SharedCounts, Throttle};

    #[test]
    fn a_window_lets_so_many_through_and_then_begins_anew() {
        let throttle = Throttle::new(None);
        let quota = Quota {
            name: "person".to_owned(),
            requests: 2,
            window: 60,
        };
        let tries = [
            (100, true, 1, 60),
            (110, true, 0, 50),
            (159, false, 0, 1),
            (160, true, 1, 60),
        ];
        for (now, admitted, requests, seconds) in tries {
            let left = throttle.admit_alone([1; 32], &quota, now);
            assert_eq!(
                (left.admitted, left.requests, left.seconds),
                (admitted, requests, seconds)
            );
        }
        assert!(throttle.admit_alone([2; 32], &quota, 111).admitted);
        // A clock that is set back does not lock anybody out.
        assert!(throttle.admit_alone([1; 32], &quota, 50).admitted);
    }

    /// What two processes share, until it is away.
    #[derive(Debug, Default)]
    struct Board {
        counts: Mutex<HashMap<String, u64>>,
        is_away: AtomicBool,
    }

    impl SharedCounts for Board {
        fn count<'a>(
            &'a self,
            name: &'a str,
            ttl: Duration,
        ) -> Pin<Box<dyn Future<Output = Option<u64>> + 'a>> {
            assert_eq!(ttl, Duration::from_mins(1));
            let mut counts = self.counts.lock().unwrap();
            let count = counts.entry(name.to_owned()).or_default();
            *count += 1;
            let found = (!self.is_away.load(Ordering::Relaxed)).then_some(*count);
            Box::pin(std::future::ready(found))
        }
    }

    #[actix_web::test]
    async fn processes_that_share_their_counts_admit_together_what_one_would() {
        let board = Arc::new(Board::default());
        let quota = Quota {
            name: "person".to_owned(),
            requests: 4,
            window: 60,
        };
        let [one, other] = [(), ()].map(|()| Throttle::new(Some(board.clone())));
        let mut admitted = Vec::new();
        for throttle in [&one, &other, &one, &other, &one, &other] {
            let left = throttle.admit([1; 32], &quota, 130).await;
            admitted.push((left.admitted, left.requests, left.seconds));
        }
        let expected = [
            (true, 3),
            (true, 2),
            (true, 1),
            (true, 0),
            (false, 0),
            (false, 0),
        ];
        assert_eq!(
            admitted,
            expected.map(|(admitted, left)| (admitted, left, 50))
        );
        assert!(other.admit([2; 32], &quota, 130).await.admitted);
        assert!(one.admit([1; 32], &quota, 180).await.admitted);
        // Without it each admits half, which is together no more than before.
        board.is_away.store(true, Ordering::Relaxed);
        for throttle in [&one, &other] {
            for admitted in [true, true, false] {
                let left = throttle.admit([1; 32], &quota, 200).await;
                assert_eq!(left.admitted, admitted);
            }
        }
    }

    #[test]
    fn limits_grow_with_the_multiplier() {
        let quota = || Quota::of_key(&Limits::default());
        assert_eq!(quota().scaled(0.000_01).requests, 1);
        assert_eq!(quota().scaled(10.0).requests, 100_000);
    }
}
