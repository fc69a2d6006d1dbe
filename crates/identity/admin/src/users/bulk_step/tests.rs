//! Tests of the errors after which a user is tried again.

use doorward_services::error::ServerError;
use doorward_store::StoreError;

use super::{AdminError, is_temporary};

#[test]
fn only_unavailable_store_is_tried_again() {
    let corrupt = StoreError::Corrupt {
        table: "users",
        column: "profile",
        id: "1".to_owned(),
    };
    let cases = [
        (
            AdminError::Store(StoreError::Unavailable("busy".into())),
            true,
        ),
        (
            AdminError::Fault(ServerError::Unavailable("busy".to_owned())),
            true,
        ),
        (AdminError::Store(corrupt), false),
        (
            AdminError::Fault(ServerError::Internal("defect".to_owned())),
            false,
        ),
        (AdminError::not_found("user", &"walker"), false),
        (
            AdminError::LastHolder("the last administrator".into()),
            false,
        ),
    ];
    for (error, expected) in cases {
        assert_eq!(is_temporary(&error), expected, "{error:?}");
    }
}
