use super::*;

/// Claims that a resource asks for × scope: an API key and an access token with the same scope for the same
/// resource have the same roles and groups.
#[rstest]
fn key_carries_what_token_for_same_resource_carries(
    #[values(
        "",
        "groups",
        "roles",
        "email_verified",
        "groups roles",
        "groups roles email_verified"
    )]
    asked: &str,
    #[values("tasks:read", "tasks:read tasks:write", "tasks:unknown")] names: &str,
    #[values(&[TASKS][..], &[TASKS, "https://bills.example"])] resources: &[&str],
) {
    let (mut held, scope) = (held(), scope(names));
    held.roles.insert("label".to_owned());
    let (resources, asked) = (strings(resources), AskedClaims::parse(asked).unwrap());
    let issuance = Issuance { asked, ..ISSUANCE };
    let (grant, user, jti) = (grant(), user(), String::new());
    let token = for_user(&issuance, &grant, &user, &scope, &resources, &held, jti);
    let key = for_key(&resources, asked, &scope, &held);
    assert_eq!(key.roles, token.roles);
    assert_eq!(key.groups, token.groups);
    assert_eq!(key.managed_groups, token.managed_groups);
    // The permissions of a key are those that it was given.
    assert_eq!(key.entitlements.join(" "), names);
}
