//! Answers to pings (CIBA Core §10.2).

use doorward_domain::model::job::SendError;

/// Reads the status of an answer, whose body is ignored. The specification leaves errors open: an answer
/// that the client's operator must change is final, and any other is tried again.
///
/// # Errors
/// Says what to change.
pub fn outcome(status: u16) -> Result<(), SendError> {
    let cause = match status {
        200..=299 => return Ok(()),
        408 | 429 | 500.. => {
            return Err(SendError::Later(format!(
                "the notification endpoint answers with status {status}"
            )));
        }
        300..=399 => {
            "redirects are not followed: register the URL that it leads to as \
             backchannel_client_notification_endpoint"
        }
        401 | 403 => {
            "it must accept the client_notification_token of the request as its bearer token"
        }
        _ => "it must accept a POST request with the JSON member auth_req_id",
    };
    Err(SendError::Never(format!(
        "the notification endpoint answers with status {status}; {cause}"
    )))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[derive(PartialEq, Debug)]
    enum Expected {
        Sent,
        Again,
        Final(&'static str),
    }

    #[rstest]
    #[case(200, Expected::Sent)]
    #[case(202, Expected::Sent)]
    #[case(204, Expected::Sent)]
    #[case(302, Expected::Final("redirects are not followed"))]
    #[case(308, Expected::Final("redirects are not followed"))]
    #[case(400, Expected::Final("auth_req_id"))]
    #[case(401, Expected::Final("client_notification_token"))]
    #[case(403, Expected::Final("client_notification_token"))]
    #[case(404, Expected::Final("POST"))]
    #[case(408, Expected::Again)]
    #[case(410, Expected::Final("POST"))]
    #[case(429, Expected::Again)]
    #[case(500, Expected::Again)]
    #[case(503, Expected::Again)]
    fn ciba_10_2_answers(#[case] status: u16, #[case] expected: Expected) {
        match (outcome(status), expected) {
            (Ok(()), Expected::Sent) => {}
            (Err(SendError::Later(why)), Expected::Again) => {
                assert!(why.contains(&status.to_string()), "{why}");
            }
            (Err(SendError::Never(why)), Expected::Final(cause)) => {
                assert!(
                    why.contains(&status.to_string()) && why.contains(cause),
                    "{why}"
                );
            }
            (found, expected) => panic!("{found:?} instead of {expected:?}"),
        }
    }
}
