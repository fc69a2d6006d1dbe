use rstest::rstest;

use super::*;

/// The audience is the registered spelling, not that of the request.
#[rstest]
#[case(&["https://bills.example"])]
#[case(&["https://bills.example/"])]
#[case(&["https://bills.example/", "https://bills.example"])]
fn rfc_3986_6_2_3_resource_with_empty_path_opens(#[case] requested: &[&str]) {
    let allowed = scope("bills:read");
    let resources = [Resource::new(
        "https://bills.example".to_owned(),
        "Bills".to_owned(),
        0,
    )];
    let mut scopes = sample::scopes();
    for entry in scopes
        .iter_mut()
        .filter(|entry| allowed.contains(&entry.name))
    {
        entry.audience = Some("https://bills.example".to_owned());
    }
    let registry = Registry {
        scopes: &scopes,
        resources: &resources,
        details: &[],
        former: &[],
    };
    let resolved = resolve_access(&allowed, &strings(requested), &allowed, &registry).unwrap();
    assert_eq!(resolved.resources, strings(&["https://bills.example"]));
    assert_eq!(resolved.scope, allowed);
}
