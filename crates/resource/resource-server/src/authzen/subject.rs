//! The subject and the context of a question, as the token and the request that the tasks API would see.

use std::collections::BTreeSet;
use std::net::IpAddr;

use doorward_access::{Credential, Principal};
use doorward_authzen::{Entity, Malformed};
use doorward_policy::{Action, Situation};
use doorward_protocol::authorization_details::AuthorizationDetails;
use doorward_protocol::scope::Scope;
use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::decision_point;
use crate::state::State;

pub(super) const USER: &str = "user";
const CLIENT: &str = "client";

/// The properties of a subject: claims of an access token, by their names.
struct Claims<'a>(&'a Map<String, Value>);

impl Claims<'_> {
    fn get<T>(
        &self,
        name: &str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Result<Option<T>, Malformed> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => {
                let problem = || Malformed(format!("subject.properties.{name} has another type"));
                read(value).ok_or_else(problem).map(Some)
            }
        }
    }

    fn text(&self, name: &str) -> Result<Option<String>, Malformed> {
        self.get(name, |value| value.as_str().map(str::to_owned))
    }

    fn texts<T: FromIterator<String> + Default>(&self, name: &str) -> Result<T, Malformed> {
        let text = |item: &Value| item.as_str().map(str::to_owned);
        let texts = self.get(name, |value| value.as_array()?.iter().map(text).collect())?;
        Ok(texts.unwrap_or_default())
    }
}

/// Returns the principal of a subject, whose properties are claims; that of the caller itself if it
/// asks about itself without properties. Returns `None` for an unknown type of subjects. The
/// organization is that of the caller, so that no property reaches the objects of another.
pub(super) fn principal(
    asker: &Principal,
    subject: &Entity,
) -> Result<Option<Principal>, Malformed> {
    let is_service = match subject.kind.as_str() {
        USER => false,
        CLIENT => true,
        _ => return Ok(None),
    };
    let is_asker = subject.id == asker.subject && is_service == asker.is_service();
    if is_asker && subject.properties.is_empty() {
        return Ok(Some(asker.clone()));
    }
    let claims = Claims(&subject.properties);
    let entitlements: BTreeSet<String> = claims.texts("entitlements")?;
    let scope = claims.get("scope", |scope| Scope::parse(scope.as_str()?).ok())?;
    let org = claims.text("org")?.filter(|org| !org.is_empty());
    if org.is_some() && org != asker.org {
        return Ok(None);
    }
    Ok(Some(Principal {
        credential: Credential::SignedToken,
        client_id: if is_service {
            subject.id.clone()
        } else {
            String::new()
        },
        subject: subject.id.clone(),
        // Without it, the client may do all that the user may.
        scope: scope.unwrap_or_else(|| entitlements.iter().collect()),
        roles: claims.texts("roles")?,
        groups: claims.texts("groups")?,
        managed_groups: claims.texts("managed_groups")?,
        entitlements,
        org: asker.org.clone(),
        email_verified: claims
            .get("email_verified", Value::as_bool)?
            .unwrap_or(false),
        acr: claims.text("acr")?,
        amr: Vec::new(),
        auth_time: claims.get("auth_time", Value::as_i64)?,
        sid: None,
        jti: String::new(),
        expires_at: i64::MAX,
        confirmation: None,
        authorization_details: AuthorizationDetails::default(),
        claims: Map::new(),
    }))
}

/// Returns the situation of a request by this principal. The context may name its time (RFC 3339) and
/// the address of the user; the address of the caller is that of a service.
pub(super) fn situation(
    state: &State,
    principal: &Principal,
    action: Action,
    context: &Map<String, Value>,
) -> Result<Situation, Malformed> {
    let text = |name: &str| match context.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Malformed(format!("context.{name} must be a text"))),
    };
    let now = match text("time")? {
        None => state.clock.now(),
        Some(time) => {
            let problem = |_| Malformed("context.time must be a time (RFC 3339)".to_owned());
            time.parse::<Timestamp>().map_err(problem)?.as_second()
        }
    };
    let problem = |_| Malformed("context.ip must be an IP address".to_owned());
    let address = text("ip")?.map(|ip| ip.parse::<IpAddr>().map_err(problem));
    let method = decision_point::method(action);
    Ok(Situation::new(now, &state.zone, method)
        .from_address(address.transpose()?)
        .signed_in_as(principal))
}
