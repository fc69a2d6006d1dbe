//! The cost of a policy decision relative to the verification of a signature: as in a request,
//! principal, object and context are created for each decision.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use doorward_access::Principal;
use doorward_policy::attribute_values::Attributes;
use doorward_policy::principal::Memberships;
use doorward_policy::{Action, Engine, Kind, Object, PolicyPrincipal, Situation, Value};
use doorward_protocol::scope::Scope;
use openssl::hash::MessageDigest;
use openssl::pkey::PKey;
use openssl::rsa::Rsa;
use openssl::sign::{Signer, Verifier};

use doorward_testkit::process::of_this_thread;

use crate::report::median;

const ROUND: Duration = Duration::from_millis(300);
/// Number of rounds of each, in turn.
const ROUNDS: usize = 5;

/// Returns the CPU seconds of one decision of the owner rule and of one RS256 verification, and the
/// number of loaded rules.
pub fn measure() -> (f64, f64, usize) {
    let engine = Engine::load(None).expect("the program's own policies");
    let rules = engine.rules().len();
    let principal = principal();
    let decide = || {
        let person = PolicyPrincipal::new(&principal, &Memberships::default());
        let situation = Situation::new(1_795_168_800, &jiff::tz::TimeZone::UTC, "PATCH");
        let decision = engine.decide(&person, Action::Update, &task(), &situation);
        assert!(decision.allowed, "the owner may change the task");
    };
    let key = PKey::from_rsa(Rsa::generate(2048).expect("a key")).expect("a key");
    // As long as the signing input of an access token.
    let message = [b'x'; 760];
    let mut signer = Signer::new(MessageDigest::sha256(), &key).expect("a signer");
    let signature = signer.sign_oneshot_to_vec(&message).expect("a signature");
    let verify = || {
        let mut verifier = Verifier::new(MessageDigest::sha256(), &key).expect("a verifier");
        let good = verifier.verify_oneshot(&signature, &message);
        assert!(good.expect("a verdict"), "the signature is good");
    };
    let (mut decisions, mut verifications) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        decisions.push(cost(decide));
        verifications.push(cost(verify));
    }
    (median(decisions), median(verifications), rules)
}

fn cost(work: impl Fn()) -> f64 {
    work();
    let (begin, start, mut count) = (of_this_thread(), Instant::now(), 0_u32);
    while start.elapsed() < ROUND {
        work();
        count += 1;
    }
    (of_this_thread() - begin) / f64::from(count)
}

/// Returns a developer with the standard roles.
fn principal() -> Principal {
    Principal {
        credential: doorward_access::Credential::SignedToken,
        subject: "01901638-8694-739b-aea5-966c26f8ad91".to_owned(),
        client_id: "tasks-web".to_owned(),
        scope: Scope::parse("openid profile email tasks:read tasks:write tasks:delete")
            .expect("a scope"),
        roles: vec!["developer".to_owned()],
        groups: vec!["/engineering/backend".to_owned()],
        managed_groups: Vec::new(),
        entitlements: ["tasks:read", "tasks:write", "tasks:delete"]
            .map(str::to_owned)
            .into_iter()
            .collect::<BTreeSet<_>>(),
        org: None,
        email_verified: true,
        acr: Some("aal1".to_owned()),
        amr: vec!["pwd".to_owned()],
        auth_time: Some(1_795_168_000),
        sid: None,
        jti: "j".to_owned(),
        expires_at: 1_795_169_100,
        confirmation: None,
        authorization_details:
            doorward_protocol::authorization_details::AuthorizationDetails::default(),
        claims: serde_json::Map::new(),
    }
}

fn task() -> Object {
    let attributes = Attributes::from([
        ("owner", Value::user("01901638-8694-739b-aea5-966c26f8ad91")),
        ("org", Value::text("")),
        ("status", Value::text("todo")),
        ("priority", Value::Long(2)),
    ]);
    Object::new(
        Kind::Task,
        "0190163d-8694-739b-aea5-966c26f8ad91",
        attributes,
    )
}
