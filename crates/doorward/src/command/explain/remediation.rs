//! Names the roles and users that can grant a missing permission, with the commands to run.

use doorward_admin::operator::{AdminContext, AdminError};
use doorward_admin::{decisions, users};
use serde_json::Value;

use crate::error::CliError;

/// The subject of a denied request.
#[derive(Debug)]
pub struct DeniedSubject {
    /// Subject of the token.
    pub subject: Option<String>,
    /// Set if the subject is a client that acts for itself.
    pub service: bool,
    /// Organization of the token.
    pub org: Option<String>,
}

/// Replaces `grant` by commands with real names, and subjects by user names.
pub async fn name(
    context: &AdminContext<'_>,
    whose: &DeniedSubject,
    output: &mut Value,
) -> Result<(), CliError> {
    let Some(subject) = &whose.subject else {
        return Ok(());
    };
    let person = username(context, subject).await?;
    let option = if whose.service { "client" } else { "user" };
    let org = whose.org.as_ref().map(|org| format!(" --org {org}"));
    let org = org.unwrap_or_default();
    let mut grant = Vec::new();
    for item in output["missing"].as_array().into_iter().flatten() {
        let code = item["code"].as_str().unwrap_or_default();
        let permission = item["permission"].as_str();
        if let ("missing_entitlement", Some(permission)) = (code, permission) {
            let roles = decisions::roles_with(context, &[permission.to_owned()]).await?;
            grant.extend(roles.iter().map(|role| {
                format!("doorward role assign --{option} {person} --role {role}{org}")
            }));
        } else if let "missing_scope" = code {
            let scope = item["scope"].as_str().or(permission).unwrap_or_default();
            grant.push(format!("the app asks for the scope {scope}"));
        } else {
            grant.extend(by_sign_in(code, item));
        }
    }
    grant.extend(commands_of_users(context, &person, subject, output).await?);
    output["grant"] = grant.into();
    Ok(())
}

/// Returns the remediation of a requirement on the sign-in.
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
) -> Result<Vec<String>, CliError> {
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
    if let Some(project) = who["project"]["id"].as_str() {
        let users = named.join(" or ");
        ways.push(format!(
            "{users} can make {person} a member or a lead: PUT \
             /api/projects/{project}/members/{subject}"
        ));
    } else if !owner.is_empty() {
        ways.push(format!(
            "{owner} can assign the task to {person}: PATCH with {{\"assignee\": \"{subject}\"}}"
        ));
    }
    output["who"] = serde_json::json!({ "owner": owner, "people": named });
    Ok(ways)
}

/// Returns the user name of a subject, or the subject itself if it has none.
async fn username(context: &AdminContext<'_>, subject: &str) -> Result<String, CliError> {
    match users::get(context, subject).await {
        Ok(user) => Ok(user.login_identifier().to_owned()),
        Err(AdminError::NotFound { .. } | AdminError::Invalid { .. }) => Ok(subject.to_owned()),
        Err(error) => Err(error.into()),
    }
}
