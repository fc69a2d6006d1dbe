//! Sign-ins of a signed-in user to a service provider that speaks SAML.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use doorward_access::clock::{Clock as _, SystemClock};
use doorward_domain::time::to_rfc3339;
use doorward_testkit::Page;
use doorward_testkit::program::Program;

use super::Subject;
use crate::load::Run;

const PROVIDER: &str = "https://sp.bench.example";

impl Subject {
    /// Signs the user in to a service provider, which gets an assertion.
    pub(super) async fn assertions(&self, count: usize) -> (Run, Duration) {
        register(&self.program).await;
        let requests = (0..count).map(|turn| {
            let url = self.at(turn, "/saml/sso");
            self.person.http().post(url).form(&request(turn))
        });
        let (measured, pages) = self.send(requests, 200).await;
        let has_response = |page: &Page| page.has("form [name=SAMLResponse]");
        assert!(pages.iter().all(has_response), "a response");
        measured
    }
}

/// Registers the service provider. Its assertions are signed once, and users are not asked.
async fn register(program: &Program) {
    let acs = format!("{PROVIDER}/acs");
    let create = [
        "client",
        "create",
        "--saml",
        "Bench",
        "--id",
        "bench-saml",
        "--entity-id",
        PROVIDER,
        "--acs",
        &acs,
    ];
    let trust = ["client", "update", "bench-saml", "--first-party"];
    for arguments in [&create[..], &trust] {
        let done = program.run_command(arguments).await;
        assert!(done.status.success(), "{done:?}");
    }
}

/// Returns the form of a request that was issued now.
fn request(number: usize) -> [(&'static str, String); 1] {
    let issued = to_rfc3339(SystemClock.now());
    let document = format!(
        "<p:AuthnRequest xmlns:p=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"_{number}\" Version=\"2.0\" \
         IssueInstant=\"{issued}\"><a:Issuer xmlns:a=\"urn:oasis:names:tc:SAML:2.0:assertion\">{PROVIDER}</a:Issuer>\
         </p:AuthnRequest>"
    );
    [("SAMLRequest", STANDARD.encode(document))]
}
