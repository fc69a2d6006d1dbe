use actix_web::test::TestRequest;
use rstest::rstest;

use super::*;

const DIFFERENT: Result<Option<&str>, OrganizationConflict> = Err(OrganizationConflict::Different);

#[rstest]
#[case([None, None, None], Ok(None))]
#[case([Some("acme"), None, None], Ok(Some("acme")))]
#[case([None, Some("acme"), None], Ok(Some("acme")))]
#[case([None, None, Some("acme")], Ok(Some("acme")))]
#[case([Some("acme"), Some("acme"), Some("acme")], Ok(Some("acme")))]
#[case([Some(""), Some(""), Some("acme")], Ok(Some("acme")))]
#[case([Some(""), Some(""), None], Ok(None))]
#[case([Some("zeta"), None, Some("acme")], DIFFERENT)]
#[case([None, Some("zeta"), Some("acme")], DIFFERENT)]
#[case([Some("acme"), Some("zeta"), None], DIFFERENT)]
#[case([Some("acme"), Some("acme"), Some("zeta")], DIFFERENT)]
#[case::by_the_letter([Some("ACME"), None, Some("acme")], DIFFERENT)]
fn equal_organization_names_agree(
    #[case] given: [Option<&str>; 3],
    #[case] result: Result<Option<&str>, OrganizationConflict>,
) {
    let result = result.map(|slug| slug.map(str::to_owned));
    assert_eq!(agreed(given.map(|slug| slug.map(str::to_owned))), result);
}

#[test]
fn rejects_two_tenant_headers() {
    let one = TestRequest::default().append_header((X_TENANT_ID, "acme"));
    let slug = named(&one.to_http_request(), None);
    assert_eq!(slug, Ok(Some("acme".to_owned())));
    let two = TestRequest::default()
        .append_header((X_TENANT_ID, "acme"))
        .append_header((X_TENANT_ID, "acme"));
    let verdict = named(&two.to_http_request(), None);
    assert_eq!(verdict, Err(OrganizationConflict::Unreadable));
}
