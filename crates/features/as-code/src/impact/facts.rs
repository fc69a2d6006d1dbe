//! Facts about users, clients and tokens, read before the operations of a plan and after them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use doorward_access::clock::Clock;
use doorward_admin::deployment::Deployment;
use doorward_admin::kinds::member_changes;
use doorward_admin::prelude::*;
use doorward_domain::model::OrgScope;
use doorward_oauth::simulation::{self, Simulation, SimulationRequest};
use doorward_rules::assurance;
use doorward_services::context::Context;
use futures_util::{StreamExt as _, TryFutureExt as _, TryStreamExt as _, stream};

use super::clients;
use super::questions::{Question, Questions};
use crate::plan::{Action, Plan};

/// The result of a simulation.
#[derive(Clone, PartialEq, Debug)]
pub enum TokenFacts {
    /// The client does not exist.
    Absent,
    Rejected(String),
    /// Tokens by their names, without the members that differ each time.
    Issued(Map<String, Value>),
}

/// The permissions that the users of a set have, by organization.
#[derive(Debug)]
pub struct Access {
    pub users: u64,
    pub permissions: BTreeMap<Option<String>, BTreeSet<String>>,
}

/// The answers at one time.
#[derive(Debug, Default)]
pub struct Facts {
    pub access: Vec<Access>,
    pub tokens: BTreeMap<Question, TokenFacts>,
    clients: BTreeMap<ClientId, Client>,
    pub uncounted: u64,
    pub unknown: Vec<String>,
    pub unsimulated: Option<&'static str>,
}

/// Members of tokens that differ each time.
const VOLATILE: [&str; 6] = ["iat", "jti", "auth_time", "sid", "nbf", "updated_at"];

/// Number of simulations at a time. They wait for the database most of the time.
const AT_ONCE: usize = 4;

impl Questions {
    /// Reads the answers now.
    pub async fn answer(&self, context: &AdminContext<'_>) -> Result<Facts> {
        let (read, now) = (context.db.read(), context.now());
        let mut facts = Facts {
            uncounted: self.uncounted,
            unknown: self.unknown.clone(),
            unsimulated: self.unsimulated,
            ..Facts::default()
        };
        for set in &self.sets {
            let mut permissions = BTreeMap::new();
            let organizations = set.organizations.iter().map(|slug| Some(slug.clone()));
            for org in [None].into_iter().chain(organizations) {
                // Without the organization, nothing is held in it.
                if let Some(slug) = &org
                    && !organization_is_active(read, slug).await?
                {
                    continue;
                }
                let scope = OrgScope::from_org(org.as_deref());
                let held = repo::roles::effective_for_user_in(read, set.sample, scope, now).await?;
                let held = held.permissions.into_values().flatten().collect();
                permissions.insert(org, held);
            }
            facts.access.push(Access {
                users: set.users,
                permissions,
            });
        }
        let ids: Vec<&ClientId> = self.clients.iter().collect();
        let clients = repo::clients::find_all(read, &ids).await?.into_iter();
        facts.clients = clients.map(|client| (client.id.clone(), client)).collect();
        match simulated(context)? {
            Some(server) => {
                let asked = self.tokens.iter().filter_map(|it| it.client.as_ref());
                server
                    .directory
                    .preload_clients(&server.core, asked)
                    .await?;
                let answers = stream::iter(&self.tokens).map(|question| {
                    let answer = question.ask(&server);
                    answer.map_ok(|token| (question.clone(), token))
                });
                facts.tokens = answers.buffered(AT_ONCE).try_collect().await?;
            }
            None if self.tokens.is_empty() => {}
            None => facts.unsimulated = Some("the command has no configuration with a secret key"),
        }
        Ok(facts)
    }
}

async fn organization_is_active(conn: &Conn, slug: &str) -> Result<bool> {
    let found = repo::organizations::find(conn, slug).await?;
    Ok(found.is_some_and(|organization| organization.active))
}

/// A clock that is stopped, so that two simulations have the same times.
#[derive(Debug)]
struct At(i64);

impl Clock for At {
    fn now(&self) -> i64 {
        self.0
    }
}

/// Returns the parts of a server that evaluate requests on the database of the context, without its caches.
fn simulated(context: &AdminContext<'_>) -> Result<Option<Context>> {
    let (db, clock) = (context.db.clone(), Arc::new(At(context.now())));
    match (context.deployment, context.settings.config()) {
        (Deployment::Server(server), _) => Ok(Some(server.simulated_on(db, clock)?)),
        (Deployment::Command(Some(master)), Some(config)) => {
            let config = Arc::new(config.clone());
            let random = context.random.clone();
            let server = Context::simulated(config, db, clock, master.clone(), random);
            Ok(Some(server?))
        }
        (Deployment::Command(_), _) => Ok(None),
    }
}

impl Question {
    async fn ask(&self, server: &Context) -> Result<TokenFacts> {
        let user = self.user.map(|user| user.to_string());
        let request = SimulationRequest {
            client: self.client.as_ref().map(ClientId::as_str),
            user: user.as_deref(),
            scope: None,
            org: self.org.as_deref(),
            resources: &[],
            redirect_uri: self.redirect.as_deref(),
            acr: assurance::AAL2,
            answers: true,
        };
        let done = if self.client.is_some() && self.user.is_some() {
            Box::pin(simulation::authorize(server, &request)).await?
        } else {
            Box::pin(simulation::token(server, &request)).await?
        };
        Ok(TokenFacts::of(done))
    }
}

impl TokenFacts {
    fn of(done: Simulation) -> Self {
        if !done.allowed {
            let reason = done.because.or(done.error);
            return Self::Rejected(reason.unwrap_or_else(|| "it is rejected".to_owned()));
        }
        let mut tokens = Map::new();
        let claims = [
            ("access_token", json!(done.claims)),
            ("id_token", json!(done.id_token)),
            ("userinfo", json!(done.userinfo)),
            ("custom_claims", json!(done.output_claims.custom_claims)),
        ];
        for (name, mut claims) in claims {
            if let Some(claims) = claims.as_object_mut() {
                let time = |name: &str| claims.get(name).and_then(Value::as_i64);
                let lifetime = time("exp").zip(time("iat")).map(|(end, start)| end - start);
                claims.remove("exp");
                claims.retain(|name, _| !VOLATILE.contains(&name.as_str()));
                let lifetime = lifetime.map(|lifetime| ("lifetime".to_owned(), lifetime.into()));
                claims.extend(lifetime);
            }
            tokens.insert(name.to_owned(), claims);
        }
        let is_empty = |claims: &Value| claims.as_object().is_some_and(Map::is_empty);
        tokens.retain(|_, claims| !claims.is_null() && !is_empty(claims));
        Self::Issued(tokens)
    }

    /// Returns the members that differ, and the reason why a token is no longer issued.
    pub fn compare(&self, after: &Self) -> (BTreeMap<String, (Value, Value)>, Option<String>) {
        match (self, after) {
            (Self::Issued(before), Self::Issued(after)) => {
                (member_changes(Some(before), Some(after)), None)
            }
            (Self::Issued(_), Self::Rejected(reason)) => (BTreeMap::new(), Some(reason.clone())),
            (Self::Issued(_), Self::Absent) => (
                BTreeMap::new(),
                Some("the client does not exist".to_owned()),
            ),
            _ => (BTreeMap::new(), None),
        }
    }
}

/// Returns true if a new value of a provider's member protects less. A member that had no value is no protection that
/// was lost.
fn is_weaker(member: &str, before: &Value, after: &Value) -> bool {
    let is = |value: &Value, expected: bool| value.as_bool() == Some(expected);
    match member {
        "trusts_email" | "links_by_email" | "trusts_mfa" | "registers" => is(after, true),
        "nonce" => is(after, false),
        "pushed_requests" | "dpop" => is(before, true) && !is(after, true),
        "client_auth" => before == "private_key_jwt" && after != before,
        _ => false,
    }
}

impl Facts {
    pub fn simulated(&self) -> usize {
        self.tokens.len()
    }

    /// Returns the clients that are deleted or disabled afterwards.
    pub fn ended(&self, after: &Self) -> Vec<ClientId> {
        let active = self.clients.values().filter(|client| client.is_active());
        let ended = active.filter(|client| {
            let left = after.clients.get(&client.id);
            !left.is_some_and(Client::is_active)
        });
        ended.map(|client| client.id.clone()).collect()
    }

    /// Returns objects with the members that protect less afterwards.
    pub fn weaker(&self, plan: &Plan, after: &Self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for (id, client) in &self.clients {
            if let Some(changed) = after.clients.get(id) {
                let members = clients::weaker(client, changed).into_iter();
                found.extend(members.map(|member| (format!("clients/{id}"), member.to_owned())));
            }
        }
        for change in plan
            .changes
            .iter()
            .filter(|change| change.action != Action::Delete)
        {
            if change.kind.name != "providers" {
                continue;
            }
            for (member, (before, after)) in &change.members {
                if is_weaker(member, before, after) {
                    let object = format!("{}/{}", change.kind.name, change.key);
                    found.push((object, member.clone()));
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[rstest]
    #[case::trusts("trusts_mfa", json!(false), json!(true), true)]
    #[case::new_provider("registers", json!(null), json!(true), true)]
    #[case::nonce("nonce", json!(true), json!(false), true)]
    #[case::not_pushed("pushed_requests", json!(true), json!(false), true)]
    #[case::pushed("pushed_requests", json!(false), json!(true), false)]
    #[case::bearer("dpop", json!(true), json!(null), true)]
    #[case::never_bound("dpop", json!(null), json!(false), false)]
    #[case::secret("client_auth", json!("private_key_jwt"), json!("client_secret"), true)]
    #[case::key("client_auth", json!("client_secret"), json!("private_key_jwt"), false)]
    #[case::new_secret("client_auth", json!(null), json!("client_secret"), false)]
    #[case::other("name", json!("a"), json!("b"), false)]
    fn provider_protects_less(
        #[case] member: &str,
        #[case] before: Value,
        #[case] after: Value,
        #[case] expected: bool,
    ) {
        assert_eq!(is_weaker(member, &before, &after), expected);
    }
}
