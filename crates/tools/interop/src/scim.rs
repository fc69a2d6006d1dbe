//! Provisioning of users and groups to the SCIM server of an application.

use serde_json::Value;

use crate::doorward::{Doorward, USER};
use crate::failure::Failure;
use crate::programs::Program;

/// Bearer token of the SCIM server.
pub const TOKEN: &str = "interop-scim-token";
const PASSWORD: &str = "interop battery staple";

/// Provisions one user with a group: a dry run, two full runs, a change and the end of the user.
///
/// # Errors
///
/// Returns the failed step.
pub fn check(doorward: &Doorward, address: &str, program: &Program) -> Result<(), Failure> {
    let (client, run) = (program.name, |words: &[&str]| doorward.command(words, ""));
    let role = format!("{client}-user");
    let email = format!("{client}@example.org");
    let group = format!("/{}", USER.group);
    run(&["role", "create", &role])?;
    let mut create = vec!["user", "create", client, "--email", &email, "--verified"];
    create.extend(["--given-name", "Given", "--family-name", "Family"]);
    create.extend(["--role", &role, "--password-file=-"]);
    doorward.command(&create, PASSWORD)?;
    run(&["group", "add-member", &group, "--user", client])?;
    let callback = format!("{address}/callback");
    run(&[
        "client",
        "create",
        client,
        "--id",
        client,
        "--redirect-uri",
        &callback,
    ])?;
    let (url, users) = (format!("{address}/scim/v2"), format!("role:{role}"));
    let mut create = vec![
        "scim", "target", "create", client, "--url", &url, "--users", &users,
    ];
    create.extend(["--groups", "--paused", "--token-file=-"]);
    doorward.command(&create, TOKEN)?;

    expect(
        doorward,
        client,
        &["--dry-run"],
        &[("created", 1), ("groups_created", 1)],
    )?;
    expect(
        doorward,
        client,
        &[],
        &[("created", 1), ("groups_created", 1)],
    )?;
    expect(doorward, client, &[], &[])?;
    run(&["user", "update", client, "--family-name", "Changed"])?;
    expect(doorward, client, &[], &[("changed", 1)])?;
    run(&["group", "remove-member", &group, "--user", client])?;
    expect(doorward, client, &[], &[("groups_changed", 1)])?;
    run(&["user", "disable", client])?;
    expect(doorward, client, &[], &[("deactivated", 1)])?;
    expect(doorward, client, &[], &[])
}

/// Runs a synchronization, which must have these numbers, and zero for the others.
fn expect(
    doorward: &Doorward,
    client: &str,
    options: &[&str],
    numbers: &[(&str, u64)],
) -> Result<(), Failure> {
    let words = ["scim", "target", "sync", client, "--json"];
    let printed = doorward.command(&[&words[..], options].concat(), "")?;
    let report: Value = serde_json::from_str(&printed).map_err(|error| error.to_string())?;
    let names = [
        "created",
        "changed",
        "deactivated",
        "groups_created",
        "groups_changed",
    ];
    for name in names.into_iter().chain(["groups_deleted", "unknown"]) {
        let expected = numbers.iter().find(|(other, _)| *other == name);
        if report[name] != expected.map_or(0, |(_, number)| *number) {
            return Err(format!(
                "{name} differs after {options:?} {numbers:?}: {report}"
            ));
        }
    }
    match report["problems"].as_array() {
        Some(problems) if problems.is_empty() => Ok(()),
        _ => Err(format!("problems: {report}")),
    }
}
