//! The rules that hold independently of the model.

use crate::step::{BROWSERS, Step};

/// The active session of a browser.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Seen {
    pub strong: bool,
    pub auth_time: i64,
}

/// The stored state of a user.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Observed {
    pub password_hash: String,
    pub email: String,
    pub verified: bool,
    pub factor: bool,
    pub unused_codes: u64,
    pub sessions: usize,
    pub tabs: [Option<Seen>; BROWSERS],
    /// True for each browser if the link it opened was consumed.
    pub link_used: [bool; BROWSERS],
}

/// Properties of a request that determine what it may change.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "four independent facts")]
pub struct Sent {
    /// True if the user's password was sent.
    pub password: bool,
    /// True if a code of the user's app or an unused recovery code was sent.
    pub code: bool,
    /// True if the browser has submitted the current password and waits for the code.
    pub waits: bool,
    /// True if the form had another browser's anti-forgery token.
    pub foreign: bool,
}

/// Checks that each change was authorized by the request.
pub fn check(before: &Observed, step: Step, sent: Sent, after: &Observed) -> Result<(), String> {
    let browser = step.browser();
    let rule = |holds: bool, said: &str| {
        if holds {
            Ok(())
        } else {
            Err(format!("{said}: {step:?} {sent:?}\n{before:?}\n{after:?}"))
        }
    };
    let used_now = after.link_used[browser] && !before.link_used[browser];
    let was_in = before.tabs[browser].is_some();

    if sent.foreign {
        rule(before == after, "another browser's form had an effect")?;
    }
    if before.password_hash != after.password_hash {
        let by_link = matches!(step, Step::SetPassword(..)) && used_now;
        let by_password = matches!(step, Step::ChangePassword(..)) && sent.password && was_in;
        rule(
            by_link || by_password,
            "a password was set without link or password",
        )?;
    }
    for (tab, (had, has)) in before.tabs.iter().zip(&after.tabs).enumerate() {
        let entered = had.is_none() && has.is_some();
        let by_password = matches!(step, Step::SignIn(..)) && sent.password && !before.factor;
        let by_code = matches!(step, Step::SendCode { .. }) && sent.code && sent.waits;
        if entered {
            rule(
                tab == browser && (by_password || by_code),
                "a user was signed in without each factor",
            )?;
        }
        let stronger = has.is_some_and(|has| has.strong) && !had.is_some_and(|had| had.strong);
        let by_code = matches!(step, Step::SendCode { .. }) && sent.code && before.factor;
        let by_first = matches!(step, Step::ConfirmFactor(..)) && sent.code && was_in;
        if stronger {
            rule(
                tab == browser && (by_code || by_first) && after.factor,
                "a session is aal2 without a second factor",
            )?;
        }
    }
    if before.email != after.email {
        let moves = matches!(step, Step::Move(_) | Step::TakeBack(_));
        rule(moves && used_now, "an address moved without a link")?;
    }
    if !before.verified && after.verified {
        rule(used_now, "an address counts as verified without a link")?;
    }
    if before.factor && !after.factor {
        let strong = before.tabs[browser].is_some_and(|tab| tab.strong);
        let removes = matches!(step, Step::RemoveFactor(_));
        rule(
            removes && strong,
            "a factor was removed without authentication",
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::step::{Code, Password};

    const WEAK: Option<Seen> = Some(Seen {
        strong: false,
        auth_time: 0,
    });
    const STRONG: Option<Seen> = Some(Seen {
        strong: true,
        auth_time: 0,
    });

    fn signed_out() -> Observed {
        Observed {
            password_hash: "one".to_owned(),
            email: "a@example.org".to_owned(),
            verified: true,
            factor: true,
            unused_codes: 10,
            sessions: 0,
            tabs: [None; BROWSERS],
            link_used: [false; BROWSERS],
        }
    }

    fn code() -> Step {
        Step::SendCode {
            browser: 0,
            of: 0,
            code: Code::Next,
        }
    }

    fn signed_in(before: &Observed, seen: Option<Seen>) -> Observed {
        Observed {
            tabs: [seen, None],
            ..before.clone()
        }
    }

    /// Checks that the effects of a broken server violate the expected rules.
    #[test]
    #[expect(clippy::too_many_lines, reason = "a table")]
    fn rejects_forged_observations() {
        let signed_out = signed_out();
        let inside = signed_in(&signed_out, WEAK);
        let other_hash = |before: &Observed| Observed {
            password_hash: "two".to_owned(),
            ..before.clone()
        };
        let right = Sent {
            password: true,
            code: true,
            waits: true,
            foreign: false,
        };
        let nothing = Sent::default();
        let present = Password::Present;
        let moved = Observed {
            email: "b@example.org".to_owned(),
            ..signed_out.clone()
        };
        let unproved = Observed {
            verified: false,
            ..signed_out.clone()
        };
        let without = Observed {
            factor: false,
            ..inside.clone()
        };
        for (before, step, sent, after, word) in [
            (
                &signed_out,
                Step::SetPassword(0, true),
                right,
                other_hash(&signed_out),
                "password was set",
            ),
            (
                &inside,
                Step::ChangePassword(0, present),
                nothing,
                other_hash(&inside),
                "password was set",
            ),
            (
                &signed_out,
                Step::ChangePassword(0, present),
                right,
                other_hash(&signed_out),
                "password was set",
            ),
            (
                &signed_out,
                Step::SignIn(0, present),
                right,
                inside.clone(),
                "signed in",
            ),
            (
                &signed_out,
                code(),
                Sent {
                    waits: false,
                    ..right
                },
                inside.clone(),
                "signed in",
            ),
            (
                &signed_out,
                code(),
                Sent {
                    code: false,
                    ..right
                },
                inside.clone(),
                "signed in",
            ),
            (
                &signed_out,
                Step::Verify(0),
                right,
                inside.clone(),
                "signed in",
            ),
            (
                &inside,
                Step::SignIn(0, present),
                right,
                signed_in(&signed_out, STRONG),
                "aal2",
            ),
            (
                &inside,
                code(),
                nothing,
                signed_in(&signed_out, STRONG),
                "aal2",
            ),
            (&without, code(), right, signed_in(&without, STRONG), "aal2"),
            (&signed_out, Step::Move(0), right, moved, "address moved"),
            (
                &unproved,
                Step::Verify(0),
                right,
                signed_out.clone(),
                "counts as verified",
            ),
            (
                &inside,
                Step::RemoveFactor(0),
                right,
                without.clone(),
                "factor was removed",
            ),
            (
                &inside,
                Step::SignOut(0),
                Sent {
                    foreign: true,
                    ..right
                },
                signed_out.clone(),
                "another browser",
            ),
        ] {
            let refused = check(before, step, sent, &after).expect_err(word);
            assert!(refused.contains(word), "{refused}");
        }
        let link_used = [true, false];
        let done = Observed {
            link_used,
            ..other_hash(&signed_out)
        };
        check(&signed_out, Step::SetPassword(0, true), nothing, &done).expect("a mail link");
        check(&signed_out, code(), right, &signed_in(&signed_out, STRONG)).expect("both factors");
    }
}
