//! How many requests one caller may send to the API: within a minute by the roles of the token, or
//! within an hour by API key. In memory, for this process; what is left is told in the `RateLimit` header fields
//! (draft-ietf-httpapi-ratelimit-headers-10).

use std::sync::{Arc, Mutex, PoisonError};

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
use crate::problem::Problem;

/// The window of people and services, in seconds.
const MINUTE: i64 = 60;
/// The window of API keys, in seconds: scripts work in bursts.
const HOUR: i64 = 3600;
/// Callers that are counted at the same time; the one not seen for longest is forgotten.
const CALLERS: u64 = 100_000;

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// The requests of each caller in the window under way.
pub(crate) struct Throttle {
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

impl Default for Throttle {
    fn default() -> Self {
        Self {
            windows: Cache::new(CALLERS),
        }
    }
}

impl Throttle {
    /// Counts one request.
    fn admit(&self, caller: [u8; 32], quota: &Quota, now: i64) -> Left {
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
    let counted = match caller(&request).await {
        Some((caller, quota)) => request.app_data::<web::Data<State>>().map(|state| {
            let left = state.throttle.admit(caller, &quota, state.clock.now());
            (quota, left)
        }),
        None => None,
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
    if !request.path().starts_with("/api/") {
        return None;
    }
    let config = request.app_data::<web::Data<Config>>()?;
    let (limits, multiplier) = (&config.limits, config.limits_multiplier);
    if let Some(key) = request.headers().get(API_KEY) {
        let name = Sha256::digest(key.as_bytes()).into();
        return Some((name, Quota::of_key(limits).scaled(multiplier)));
    }
    let header = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    let token = bearer::token_from_header(header).ok()?;
    let access = request.app_data::<web::Data<Access>>()?;
    // A token that was seen before costs one hash. What is no signed token, the guard looks up.
    let Ok(principal) = access.authenticate(token).await else {
        let plain = Quota {
            name: "token".to_owned(),
            requests: limits.requests,
            window: MINUTE,
        };
        let name = Sha256::digest(token.as_bytes()).into();
        let is_opaque = !token.contains('.');
        return is_opaque.then(|| (name, plain.scaled(multiplier)));
    };
    let mut name = Sha256::new();
    for part in [
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
    use super::{Limits, Quota, Throttle};

    #[test]
    fn a_window_lets_so_many_through_and_then_begins_anew() {
        let throttle = Throttle::default();
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
            let left = throttle.admit([1; 32], &quota, now);
            assert_eq!(
                (left.admitted, left.requests, left.seconds),
                (admitted, requests, seconds)
            );
        }
        assert!(throttle.admit([2; 32], &quota, 111).admitted);
        // A clock that is set back does not lock anybody out.
        assert!(throttle.admit([1; 32], &quota, 50).admitted);
    }

    #[test]
    fn limits_grow_with_the_multiplier() {
        let quota = || Quota::of_key(&Limits::default());
        assert_eq!(quota().scaled(0.000_01).requests, 1);
        assert_eq!(quota().scaled(10.0).requests, 100_000);
    }
}
