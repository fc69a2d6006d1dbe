//! Every combination of request, session, client and consent, compared with one plain condition.

use super::*;

const PROMPTS: [&str; 9] = [
    "",
    "none",
    "login",
    "consent",
    "select_account",
    "login consent",
    "login select_account",
    "consent select_account",
    "login consent select_account",
];
const AGES: [Option<u64>; 4] = [None, Some(0), Some(30), Some(600)];
const HINTS: [Option<UserId>; 3] = [None, Some(alice()), Some(bob())];
const FACTORS: [SecondFactorStatus; 4] = [
    factor(false, false),
    factor(true, false),
    factor(true, true),
    factor(false, true),
];
const ACRS: [&str; 3] = [
    "{}",
    r#"{"id_token":{"acr":{"essential":true,"value":"aal1"}}}"#,
    r#"{"id_token":{"acr":{"essential":true,"value":"aal2"}}}"#,
];

fn sessions() -> Vec<Option<Session>> {
    vec![
        None,
        Some(session()),
        Some(Session {
            user_id: bob(),
            ..session()
        }),
    ]
}

fn consents() -> Vec<Option<Consent>> {
    let part = Consent {
        scope: scope("openid"),
        ..sample::consent()
    };
    let dead = Consent {
        revoked_at: Some(NOW),
        ..sample::consent()
    };
    vec![None, Some(sample::consent()), Some(part), Some(dead)]
}

fn clients() -> Vec<Client> {
    let first_party = Client {
        first_party: true,
        ..sample::client()
    };
    let native = Client {
        id: sample::client_id("web"),
        ..native_client()
    };
    vec![sample::client(), first_party, native]
}

/// Runs every combination, before any progress in the interaction.
fn for_each_scene(mut check: impl FnMut(&Scene)) {
    for factor in FACTORS {
        let mut scene = Scene::with(|scene| scene.factor = factor);
        for_each_request(&mut scene, &mut check);
    }
}

fn for_each_request(scene: &mut Scene, check: &mut impl FnMut(&Scene)) {
    for (prompt, max_age) in PROMPTS.iter().flat_map(|p| AGES.map(|age| (p, age))) {
        scene.prompt(prompt).interaction.request.max_age = max_age;
        for (hint, acr) in HINTS.iter().flat_map(|h| ACRS.map(|acr| (h, acr))) {
            scene.expected = *hint;
            scene.interaction.request.claims = claims(acr);
            for client in clients() {
                let uri = client.redirect_uris[0].clone();
                scene.client = client;
                scene.interaction.request.redirect_uri = uri;
                for session in sessions() {
                    scene.session = session;
                    for consent in consents() {
                        scene.consent = consent;
                        check(scene);
                    }
                }
            }
        }
    }
}

/// Returns true if a code may be issued: the same rules as one condition without order or reasons.
fn may_issue(scene: &Scene) -> bool {
    let Some(session) = &scene.session else {
        return false;
    };
    let Interaction {
        request,
        session_id,
        authenticated_at,
        account_chosen,
        consented,
        ..
    } = &scene.interaction;
    let own = *session_id == Some(session.id);
    let proved = own && authenticated_at.is_some();
    let asked = |prompt| request.prompt.contains(prompt);
    let age = u64::try_from(scene.now - session.authentication.auth_time).unwrap();
    let fresh = request.max_age.is_none_or(|max| max > 0 && age <= max);
    let strong = !request.claims.id_token.contains_key("acr")
        || session.authentication.acr == AAL2
        || request.claims.id_token["acr"].value == Some(AAL1.into());
    let allowed_here = own
        && consented
            .as_ref()
            .is_some_and(|c| request.scope.is_subset_of(c));
    let allowed_before = scene.consent.as_ref().is_some_and(|consent| {
        consent.user_id == session.user_id
            && consent.revoked_at.is_none()
            && request.scope.is_subset_of(&consent.scope)
    });
    let assured = scene.client.kind == ClientKind::Confidential;
    let silent =
        !asked(Prompt::Consent) && (scene.client.first_party || (allowed_before && assured));
    scene.expected.is_none_or(|user| user == session.user_id)
        && strong
        && (!scene.factor.required || session.authentication.acr == AAL2)
        && (proved || (fresh && !asked(Prompt::Login)))
        && (proved || (own && *account_chosen) || !asked(Prompt::SelectAccount))
        && (allowed_here || silent)
}

#[test]
fn code_is_issued_exactly_when_all_steps_are_complete() {
    let mut count = 0;
    for_each_scene(|scene| {
        count += 1;
        assert_eq!(scene.say() == "issue", may_issue(scene), "{scene:#?}");
    });
    assert_eq!(count, 4 * 9 * 4 * 3 * 3 * 3 * 3 * 4);
}

#[test]
fn pending_deletion_gets_no_code_for_any_answer() {
    for_each_scene(|scene| {
        let mut scene = scene.clone();
        scene.leaving = true;
        assert_ne!(scene.say(), "issue", "{scene:#?}");
        scene.sign_in(alice(), AAL2).choose().allow();
        assert_ne!(scene.say(), "issue", "{scene:#?}");
    });
}

#[test]
fn only_silent_requests_get_immediate_errors() {
    for_each_scene(|scene| {
        let silent = scene.interaction.request.prompt.contains(Prompt::None);
        match scene.say().as_str() {
            "issue" => {}
            "error:login_required" | "error:consent_required" | "error:interaction_required" => {
                assert!(silent, "{scene:#?}");
            }
            said => assert!(
                !silent && !said.starts_with("error:"),
                "{said} for {scene:#?}"
            ),
        }
    });
}

/// Alice completes each step that is requested. Within four pages the client has its response,
/// which is never a code for another user or for less.
#[test]
fn completed_steps_reach_client() {
    for_each_scene(|start| {
        let mut scene = start.clone();
        let mut pages = 0;
        loop {
            match scene.step() {
                NextStep::Login(_) => _ = scene.sign_in(alice(), AAL1),
                NextStep::SecondFactor => {
                    assert!(scene.factor.enrolled, "{start:#?}");
                    scene.step_up();
                }
                NextStep::EnrolSecondFactor => {
                    assert!(
                        !scene.factor.enrolled && scene.factor.required,
                        "{start:#?}"
                    );
                    scene.factor.enrolled = true;
                    scene.step_up();
                }
                NextStep::EnrolPasskey => panic!("no passkey is due: {start:#?}"),
                NextStep::CancelDeletion => scene.leaving = false,
                NextStep::VerifyEmail => scene.email_due = false,
                NextStep::SelectAccount => _ = scene.choose(),
                NextStep::Consent(_) => _ = scene.allow(),
                NextStep::Issue(_) => break assert!(may_issue(&scene), "{start:#?}"),
                NextStep::Refuse(_) => break,
            }
            pages += 1;
            assert!(pages <= 4, "a loop from {start:#?}");
        }
    });
}

/// Likewise with a second tab that changes the session between any two steps.
#[test]
fn changed_session_never_takes_over_progress() {
    for_each_scene(|start| {
        for user in [alice(), bob()] {
            let mut scene = start.clone();
            scene.sign_in(alice(), AAL2).choose().allow();
            let other = SessionId::from_uuid(sample::uuid(0x77));
            scene.session = Some(Session {
                id: other,
                user_id: user,
                ..session()
            });
            assert_eq!(scene.say() == "issue", may_issue(&scene), "{scene:#?}");
        }
    });
}
