use rstest::rstest;

use super::*;
use doorward_domain::model::invitation::{InvitedAccess, Inviter};
use doorward_domain::model::{InvitationId, SubjectKind, sample};
use doorward_domain::secret::TokenHash;

const NOW: i64 = 1_000;

fn invitation() -> Invitation {
    let user = sample::user();
    Invitation {
        id: InvitationId::from_uuid(uuid::Uuid::nil()),
        hash: TokenHash::digest("token"),
        org: "acme".to_owned(),
        email: user.email,
        email_key: user.email_key,
        inviter: Some(Inviter {
            kind: SubjectKind::User,
            id: "somebody".to_owned(),
        }),
        created_at: 0,
        expires_at: TTL,
        ended_at: None,
        access: InvitedAccess::default(),
        batch: None,
        queued_at: None,
    }
}

fn acme() -> Organization {
    Organization {
        slug: "acme".to_owned(),
        name: "Acme".to_owned(),
        active: true,
        domain: None,
        created_at: 0,
        updated_at: 0,
    }
}

fn verdict(
    invitation: &Invitation,
    organization: Option<&Organization>,
) -> Result<(), InvitationError> {
    let state = InvitationContext {
        organization,
        inviter_may: true,
        now: NOW,
    };
    check(invitation, &state)
}

#[test]
fn invitation_is_valid_until_last_second() {
    let mut one = invitation();
    assert_eq!(verdict(&one, Some(&acme())), Ok(()));
    one.expires_at = NOW + 1;
    assert_eq!(verdict(&one, Some(&acme())), Ok(()));
    one.expires_at = NOW;
    assert_eq!(verdict(&one, Some(&acme())), Err(InvitationError::Expired));
}

#[test]
fn answered_invitation_is_invalid() {
    let one = Invitation {
        ended_at: Some(NOW - 1),
        ..invitation()
    };
    assert_eq!(verdict(&one, Some(&acme())), Err(InvitationError::Ended));
}

#[test]
fn organization_must_exist() {
    let one = invitation();
    assert_eq!(verdict(&one, None), Err(InvitationError::NoOrganization));
    let off = Organization {
        active: false,
        ..acme()
    };
    assert_eq!(
        verdict(&one, Some(&off)),
        Err(InvitationError::NoOrganization)
    );
    let other = Organization {
        slug: "zeta".to_owned(),
        ..acme()
    };
    assert_eq!(
        verdict(&one, Some(&other)),
        Err(InvitationError::NoOrganization)
    );
}

#[test]
fn inviter_must_keep_permission() {
    let state = InvitationContext {
        organization: Some(&acme()),
        inviter_may: false,
        now: NOW,
    };
    assert_eq!(
        check(&invitation(), &state),
        Err(InvitationError::NoInviter)
    );
}

fn verified() -> User {
    User {
        email_verified: true,
        disabled_at: None,
        deletion_due_at: None,
        password_change_required: false,
        password_withdrawn_at: None,
        ..sample::user()
    }
}

#[rstest]
#[case::recipient(verified(), Ok(()))]
#[case::other(User { email_key: "eve@example.org".into(), ..verified() }, Err(RecipientError::OtherAddress))]
#[case::unverified(User { email_verified: false, ..verified() }, Err(RecipientError::Unverified))]
#[case::disabled(User { disabled_at: Some(1), ..verified() }, Err(RecipientError::NoAccount))]
#[case::deletion_pending(User { deletion_due_at: Some(1), ..verified() }, Err(RecipientError::NoAccount))]
fn answer_requires_verified_address(
    #[case] user: User,
    #[case] expected: Result<(), RecipientError>,
) {
    assert_eq!(is_for(&invitation(), &user), expected);
}

#[test]
fn rejects_invitation_of_oneself() {
    let user = verified();
    let own = Invitation {
        inviter: Some(Inviter {
            kind: SubjectKind::User,
            id: user.id.to_string(),
        }),
        ..invitation()
    };
    assert_eq!(is_for(&own, &user), Err(RecipientError::Oneself));
    let by_command_line = Invitation {
        inviter: None,
        ..invitation()
    };
    assert_eq!(is_for(&by_command_line, &user), Ok(()));
}
