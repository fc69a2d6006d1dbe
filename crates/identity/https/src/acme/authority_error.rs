//! Reasons why the authority issues no certificate, with instructions for the operator.

use super::challenge::ChallengeKind;
use super::message::Problem;

/// The reason why an issuance ended without a certificate.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum AcmeError {
    #[error("the authority does not answer: {0}")]
    Unreachable(String),
    #[error("{url} is not an ACME directory: {cause}")]
    NoDirectory { url: String, cause: String },
    #[error("the answer to {request} is not as RFC 8555 says: {cause}")]
    Malformed {
        request: &'static str,
        cause: String,
    },
    #[error("the authority requires an account that you have with it")]
    ExternalAccountRequired,
    #[error("the authority offers no {kind} challenge for {host}, only {offered}")]
    NoChallenge {
        host: String,
        kind: ChallengeKind,
        offered: String,
    },
    #[error("the authority could not verify {host} by {kind}: {problem}")]
    ChallengeFailed {
        host: String,
        kind: ChallengeKind,
        problem: Problem,
    },
    #[error("the authority limits requests: {problem}")]
    RateLimited {
        problem: Problem,
        /// Seconds until the next attempt, if the authority says so.
        retry_after: Option<u64>,
    },
    #[error("the authority rejected {request}: {problem}")]
    Rejected {
        request: &'static str,
        problem: Problem,
    },
    #[error("the authority has not finished {0} after many minutes")]
    Slow(&'static str),
    #[error("the issued certificate cannot be served: {0}")]
    Unusable(String),
    #[error("a key cannot be used: {0}")]
    Key(String),
}

impl AcmeError {
    /// Returns an instruction for the operator.
    pub fn remediation(&self) -> String {
        match self {
            Self::Unreachable(_) => {
                "check that this machine reaches tls.acme.directory; an authority in your own network needs \
                 outgoing.allowed_networks, and its root certificate in the file of SSL_CERT_FILE"
                    .to_owned()
            }
            Self::NoDirectory { .. } => {
                "write the URL of the directory, such as \
                 \"https://acme-v02.api.letsencrypt.org/directory\", into tls.acme.directory"
                    .to_owned()
            }
            Self::Malformed { .. } | Self::Unusable(_) => {
                "look at the log of the authority; the next attempt follows".to_owned()
            }
            Self::ExternalAccountRequired => {
                "create an account with the authority, and set tls.acme.eab_key_id and tls.acme.eab_hmac_key"
                    .to_owned()
            }
            Self::NoChallenge { .. } => "set tls.acme.challenge to one that the authority offers".to_owned(),
            Self::ChallengeFailed {
                host,
                kind,
                problem,
            } => of_challenge(host, *kind, problem),
            Self::RateLimited { .. } => {
                "wait: the next attempt follows; for tests, use the staging directory of the authority"
                    .to_owned()
            }
            Self::Rejected { problem, .. } => of_problem(problem),
            Self::Slow(_) => {
                "wait: the next attempt follows; if it fails too, look at the status page of the authority".to_owned()
            }
            Self::Key(_) => {
                "secret_key differs from the one that encrypted the keys: restore the original one".to_owned()
            }
        }
    }
}

/// Explains a failed challenge by the type of its problem (RFC 8555 §6.7).
fn of_challenge(host: &str, kind: ChallengeKind, problem: &Problem) -> String {
    let port = match kind {
        ChallengeKind::Http01 => "port 80, tls.http_listen",
        ChallengeKind::TlsAlpn01 => "port 443, listen",
    };
    match problem.word() {
        "dns" => format!("let {host} resolve to this server: check its A and AAAA records"),
        "connection" => {
            format!(
                "let the authority reach {host} ({port}): check the firewall and the AAAA record"
            )
        }
        "unauthorized" | "incorrectResponse" if kind == ChallengeKind::TlsAlpn01 => format!(
            "another server or a proxy terminates TLS for {host}: forward the connection unchanged, or set \
             tls.acme.challenge = \"http-01\""
        ),
        "unauthorized" | "incorrectResponse" => format!(
            "another server answers at http://{host}/.well-known/acme-challenge/: let {host} lead to {port}"
        ),
        "tls" => format!("let TLS connections to {host} reach this server unchanged ({port})"),
        _ => of_problem(problem),
    }
}

/// Explains a problem of any request by its type.
fn of_problem(problem: &Problem) -> String {
    let text = match problem.word() {
        "caa" => "allow the authority in the CAA record of the domain, or remove the record",
        "rejectedIdentifier" | "unsupportedIdentifier" => {
            "remove the name from tls.acme.hosts: the authority issues no certificate for it"
        }
        "invalidContact" | "unsupportedContact" => {
            "write reachable addresses into tls.acme.contacts"
        }
        "externalAccountRequired" => {
            "create an account with the authority, and set tls.acme.eab_key_id and tls.acme.eab_hmac_key"
        }
        "userActionRequired" => {
            "read what the authority asks for, at the address in the message; often it changed its terms"
        }
        "unauthorized" => {
            "check tls.acme.eab_key_id and tls.acme.eab_hmac_key, and the account at the authority"
        }
        _ => "read the message of the authority; the next attempt follows",
    };
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("dns", ChallengeKind::Http01, "A and AAAA")]
    #[case("connection", ChallengeKind::Http01, "port 80, tls.http_listen")]
    #[case("connection", ChallengeKind::TlsAlpn01, "port 443, listen")]
    #[case("unauthorized", ChallengeKind::Http01, "another server answers")]
    #[case("unauthorized", ChallengeKind::TlsAlpn01, "terminates TLS")]
    #[case("caa", ChallengeKind::Http01, "CAA record")]
    #[case("somethingNew", ChallengeKind::Http01, "message of the authority")]
    fn failed_challenge_is_explained(
        #[case] word: &str,
        #[case] kind: ChallengeKind,
        #[case] expected: &str,
    ) {
        let problem = Problem::new(word, "what happened");
        let host = "id.example.org".to_owned();
        let error = AcmeError::ChallengeFailed {
            host,
            kind,
            problem,
        };
        let text = error.remediation();
        assert!(text.contains(expected), "{text}");
        let shown = error.to_string();
        assert!(shown.contains(&format!("{word}: what happened")), "{shown}");
    }
}
