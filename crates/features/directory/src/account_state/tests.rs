use rstest::rstest;

use super::*;

const NOW: UnixSeconds = 1_800_000_000;

/// Messages of domain controllers, from 2008 R2 to 2022.
#[rstest]
#[case::wrong(
    "80090308: LdapErr: DSID-0C090447, comment: AcceptSecurityContext error, data 52e, v3839",
    BindDenial::WrongPassword
)]
#[case::unknown(
    "80090308: LdapErr: DSID-0C0903C8, comment: AcceptSecurityContext error, data 525, v2580",
    BindDenial::UnknownUser
)]
#[case::expired_password(
    "80090308: LdapErr: DSID-0C090421, comment: AcceptSecurityContext error, data 532, v4563",
    BindDenial::Closed(Closed::PasswordExpired)
)]
#[case::disabled(
    "80090308: LdapErr: DSID-0C090446, comment: AcceptSecurityContext error, data 533, v2580",
    BindDenial::Closed(Closed::Disabled)
)]
#[case::expired(
    "80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data 701, v1db1",
    BindDenial::Closed(Closed::Expired)
)]
#[case::must_change(
    "80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data 773, v2580",
    BindDenial::Closed(Closed::PasswordTemporary)
)]
#[case::locked(
    "80090308: LdapErr: DSID-0C0903D9, comment: AcceptSecurityContext error, data 775, v2580",
    BindDenial::LockedUnchecked
)]
#[case::time(
    "80090308: LdapErr: DSID-0C0903D9, comment: AcceptSecurityContext error, data 530, v2580",
    BindDenial::NotAllowed
)]
#[case::machine(
    "80090308: LdapErr: DSID-0C0903D9, comment: AcceptSecurityContext error, data 531, v2580",
    BindDenial::NotAllowed
)]
#[case::upper_case(
    "80090308: LdapErr: DSID-0C090447, comment: AcceptSecurityContext error, data 52E, v3839",
    BindDenial::WrongPassword
)]
#[case::silent("", BindDenial::WrongPassword)]
#[case::other_words("Invalid Credentials", BindDenial::WrongPassword)]
#[case::other_code("AcceptSecurityContext error, data 0, v1", BindDenial::WrongPassword)]
fn diagnostic_of_active_directory(#[case] text: &str, #[case] expected: BindDenial) {
    assert_eq!(BindDenial::read(49, text), expected);
}

#[rstest]
#[case(19, BindDenial::NotAllowed)]
#[case(53, BindDenial::NotAllowed)]
#[case(32, BindDenial::UnknownUser)]
#[case(49, BindDenial::WrongPassword)]
fn code_without_diagnostic(#[case] code: u32, #[case] expected: BindDenial) {
    assert_eq!(BindDenial::read(code, ""), expected);
}

#[test]
fn only_right_password_learns_state() {
    for denial in [
        BindDenial::WrongPassword,
        BindDenial::UnknownUser,
        BindDenial::LockedUnchecked,
        BindDenial::NotAllowed,
    ] {
        assert_eq!(denial.said(), None, "{denial:?}");
    }
    assert_eq!(BindDenial::LockedUnchecked.rule(), AttemptRule::Lockout);
}

/// Returns a FILETIME.
fn filetime(at: UnixSeconds) -> String {
    ((at + EPOCH_OF_1601) * UNITS).to_string()
}

#[rstest]
#[case::nothing(&[], None)]
#[case::normal(&[("userAccountControl", "512"), ("pwdLastSet", "133000000000000000")], None)]
#[case::disabled(&[("userAccountControl", "514")], Some(Closed::Disabled))]
#[case::name_has_no_case(&[("useraccountcontrol", "514")], Some(Closed::Disabled))]
#[case::never(&[("accountExpires", "0")], None)]
#[case::never(&[("accountExpires", "9223372036854775807")], None)]
#[case::locked(&[("msDS-User-Account-Control-Computed", "16")], Some(Closed::Locked))]
#[case::old_lock(&[("userAccountControl", "528")], None)]
#[case::password_expired(&[("msDS-User-Account-Control-Computed", "8388608")], Some(Closed::PasswordExpired))]
#[case::must_change(&[("userAccountControl", "512"), ("pwdLastSet", "0")], Some(Closed::PasswordTemporary))]
#[case::never_changes(&[("userAccountControl", "66048"), ("pwdLastSet", "0")], None)]
#[case::no_number(&[("userAccountControl", "x")], None)]
#[case::shadow_never(&[("shadowExpire", "-1")], None)]
#[case::shadow_past(&[("shadowExpire", "20832")], Some(Closed::Expired))]
#[case::shadow_today(&[("shadowExpire", "20833")], Some(Closed::Expired))]
#[case::shadow_tomorrow(&[("shadowExpire", "20834")], None)]
#[case::shadow_must_change(&[("shadowLastChange", "0")], Some(Closed::PasswordTemporary))]
#[case::shadow_old(&[("shadowLastChange", "20000"), ("shadowMax", "90")], Some(Closed::PasswordExpired))]
#[case::shadow_last_day(&[("shadowLastChange", "20743"), ("shadowMax", "90")], None)]
#[case::shadow_without_end(&[("shadowLastChange", "1"), ("shadowMax", "99999")], None)]
#[case::policy(&[("pwdAccountLockedTime", "000001010000Z")], Some(Closed::Locked))]
#[case::policy_ends(&[("pwdAccountLockedTime", "20260101000000Z")], None)]
#[case::of_389(&[("nsAccountLock", "TRUE")], Some(Closed::Disabled))]
#[case::first_reason(&[("userAccountControl", "514"), ("pwdLastSet", "0")], Some(Closed::Disabled))]
fn state_by_attributes(#[case] attributes: &[(&str, &str)], #[case] expected: Option<Closed>) {
    let entry = Entry::of("cn=x", attributes);
    assert_eq!(of_entry(&entry, NOW), expected);
}

#[test]
fn account_expires_at_its_second() {
    for (at, expected) in [
        (NOW, Some(Closed::Expired)),
        (NOW - 1, Some(Closed::Expired)),
        (NOW + 1, None),
    ] {
        let entry = Entry::of("cn=x", &[("accountExpires", &filetime(at))]);
        assert_eq!(of_entry(&entry, NOW), expected, "{at}");
    }
}
