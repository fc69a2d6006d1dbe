//! Tests of sign-in with a passkey, and of managing passkeys (`WebAuthn` L3 §7).

use doorward_domain::model::AuditKind;
use doorward_testkit::authenticator::{CeremonyData, PRESENT, VERIFIED};
use doorward_testkit::{Authenticator, Authorization, PASSWORD, Page, Stack, UserAgent, jwt};
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::passkey::{
    KEYS, LOCALHOST, add, answered, enrol, make, options, present, present_saying, sign_in,
};
use crate::support::{is_signed_in, location, look};
use doorward_testkit::{both_backends_with, flows, flows_with};

both_backends_with!(LOCALHOST; of_32_concurrent_uses_of_challenge_only_first_counts);
flows_with!(
    LOCALHOST;
    passkey_sign_in_counts_as_two_factors,
    each_forged_assertion_gets_same_rejection,
    challenge_is_single_use_for_five_minutes_and_browser,
    options_are_equal_for_all_users,
    disabled_user_gets_same_rejection,
    client_gets_acr_and_amr_of_passkey,
    credential_is_bound_to_single_account,
    each_forged_registration_is_rejected,
    changes_require_recent_authentication,
    passkeys_are_renamed_and_removed_only_by_owner,
    only_so_many,
    password_managers_find_page,
);
flows_with!(REQUIRED; last_required_second_factor_cannot_be_removed);
flows_with!(DISABLED; disabled_passkeys_are_not_offered);
flows!(passkeys_are_not_offered_at_ip_address);

const REQUIRED: &[(&str, &str)] = &[LOCALHOST[0], ("DOORWARD__MFA__REQUIRED_FOR_ROLES", "*")];
const DISABLED: &[(&str, &str)] = &[LOCALHOST[0], ("DOORWARD__PASSKEYS__ENABLED", "false")];

/// Enrolls a passkey for alice that has not been used yet.
async fn owner(stack: &Stack) -> (UserAgent, Authenticator) {
    let (agent, mut device) = (UserAgent::new(), Authenticator::synced());
    enrol(stack, &agent, "alice", &mut device).await;
    (agent, device)
}

async fn passkey_sign_in_counts_as_two_factors(stack: &Stack) {
    let (_, mut device) = owner(stack).await;
    stack.clock.advance(1);
    let agent = UserAgent::new();
    let page = sign_in(stack, &agent, &mut device).await;
    assert_eq!(location(&page), "/account");
    assert!(is_signed_in(stack, &agent).await);
    let done = stack.audited(AuditKind::LoginSucceeded).await;
    assert_eq!(done[0].detail["method"], "passkey");
    // The authentication is recent and strong enough for the most sensitive pages.
    assert_eq!(agent.get(stack.at("/account/email")).await.status, 200);
    let page = agent.get(stack.at(KEYS)).await;
    let words = page.text_of("main").unwrap();
    assert!(words.contains("Synced"), "{words}");
    assert!(words.contains("Last used"), "{words}");
    // Sign-in with the password still works and requires nothing more.
    let other = UserAgent::new();
    let page = crate::support::sign_in(stack, &other, "alice", PASSWORD).await;
    assert_eq!(location(&page), "/account");
    let mails = stack.mails("alice@example.org").await;
    let added = mails.iter().filter(|mail| mail.subject.contains("passkey"));
    assert_eq!(added.count(), 1, "{mails:?}");
}

/// A change of the client data, with the reason that the audit log records for it.
type Change = (&'static str, fn(&mut CeremonyData));

/// A change of each field separately.
const CHANGES: [Change; 15] = [
    ("challenge", |said| {
        said.client_data["challenge"] = "A".repeat(43).into();
    }),
    ("origin", |said| {
        said.client_data["origin"] = "http://localhost".into();
    }),
    ("origin", |said| {
        said.client_data["origin"] = "https://evil.example".into();
    }),
    ("type", |said| {
        said.client_data["type"] = "webauthn.create".into();
    }),
    ("cross origin", |said| {
        said.client_data["crossOrigin"] = true.into();
    }),
    ("cross origin", |said| {
        said.client_data["topOrigin"] = "https://evil.example".into();
    }),
    ("client data", |said| said.client_data = json!([])),
    ("rp id", |said| {
        "evil.example".clone_into(&mut said.rp_id);
    }),
    ("presence", |said| said.flags &= !PRESENT),
    ("verification", |said| said.flags &= !VERIFIED),
    // Flags without a signature.
    ("signature", |said| {
        said.flags = PRESENT | VERIFIED;
        said.spoils_signature = true;
    }),
    ("signature", |said| said.spoils_signature = true),
    ("unknown", |said| said.credential_id[0] ^= 1),
    ("user handle", |said| {
        said.user_handle = Some(vec![7; 16]);
    }),
    ("user handle", |said| said.user_handle = None),
];

async fn each_forged_assertion_gets_same_rejection(stack: &Stack) {
    let (_, mut device) = owner(stack).await;
    let mut looks = Vec::new();
    for (word, lie) in CHANGES {
        stack.clock.advance(1);
        let agent = UserAgent::new();
        let page = agent.get(stack.at("/login")).await;
        let page = present_saying(&agent, &page, &device, lie).await;
        assert_eq!(page.status, 401, "{word}: {}", page.dump());
        assert!(!is_signed_in(stack, &agent).await, "{word}");
        let failed = stack.audited(AuditKind::LoginFailed).await;
        assert_eq!(failed[0].detail["reason"], word);
        looks.push(look(&page, &[]));
        // The page that rejects the response starts a new ceremony.
        let page = present(&agent, &page, &mut device).await;
        assert_eq!(location(&page), "/account", "{word}");
    }
    looks.dedup();
    assert_eq!(looks.len(), 1, "{looks:?}");
    for nonsense in ["", "x", "{}", "null", "[]"] {
        let agent = UserAgent::new();
        let page = agent.get(stack.at("/login")).await;
        let page = agent.submit(&answered(&page, nonsense)).await;
        assert_eq!(page.status, 401, "{nonsense}: {}", page.dump());
    }
}

async fn challenge_is_single_use_for_five_minutes_and_browser(stack: &Stack) {
    let (_, mut device) = owner(stack).await;
    let agent = UserAgent::new();
    let page = agent.get(stack.at("/login")).await;
    let answer = device.sign(&options(&page), stack.issuer());
    let form = answered(&page, &answer);

    // Another browser with its own sign-in page.
    let other = UserAgent::new();
    let own = other.get(stack.at("/login")).await;
    let csrf = own.form("#login").value("csrf").unwrap().to_owned();
    let stolen = other.submit(&form.clone().with("csrf", &csrf)).await;
    assert_eq!(stolen.status, 401, "{}", stolen.dump());
    // The state of one page with the response for another.
    let swapped = other.submit(&answered(&own, &answer)).await;
    assert_eq!(swapped.status, 401, "{}", swapped.dump());

    assert_eq!(location(&agent.submit(&form).await), "/account");
    let again = agent.submit(&form).await;
    assert_eq!(again.status, 401, "{}", again.dump());
    let failed = stack.audited(AuditKind::LoginFailed).await;
    let reasons: Vec<_> = failed.iter().map(|event| &event.detail["reason"]).collect();
    assert_eq!(
        reasons.iter().filter(|one| **one == "used before").count(),
        1
    );
    assert_eq!(reasons.len(), 3, "{reasons:?}");

    let agent = UserAgent::new();
    let page = agent.get(stack.at("/login")).await;
    stack.clock.advance(5 * 60 - 1);
    let page = present(&agent, &page, &mut device).await;
    assert_eq!(location(&page), "/account", "valid for five minutes");
    let agent = UserAgent::new();
    let page = agent.get(stack.at("/login")).await;
    stack.clock.advance(5 * 60);
    let page = present(&agent, &page, &mut device).await;
    assert_eq!(page.status, 422, "{}", page.dump());
    let page = present(&agent, &page, &mut device).await;
    assert_eq!(location(&page), "/account", "a new ceremony starts");
}

async fn of_32_concurrent_uses_of_challenge_only_first_counts(stack: &Stack) {
    let (_, mut device) = owner(stack).await;
    let agent = UserAgent::new();
    let page = agent.get(stack.at("/login")).await;
    let answer = device.sign(&options(&page), stack.issuer());
    let form = answered(&page, &answer);
    let pages = join_all((0..32).map(|_| agent.submit(&form))).await;
    let begun = pages.iter().filter(|page| page.status == 303).count();
    assert_eq!(begun, 1);
    let rejected = pages.iter().filter(|page| page.status == 401).count();
    assert_eq!(rejected, 31);
}

/// Checks that the options do not depend on a user: no user is named and no passkeys are listed
/// (ASVS 5.0 §6.3.8).
async fn options_are_equal_for_all_users(stack: &Stack) {
    let (_, device) = owner(stack).await;
    let agent = UserAgent::new();
    let page = agent.get(stack.at("/login")).await;
    let mut asked = options(&page);
    let challenge = asked["challenge"].take();
    assert_eq!(challenge.as_str().unwrap().len(), 43, "256 bits");
    let expected = json!({
        "challenge": null, "timeout": 300_000, "rpId": "localhost",
        "allowCredentials": [], "userVerification": "required",
    });
    assert_eq!(asked, expected);
    for name in ["alice", "bob", "nobody"] {
        let form = page.form("#login").with("identifier", name);
        let page = agent.submit(&form.with("password", "wrong")).await;
        let mut again = options(&page);
        assert_ne!(again["challenge"].take(), challenge, "{name}");
        assert_eq!(again, expected, "{name}");
    }
    drop(device);
}

async fn disabled_user_gets_same_rejection(stack: &Stack) {
    let (_, mut device) = owner(stack).await;
    let anonymous_caller = UserAgent::new();
    let page = anonymous_caller.get(stack.at("/login")).await;
    let unknown = present(&anonymous_caller, &page, &mut Authenticator::synced()).await;
    stack.disable_user("alice").await;
    let agent = UserAgent::new();
    let page = sign_in(stack, &agent, &mut device).await;
    assert_eq!(look(&page, &[]), look(&unknown, &[]));
    assert_eq!(page.status, 401);
    assert!(!is_signed_in(stack, &agent).await);
}

/// Checks the claims in the tokens after a sign-in with a passkey (decision 58).
async fn client_gets_acr_and_amr_of_passkey(stack: &Stack) {
    for (mut device, key) in [
        (Authenticator::synced(), "swk"),
        (Authenticator::on_a_device(), "hwk"),
    ] {
        enrol(stack, &UserAgent::new(), "alice", &mut device).await;
        stack.clock.advance(100);
        let agent = UserAgent::new();
        let request = Authorization::new(stack.issuer(), &stack.seed.trusted);
        let request = request.with("scope", "openid").with("acr_values", "aal2");
        let page = request.start(&agent).await.expect_page();
        let page = present(&agent, &page, &mut device).await;
        let code = request.follow(&agent, page).await.code();
        let tokens = stack.exchange(&stack.seed.trusted, &code).await;
        let claims = jwt::claims(&tokens.member("id_token").unwrap());
        assert_eq!(claims["acr"], "aal2", "{claims}");
        assert_eq!(claims["amr"], json!([key, "user", "mfa"]), "{claims}");
        assert_eq!(claims["auth_time"], claims["iat"], "{claims}");
    }
}

/// Checks that a credential belongs to one account.
async fn credential_is_bound_to_single_account(stack: &Stack) {
    let (_, device) = owner(stack).await;
    let bob = UserAgent::new();
    let page = crate::support::sign_in(stack, &bob, "bob", PASSWORD).await;
    bob.follow(page, "").await;
    let page = bob.get(stack.at(KEYS)).await;
    let page = make(&bob, &page, &mut device.clone()).await;
    assert_eq!(page.status, 422, "{}", page.dump());
    let page = bob.get(stack.at(KEYS)).await;
    assert!(page.text().contains("You have no passkey yet."));
    let page = sign_in(stack, &UserAgent::new(), &mut device.clone()).await;
    assert_eq!(location(&page), "/account", "it still belongs to alice");
}

/// Registers a passkey with a change in the response.
async fn make_saying(agent: &UserAgent, page: &Page, lie: fn(&mut CeremonyData)) -> Page {
    let mut device = Authenticator::synced();
    device.user_handle = vec![1; 16];
    let origin = page.url.origin().ascii_serialization();
    let mut said = CeremonyData::new(&device, "webauthn.create", &options(page), &origin);
    lie(&mut said);
    agent
        .submit(&answered(page, &device.create_with(&said)))
        .await
}

async fn each_forged_registration_is_rejected(stack: &Stack) {
    let agent = UserAgent::new();
    let page = crate::support::sign_in(stack, &agent, "alice", PASSWORD).await;
    agent.follow(page, "").await;
    let lies: [Change; 9] = [
        CHANGES[0],
        CHANGES[1],
        CHANGES[2],
        ("type", |said| {
            said.client_data["type"] = "webauthn.get".into();
        }),
        CHANGES[4],
        CHANGES[5],
        CHANGES[7],
        CHANGES[8],
        CHANGES[9],
    ];
    for (word, lie) in lies {
        let page = agent.get(stack.at(KEYS)).await;
        let page = make_saying(&agent, &page, lie).await;
        assert_eq!(page.status, 422, "{word}: {}", page.dump());
        assert!(!page.has("[name=passkey]"), "{word}");
    }
    // An authentication response is not a registration, and each challenge belongs to one ceremony.
    let asked = agent.get(stack.at(KEYS)).await;
    let mut device = Authenticator::synced();
    let answer = device.create(&options(&asked), stack.issuer());
    let other = UserAgent::new();
    let login = other.get(stack.at("/login")).await;
    let ceremony = login.form("#login").value("ceremony").unwrap().to_owned();
    let form = answered(&asked, &answer).with("ceremony", &ceremony);
    assert_eq!(agent.submit(&form).await.status, 422);
    // The response is rejected when expired, accepted in time, and rejected the second time.
    let form = answered(&asked, &answer);
    stack.clock.advance(5 * 60);
    assert_eq!(agent.submit(&form).await.status, 422);
    stack.clock.advance(-1);
    assert_eq!(
        location(&agent.submit(&form).await),
        format!("{KEYS}?done=added")
    );
    assert_eq!(agent.submit(&form).await.status, 422);
    let added = stack.audited(AuditKind::FactorAdded).await;
    assert_eq!(added.len(), 1, "{added:?}");
    assert_eq!(added[0].detail["factor"], "passkey");
}

/// Checks that changes of passkeys require a reauthentication.
async fn changes_require_recent_authentication(stack: &Stack) {
    let (agent, _) = owner(stack).await;
    let listed = agent.get(stack.at(KEYS)).await;
    let mut second = Authenticator::synced();
    let created = answered(&listed, &second.create(&options(&listed), stack.issuer()));
    stack.clock.advance(15 * 60 + 1);
    let again = format!("/login?next={KEYS}");
    assert_eq!(location(&agent.submit(&created).await), again);
    let page = agent.get(stack.at(KEYS)).await;
    assert!(!page.has("[data-passkey]"), "{}", page.dump());
    let removal = page.press("button[formaction$='/remove']");
    assert_eq!(location(&agent.submit(&removal).await), again);
    assert_eq!(stack.audited(AuditKind::FactorAdded).await.len(), 1);
    assert_eq!(stack.audited(AuditKind::FactorRemoved).await, []);
    // A browser without a session is rejected.
    let anonymous_caller = UserAgent::new();
    let page = anonymous_caller.get(stack.at("/login")).await;
    let csrf = page.form("#login").value("csrf").unwrap().to_owned();
    for path in ["add", "rename", "remove"] {
        let fields = [("csrf", csrf.as_str())];
        let page = anonymous_caller
            .post(stack.at(&format!("{KEYS}/{path}")), &fields)
            .await;
        assert_eq!(location(&page), again, "{path}");
    }
}

fn rename(page: &Page, name: &str) -> doorward_testkit::Form {
    let form = page.form("form[action$='/rename']");
    let field = format!("name-{}", form.value("passkey").unwrap());
    form.with(&field, name)
}

async fn passkeys_are_renamed_and_removed_only_by_owner(stack: &Stack) {
    let (agent, mut device) = owner(stack).await;
    let page = agent.get(stack.at(KEYS)).await;
    let form = rename(&page, "  My <b>phone</b> ");
    let page = agent.follow(agent.submit(&form).await, "").await;
    assert_eq!(page.text_of("li strong").unwrap(), "My <b>phone</b>");
    let page = agent.submit(&rename(&page, " ")).await;
    assert_eq!(page.status, 422, "{}", page.dump());
    let signal: Value = {
        let said = page.attributes("[data-signal]", "data-signal");
        serde_json::from_str(&said[0]).unwrap()
    };
    let all = &signal["signalAllAcceptedCredentials"];
    assert_eq!(all["rpId"], "localhost");
    assert_eq!(all["allAcceptedCredentialIds"].as_array().unwrap().len(), 1);

    // Another user who knows the passkey's ID.
    let bob = UserAgent::new();
    enrol(stack, &bob, "bob", &mut Authenticator::synced()).await;
    let id = page.form("form[action$='/rename']");
    let id = id.value("passkey").unwrap().to_owned();
    let own = bob.get(stack.at(KEYS)).await;
    let form = rename(&own, "Mine").with("passkey", &id);
    bob.submit(&form.with(&format!("name-{id}"), "Mine")).await;
    let removal = own.press("button[formaction$='/remove']");
    bob.submit(&removal.with("passkey", &id)).await;
    assert_eq!(stack.audited(AuditKind::FactorRemoved).await, []);
    let page = agent.get(stack.at(KEYS)).await;
    assert_eq!(page.text_of("li strong").unwrap(), "My <b>phone</b>");

    let page = agent
        .submit(&page.press("button[formaction$='/remove']"))
        .await;
    let page = agent.follow(page, "").await;
    assert!(page.text().contains("The passkey was removed."));
    let said = page.attributes("[data-signal]", "data-signal");
    assert!(said[0].contains(r#""allAcceptedCredentialIds":[]"#));
    let removed = stack.audited(AuditKind::FactorRemoved).await;
    assert_eq!(removed[0].detail["factor"], "passkey");
    let page = sign_in(stack, &UserAgent::new(), &mut device).await;
    assert_eq!(page.status, 401, "{}", page.dump());
    let mails = stack.mails("alice@example.org").await;
    assert!(
        mails
            .iter()
            .any(|mail| mail.subject.contains("A passkey was removed"))
    );
}

async fn only_so_many(stack: &Stack) {
    let (agent, _) = owner(stack).await;
    let page = agent.get(stack.at(KEYS)).await;
    let mut late = Authenticator::synced();
    let late = answered(&page, &late.create(&options(&page), stack.issuer()));
    for _ in 1..10 {
        add(stack, &agent, &mut Authenticator::synced()).await;
    }
    let page = agent.get(stack.at(KEYS)).await;
    assert_eq!(page.texts_of("li strong").len(), 10);
    assert!(!page.has("[data-passkey]"), "{}", page.dump());
    assert_eq!(location(&agent.submit(&late).await), KEYS);
    let page = agent.get(stack.at(KEYS)).await;
    assert_eq!(page.texts_of("li strong").len(), 10);
}

/// Checks the address of the page for password managers (W3C, "A Well-Known URL for Relying Party
/// Passkey Endpoints").
async fn password_managers_find_page(stack: &Stack) {
    let page = UserAgent::new()
        .get(stack.at("/.well-known/passkey-endpoints"))
        .await;
    assert_eq!(page.media_type(), "application/json");
    let place = stack.at(KEYS);
    assert_eq!(page.json(), json!({"enroll": place, "manage": place}));
}

/// Checks that the only second factor cannot be removed where one is required.
async fn last_required_second_factor_cannot_be_removed(stack: &Stack) {
    let (agent, mut device) = owner(stack).await;
    let page = agent.get(stack.at(KEYS)).await;
    let page = agent
        .submit(&page.press("button[formaction$='/remove']"))
        .await;
    assert_eq!(page.status, 409, "{}", page.dump());
    assert_eq!(stack.audited(AuditKind::FactorRemoved).await, []);
    let page = sign_in(stack, &UserAgent::new(), &mut device).await;
    assert_eq!(location(&page), "/account");
    add(stack, &agent, &mut Authenticator::on_a_device()).await;
    let page = agent.get(stack.at(KEYS)).await;
    let page = agent
        .submit(&page.press("button[formaction$='/remove']"))
        .await;
    assert_eq!(location(&page), format!("{KEYS}?done=removed"));
}

async fn no_trace(stack: &Stack) {
    let agent = UserAgent::new();
    let page = agent.get(stack.at("/login")).await;
    assert!(!page.text().contains("passkey"), "{}", page.dump());
    let page = crate::support::sign_in(stack, &agent, "alice", PASSWORD).await;
    let page = agent.follow(page, "").await;
    assert!(!page.text().contains("asskey"), "{}", page.dump());
    let page = agent.get(stack.at(KEYS)).await;
    assert_eq!(page.status, 404);
    let page = agent.get(stack.at("/.well-known/passkey-endpoints")).await;
    assert_eq!(page.status, 404);
    let page = agent.get(stack.at("/account/security/2fa")).await;
    let csrf = page.press("button").value("csrf").unwrap().to_owned();
    let fields = [("csrf", csrf.as_str()), ("credential", "{}")];
    let page = agent.post(stack.at("/login/passkey"), &fields).await;
    assert_eq!(page.status, 404, "{}", page.dump());
}

async fn disabled_passkeys_are_not_offered(stack: &Stack) {
    no_trace(stack).await;
}

/// Checks that an IP address as host offers no passkeys: browsers do not create them there.
async fn passkeys_are_not_offered_at_ip_address(stack: &Stack) {
    no_trace(stack).await;
}
