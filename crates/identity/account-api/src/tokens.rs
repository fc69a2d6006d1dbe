//! Tokens in responses: in the body, or the refresh token in a cookie.

use actix_web::HttpResponseBuilder;
use doorward_first_party::sign_in;
use doorward_protocol::params::Params;
use doorward_services::known_device::{Account, KnownDevice};
use doorward_web::cookies::CookieName;
use doorward_web::csrf;

use crate::prelude::*;

view! {
    /// Tokens of a sign-in.
    pub(super) Tokens(tokens: sign_in::Tokens, device: Option<&KnownDevice>) {
        /// Access token: a JWT (RFC 9068) for `Authorization: Bearer`, here and at the client's
        /// resource servers. In addition to the standard claims it contains `username`, `email`,
        /// `is_staff` and `roles`.
        access: String = tokens.access;
        /// Refresh token, valid once; absent if it was set as a cookie.
        refresh?: String = Some(tokens.refresh);
        /// Lifetime of the access token in seconds.
        #[schema(example = 300)]
        expires_in: i64 = tokens.expires_in;
        /// Idle timeout of the refresh token in seconds.
        #[schema(example = 86400)]
        refresh_expires_in: i64 = tokens.refresh_expires_in;
        /// Always `Bearer`.
        #[schema(example = "Bearer")]
        token_type: &'static str = "Bearer";
        /// Known-device token of a sign-in: store it, and send it as `device` with the next one on this
        /// device. It is not a credential. Absent if a cookie contains it.
        device?: String = device.map(KnownDevice::to_cookie);
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum RefreshTokenPlacement {
    Body,
    /// In a cookie that scripts cannot read.
    Cookie,
}

impl RefreshTokenPlacement {
    /// Parses `?cookie=`. A cookie is set only for pages of this server's own origin.
    pub(super) fn parse(call: &ApiRequest, query: &Params) -> Result<Self, Problem> {
        match query.optional("cookie").ok().flatten() {
            None | Some("false" | "0") => Ok(Self::Body),
            Some("true" | "1") => {
                same_origin(call)?;
                Ok(Self::Cookie)
            }
            Some(_) => Err(Problem::parameter(
                "cookie",
                "invalid",
                "Must be true or false.",
            )),
        }
    }
}

/// Rejects requests from another site's page, because browsers add the cookie automatically.
fn same_origin(call: &ApiRequest) -> Result<(), Problem> {
    if csrf::is_same_origin(call.request(), call.context.core.issuer()) {
        Ok(())
    } else {
        Err(Problem::new(
            Kind::CrossSite,
            "The cookie is only for pages of this server's own origin. Store the tokens yourself.",
        ))
    }
}

pub(super) fn presented(
    call: &ApiRequest,
    query: &Params,
    in_body: Option<&str>,
) -> Result<(String, RefreshTokenPlacement), Problem> {
    let requested = RefreshTokenPlacement::parse(call, query)?;
    if let Some(token) = in_body {
        return Ok((token.to_owned(), requested));
    }
    match cookies::value(call.request(), &call.context.core, CookieName::Refresh) {
        Some(token) => {
            same_origin(call)?;
            Ok((token, RefreshTokenPlacement::Cookie))
        }
        None => Err(Problem::invalid(vec![super::fields::required("refresh")])),
    }
}

/// Returns the response to a sign-in. The device is now known to the account (decision 32),
/// by a cookie or by the client's stored value.
pub(super) fn signed_in_by(
    call: &ApiRequest,
    status: StatusCode,
    placement: RefreshTokenPlacement,
    tokens: sign_in::Tokens,
) -> HttpResponse {
    let known = known(call, tokens.account);
    let in_body = known
        .as_ref()
        .filter(|_| placement == RefreshTokenPlacement::Body);
    let mut response = respond(call, status, placement, Tokens::new(tokens, in_body));
    if let (RefreshTokenPlacement::Cookie, Some(device)) = (placement, known) {
        // A base64url cookie is always a valid header value.
        let _ = response.add_cookie(&cookies::device(&call.context.core, &device));
    }
    response
}

pub(super) fn known(call: &ApiRequest, account: Option<Account>) -> Option<KnownDevice> {
    let device = call.caller.device.clone();
    let device = device.unwrap_or_else(|| KnownDevice::new(&mut call.context.core.rng()));
    account.map(|account| device.after_sign_in(call.context.limits.rate_limiter.keyed(), account))
}

pub(super) fn respond(
    call: &ApiRequest,
    status: StatusCode,
    placement: RefreshTokenPlacement,
    tokens: Tokens,
) -> HttpResponse {
    let mut builder = HttpResponse::build(status);
    let tokens = place_refresh_token(call, &mut builder, placement, tokens);
    builder.json(tokens)
}

pub(super) fn place_refresh_token(
    call: &ApiRequest,
    builder: &mut HttpResponseBuilder,
    placement: RefreshTokenPlacement,
    mut tokens: Tokens,
) -> Tokens {
    if placement == RefreshTokenPlacement::Cookie
        && let Some(refresh) = tokens.refresh.take()
    {
        let ttl = tokens.refresh_expires_in;
        builder.cookie(cookies::refresh(&call.context.core, Some((&refresh, ttl))));
    }
    tokens
}
