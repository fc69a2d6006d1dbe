//! Remediation: the changes that would allow a denied request, with their commands.

use doorward_rules::rejection::{Rejection, quoted};
use serde_json::{Value, json};

/// The rule for objects of another organization, which do not exist for the caller.
pub const OUT_OF_SCOPE: &str = "out_of_reach";

/// The denied actor, in the form that the command line accepts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Actor {
    Person(String),
    /// A client that acts for itself.
    Client(String),
}

impl Actor {
    fn option(&self) -> String {
        match self {
            Self::Person(name) => format!("--user {}", quoted(name)),
            Self::Client(id) => format!("--client {}", quoted(id)),
        }
    }
}

/// The location of an object that was out of reach.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ResourceLocation {
    Person(String),
    /// This organization, or none.
    In(Option<String>),
    Nowhere,
}

impl ResourceLocation {
    /// Returns the value for the inputs of a decision.
    pub fn to_json(&self) -> Value {
        match self {
            Self::Person(name) => json!({ "exists": true, "username": name }),
            Self::In(org) => json!({ "exists": true, "organization": org }),
            Self::Nowhere => json!({ "exists": false }),
        }
    }
}

/// The parts of a denial that its remediation depends on.
#[derive(Debug)]
pub struct Case<'a> {
    pub rule: &'a str,
    pub actor: Option<Actor>,
    pub client: Option<&'a str>,
    pub org: Option<&'a str>,
    pub missing: &'a [String],
    pub roles: &'a [String],
    pub place: Option<&'a ResourceLocation>,
    pub rejection: Option<&'a Rejection>,
}

/// Returns true if a role could lift a denial by this rule.
pub fn is_by_role(rule: &str) -> bool {
    matches!(
        rule,
        "needs_permission"
            | "more_than_held"
            | "more_powerful"
            | "administrators_only"
            | "permission-denied"
            | "site_not_allowed"
    )
}

/// Returns the remediation of a denial; empty if there is none.
pub fn commands(case: &Case<'_>) -> Vec<String> {
    match case.rejection {
        Some(rejection) if rejection.reason.is_some() => vec![rejection.fix(case.client)],
        Some(rejection) => {
            let known = by_rule(case);
            if known.is_empty() {
                vec![rejection.fix(case.client)]
            } else {
                known
            }
        }
        None => by_rule(case),
    }
}

fn by_rule(case: &Case<'_>) -> Vec<String> {
    // A request chooses some of these names, and an operator may paste the command into a shell.
    let person = quoted(match &case.actor {
        Some(Actor::Person(name)) => name.as_str(),
        _ => "USER",
    });
    let client = quoted(case.client.unwrap_or("CLIENT_ID"));
    let one = |text: String| vec![text];
    match case.rule {
        "needs_permission" | "more_than_held" | "more_powerful" | "administrators_only" => {
            roles(case)
        }
        "owners_only" => {
            let org = quoted(case.org.unwrap_or("ORG"));
            one(format!(
                "doorward org add-member {org} --owner --user {person}"
            ))
        }
        "needs_scope" => {
            let missing = case.missing.join(" ");
            let added: Vec<String> = case.missing.iter().map(|scope| quoted(scope)).collect();
            let added = added.join(" --add-scope ");
            one(format!(
                "request the scope `{missing}`; if the client does not have it yet: doorward client \
                 update {client} --add-scope {added}"
            ))
        }
        "needs_every_organization" => {
            one("use a token without an organization: omit the parameter".to_owned())
        }
        "longer_than_held" => one(
            "set an end that is not later than the caller's own, or let an administrator do it"
                .to_owned(),
        ),
        "under_review" => one(
            "the creator of the review, or an administrator with the role admin, must do it"
                .to_owned(),
        ),
        "not_to_oneself" => one("another administrator must do it".to_owned()),
        OUT_OF_SCOPE => reach(case),
        "permission-denied" if !case.missing.is_empty() => roles(case),
        "permission-denied" => match case.org {
            Some(org) => one(format!(
                "doorward org add-member {} --user {person}",
                quoted(org)
            )),
            None => Vec::new(),
        },
        "client-not-first-party" => one(format!(
            "if it is the operator's own: doorward client update {client} --first-party=true"
        )),
        "client-authentication" => one(format!(
            "authenticate as the client is registered: doorward client show {client}"
        )),
        "email-not-verified" => one(format!(
            "follow the mailed link, or: doorward user verify-email {person}"
        )),
        "second-factor-locked" => one(format!(
            "a recovery code, or: doorward user reset-mfa {person}"
        )),
        "second-factor-required" => {
            one("set up an authenticator app at /account/security/2fa".to_owned())
        }
        "password-change-required" => one("set a new password at /login".to_owned()),
        "registration-closed" => one("set registration.enabled = true".to_owned()),
        "mfa-required" | "wrong-code" => {
            one("the present code of the authenticator app, or a recovery code".to_owned())
        }
        "sign-in-rejected" => one(format!(
            "the right name and password; see doorward audit tail --kind login.failed, and \
             doorward user show {person}"
        )),
        "cross-site-request" => one("send it from a page of this server's own origin".to_owned()),
        "invalid-token" | "invalid-refresh-token" | "sign-in-over" | "sign-in-required" => {
            one("sign in again".to_owned())
        }
        _ => of_site(case),
    }
}

/// Returns the remediation of a denial by the rules of a site; empty for any other denial.
fn of_site(case: &Case<'_>) -> Vec<String> {
    match case.rule {
        "site_not_allowed" if !case.missing.is_empty() => roles(case),
        "site_not_allowed" => {
            let remedy = "give the user a role, group or permission that the rule names";
            vec![remedy.to_owned()]
        }
        rule if rule.starts_with("site_") => {
            vec!["change the rules: doorward site update".to_owned()]
        }
        _ => Vec::new(),
    }
}

/// Returns one command for each role that gives what is missing.
fn roles(case: &Case<'_>) -> Vec<String> {
    let who = case
        .actor
        .as_ref()
        .map_or_else(|| "--user USER".to_owned(), Actor::option);
    let org = case.org.map(|org| format!(" --org {}", quoted(org)));
    let org = org.unwrap_or_default();
    if case.roles.is_empty() && !case.missing.is_empty() {
        let missing = case.missing.join(" --permission ");
        return vec![
            format!("doorward role create ROLE --permission {missing}"),
            format!("doorward role assign {who} --role ROLE{org}"),
        ];
    }
    case.roles
        .iter()
        .map(|role| format!("doorward role assign {who} --role {}{org}", quoted(role)))
        .collect()
}

fn reach(case: &Case<'_>) -> Vec<String> {
    let own = quoted(case.org.unwrap_or("ORG"));
    match case.place {
        Some(ResourceLocation::Person(name)) => {
            let name = quoted(name);
            vec![format!("doorward org add-member {own} --user {name}")]
        }
        Some(ResourceLocation::In(Some(org))) => {
            vec![format!("use a token of the organization {org}")]
        }
        Some(ResourceLocation::In(None)) => {
            vec!["it belongs to no organization: use a token without one".to_owned()]
        }
        Some(ResourceLocation::Nowhere) => Vec::new(),
        None => vec!["use a token without an organization".to_owned()],
    }
}

#[cfg(test)]
mod tests;
