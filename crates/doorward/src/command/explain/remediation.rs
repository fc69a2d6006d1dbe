//! Names the roles and users that can grant a missing permission, with the commands to run.

use doorward_admin::operator::{AdminContext, AdminError};
use doorward_admin::{decisions, users};
use serde_json::Value;

use crate::error::CliError;

/// The subject of a denied request.
#[derive(Debug)]
pub struct Whose {
    /// Subject of the token.
    pub subject: Option<String>,
    /// Set if the subject is a client that acts for itself.
    pub service: bool,
    /// Organization of the token.
    pub org: Option<String>,
}

/// Replaces `grant` by commands with real names, and subjects by user names.
pub async fn name(
    op: &AdminContext<'_>,
    whose: &Whose,
    answer: &mut Value,
) -> Result<(), CliError> {
    let Some(subject) = &whose.subject else {
        return Ok(());
    };
    let person = username(op, subject).await?;
    let option = if whose.service { "client" } else { "user" };
    let org = whose.org.as_ref().map(|org| format!(" --org {org}"));
    let org = org.unwrap_or_default();
    let mut grant = Vec::new();
    for one in answer["missing"].as_array().into_iter().flatten() {
        let code = one["code"].as_str().unwrap_or_default();
        let permission = one["permission"].as_str();
        if let ("missing_entitlement", Some(permission)) = (code, permission) {
            let roles = decisions::roles_with(op, &[permission.to_owned()]).await?;
            grant.extend(roles.iter().map(|role| {
                format!("doorward role assign --{option} {person} --role {role}{org}")
            }));
        } else if let "missing_scope" = code {
            let scope = one["scope"].as_str().or(permission).unwrap_or_default();
            grant.push(format!("the app asks for the scope {scope}"));
        }
    }
    grant.extend(by_people(op, &person, subject, answer).await?);
    answer["grant"] = grant.into();
    Ok(())
}

/// Returns the commands of users who can give access without a permission, by rules such as owner,
/// lead and member.
async fn by_people(
    op: &AdminContext<'_>,
    person: &str,
    subject: &str,
    answer: &mut Value,
) -> Result<Vec<String>, CliError> {
    let mut ways = Vec::new();
    let Some(who) = answer.get("who").cloned() else {
        return Ok(ways);
    };
    let mut named = Vec::new();
    let subjects = [&who["project"]["owner"], &who["owner"]].into_iter();
    let subjects = subjects.chain(who["project"]["leads"].as_array().into_iter().flatten());
    for one in subjects.filter_map(Value::as_str) {
        let name = username(op, one).await?;
        if !named.contains(&name) {
            named.push(name);
        }
    }
    let owner = who["owner"].as_str().unwrap_or_default();
    let owner = username(op, owner).await?;
    if let Some(project) = who["project"]["id"].as_str() {
        let people = named.join(" or ");
        ways.push(format!(
            "{people} can make {person} a member or a lead: PUT \
             /api/projects/{project}/members/{subject}"
        ));
    } else if !owner.is_empty() {
        ways.push(format!(
            "{owner} can assign the task to {person}: PATCH with {{\"assignee\": \"{subject}\"}}"
        ));
    }
    answer["who"] = serde_json::json!({ "owner": owner, "people": named });
    Ok(ways)
}

/// Returns the user name of a subject, or the subject itself if it has none.
async fn username(op: &AdminContext<'_>, subject: &str) -> Result<String, CliError> {
    match users::get(op, subject).await {
        Ok(user) => Ok(user.username),
        Err(AdminError::NotFound { .. } | AdminError::Invalid { .. }) => Ok(subject.to_owned()),
        Err(error) => Err(error.into()),
    }
}
