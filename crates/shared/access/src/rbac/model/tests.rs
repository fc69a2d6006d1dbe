use rstest::rstest;

use super::*;

#[rstest]
#[case("tasks:read", "tasks", "read")]
#[case("tasks:read_all", "tasks", "read_all")]
#[case("org.billing:invoice-2.pay", "org.billing", "invoice-2.pay")]
fn permission_has_resource_and_action(
    #[case] text: &str,
    #[case] resource: &str,
    #[case] action: &str,
) {
    let permission: Permission = text.parse().unwrap();
    assert_eq!(
        (permission.resource(), permission.action()),
        (resource, action)
    );
    assert_eq!(permission.to_string(), text);
    assert_eq!(serde_json::to_value(&permission).unwrap(), text);
}

#[rstest]
#[case("")]
#[case("tasks")]
#[case(":read")]
#[case("tasks:")]
#[case("tasks:read:all")]
#[case("Tasks:read")]
#[case("tasks:*")]
#[case("tasks: read")]
#[case("1tasks:read")]
#[case("t\u{e4}sks:read")]
fn rejects_malformed_permission(#[case] text: &str) {
    assert_eq!(Permission::parse(text), Err(PermissionError));
    assert!(serde_json::from_value::<Permission>(text.into()).is_err());
}

#[test]
fn is_bounded() {
    let text = |n: usize| format!("a:{}", "b".repeat(n - 2));
    assert!(Permission::parse(&text(Permission::MAX_BYTES)).is_ok());
    assert!(Permission::parse(&text(Permission::MAX_BYTES + 1)).is_err());
}
