//! Names the roles and users that can grant a missing permission, with the commands to run. Each is
//! shown only if the request would then be allowed.

use doorward_access::Principal;
use doorward_admin::{decisions, roles};
use doorward_domain::model::{ADMIN_ROLE, Role};

use super::trial::Trial;
use crate::command::prelude::*;

#[derive(Debug)]
pub struct DeniedSubject {
    pub subject: Option<String>,
    /// Set if the subject is a client that acts for itself.
    pub service: bool,
    pub org: Option<String>,
}

/// The rights that a request lacks.
#[derive(Debug, Default)]
struct Missing {
    permissions: Vec<String>,
    scopes: Vec<String>,
}

impl Missing {
    fn read(output: &Value) -> Self {
        let mut missing = Self::default();
        for item in output["missing"].as_array().into_iter().flatten() {
            let permission = item["permission"].as_str();
            match item["code"].as_str() {
                Some("missing_entitlement") => {
                    missing.permissions.extend(permission.map(str::to_owned));
                }
                Some("missing_scope") => {
                    let scope = item["scope"].as_str().or(permission);
                    missing.scopes.extend(scope.map(str::to_owned));
                }
                _ => {}
            }
        }
        missing
    }

    fn add_scopes(&self, principal: &mut Principal) {
        for scope in &self.scopes {
            principal.scope.insert(scope);
        }
    }
}

/// Replaces `grant` by commands with real names, and subjects by user names. Without a `trial`, what
/// the denial names as missing is all that is missing.
pub async fn name(
    context: &AdminContext<'_>,
    whose: &DeniedSubject,
    trial: Option<&Trial<'_>>,
    output: &mut Value,
) -> Result {
    let Some(subject) = &whose.subject else {
        return Ok(());
    };
    let person = username(context, subject).await?;
    let option = if whose.service { "client" } else { "user" };
    let org = whose.org.as_ref().map(|org| format!(" --org {org}"));
    let org = org.unwrap_or_default();
    let missing = Missing::read(output);
    let mut grant = Vec::new();
    for item in output["missing"].as_array().into_iter().flatten() {
        let code = item["code"].as_str().unwrap_or_default();
        let permission = item["permission"].as_str();
        if let ("missing_entitlement", Some(permission)) = (code, permission) {
            let roles = fitting_roles(context, trial, &missing, permission).await?;
            grant.extend(roles.iter().map(|role| {
                let role = &role.name;
                format!("doorward role assign --{option} {person} --role {role}{org}")
            }));
            if roles.is_empty() && adds(trial, &missing, permission).await? {
                grant.push(format!(
                    "no smaller role than {ADMIN_ROLE} gives {permission}; `doorward role update ROLE \
                     --add-permission {permission}` adds it to a role of {person}"
                ));
            }
        } else if let "missing_scope" = code {
            let scope = item["scope"].as_str().or(permission).unwrap_or_default();
            if scopes_suffice(trial, &missing).await? {
                grant.push(format!("the app asks for the scope {scope}"));
            }
        } else if signing_in_suffices(trial, code, item).await? {
            grant.extend(by_sign_in(code, item));
        }
    }
    grant.extend(commands_of_users(context, &person, subject, output).await?);
    output["grant"] = grant.into();
    Ok(())
}

/// Returns the roles other than `admin` with this permission whose assignment allows the request, those with the fewest
/// permissions first.
async fn fitting_roles(
    context: &AdminContext<'_>,
    trial: Option<&Trial<'_>>,
    missing: &Missing,
    permission: &str,
) -> Result<Vec<Role>> {
    let mut fitting = Vec::new();
    for name in decisions::roles_with(context, &[permission.to_owned()]).await? {
        // The role `admin` is no answer to a single missing permission.
        if name == ADMIN_ROLE {
            continue;
        }
        let role = roles::get(context, &name).await?;
        let with_role = |principal: &mut Principal| {
            principal.roles.push(role.name.clone());
            principal
                .entitlements
                .extend(role.permissions.iter().cloned());
            missing.add_scopes(principal);
        };
        if allows(trial, with_role).await? {
            fitting.push(role);
        }
    }
    fitting.sort_by_key(|role| role.permissions.len());
    Ok(fitting)
}

async fn adds(trial: Option<&Trial<'_>>, missing: &Missing, permission: &str) -> Result<bool> {
    let with_permission = |principal: &mut Principal| {
        principal.entitlements.insert(permission.to_owned());
        missing.add_scopes(principal);
    };
    allows(trial, with_permission).await
}

async fn allows(trial: Option<&Trial<'_>>, change: impl FnOnce(&mut Principal)) -> Result<bool> {
    match trial {
        Some(trial) => trial.allows(change).await,
        None => Ok(true),
    }
}

/// Returns true if the scopes allow the request, with the permissions that other advice gives.
async fn scopes_suffice(trial: Option<&Trial<'_>>, missing: &Missing) -> Result<bool> {
    let with_scopes = |principal: &mut Principal| {
        let permissions = missing.permissions.iter().cloned();
        principal.entitlements.extend(permissions);
        missing.add_scopes(principal);
    };
    allows(trial, with_scopes).await
}

/// Returns true if another sign-in, or a verified address, allows the request. A user in place of a
/// client cannot be simulated: no user is named.
async fn signing_in_suffices(trial: Option<&Trial<'_>>, code: &str, item: &Value) -> Result<bool> {
    let Some(trial) = trial.filter(|_| code != "user_required") else {
        return Ok(true);
    };
    let acr = item["acr_values"][0].as_str().map(str::to_owned);
    let now = trial.question.now;
    let signed_in = |principal: &mut Principal| {
        if code == "unverified" {
            principal.email_verified = true;
        } else {
            principal.auth_time = Some(now);
            principal.acr = acr.or_else(|| principal.acr.take());
        }
    };
    trial.allows(signed_in).await
}

fn by_sign_in(code: &str, item: &Value) -> Option<String> {
    match code {
        "sign_in_too_old" => Some(format!(
            "the app requests authorization again with max_age={}",
            item["max_age"]
        )),
        "sign_in_too_weak" => {
            let values = item["acr_values"].as_array().into_iter().flatten();
            let values: Vec<_> = values.filter_map(Value::as_str).collect();
            Some(format!(
                "the app requests authorization again with acr_values={}",
                values.join("%20")
            ))
        }
        "unverified" => Some("the user verifies the e-mail address at /account/profile".to_owned()),
        "user_required" => Some(
            "use a token of a user who signed in: the client requests it with the grant \
             authorization_code or device_code, not client_credentials"
                .to_owned(),
        ),
        _ => None,
    }
}

/// Returns the commands of users who can give access without a permission, by rules such as owner,
/// lead and member.
async fn commands_of_users(
    context: &AdminContext<'_>,
    person: &str,
    subject: &str,
    output: &mut Value,
) -> Result<Vec<String>> {
    let mut ways = Vec::new();
    let Some(who) = output.get("who").cloned() else {
        return Ok(ways);
    };
    let mut named = Vec::new();
    let subjects = [&who["project"]["owner"], &who["owner"]].into_iter();
    let subjects = subjects.chain(who["project"]["leads"].as_array().into_iter().flatten());
    for subject in subjects.filter_map(Value::as_str) {
        let name = username(context, subject).await?;
        if !named.contains(&name) {
            named.push(name);
        }
    }
    let owner = who["owner"].as_str().unwrap_or_default();
    let owner = username(context, owner).await?;
    // The simulation has allowed the request after each of these.
    let helps = |way: &str| {
        let mut all = who["ways"].as_array().into_iter().flatten();
        all.any(|known| known == way)
    };
    if let Some(project) = who["project"]["id"].as_str() {
        let users = named.join(" or ");
        let kinds = match (helps("member"), helps("lead")) {
            (true, true) => "a member or a lead",
            (true, false) => "a member",
            (false, true) => "a lead",
            (false, false) => "",
        };
        if !kinds.is_empty() {
            ways.push(format!(
                "{users} can make {person} {kinds}: PUT /api/projects/{project}/members/{subject}"
            ));
        }
    } else if !owner.is_empty() && helps("assign") {
        ways.push(format!(
            "{owner} can assign the task to {person}: PATCH with {{\"assignee\": \"{subject}\"}}"
        ));
    }
    output["who"] = serde_json::json!({ "owner": owner, "people": named });
    Ok(ways)
}

/// Returns the user name of a subject, or the subject itself if it has none.
async fn username(context: &AdminContext<'_>, subject: &str) -> Result<String> {
    match users::get(context, subject).await {
        Ok(user) => Ok(user.login_identifier().to_owned()),
        Err(AdminError::NotFound { .. } | AdminError::Invalid { .. }) => Ok(subject.to_owned()),
        Err(error) => Err(error.into()),
    }
}
