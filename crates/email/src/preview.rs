//! Previews of all mails with sample values.

use doorward_domain::model::mail::{MailContent, MailMessage, RequestOrigin, SecurityNotification};
use doorward_i18n::Lang;

use super::message::{self, Written};
use super::security_notification;

const ISSUER: &str = "https://id.example.com";
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:146.0) Gecko/20100101 Firefox/146.0";

fn link(path: &str) -> String {
    format!("{ISSUER}{path}?token=R1c2dGhpc0lzQVNhbXBsZVRva2VuT2Y0M0NoYXJzMDE")
}

pub fn all() -> Vec<(&'static str, MailContent)> {
    let notice = |notice| MailContent::Notice {
        notice,
        url: format!("{ISSUER}/account/secure"),
    };
    let mut mails = about_the_account();
    mails.extend([
        (
            "sign-in-code",
            MailContent::SignInCode {
                code: "4829 1306".to_owned(),
                url: link("/login/email/link"),
            },
        ),
        (
            "approve",
            MailContent::Approve {
                url: format!("{ISSUER}/device/confirm?request=Zk3s9QyV0cX1bT7mZk3s9Q"),
                app: "Service desk".to_owned(),
            },
        ),
    ]);
    let notices =
        SecurityNotification::ALL.map(|item| (security_notification::name(item), notice(item)));
    mails.extend(notices);
    mails
}

fn about_the_account() -> Vec<(&'static str, MailContent)> {
    let forgot = || format!("{ISSUER}/forgot-password");
    vec![
        (
            "verify",
            MailContent::Verify {
                url: link("/verify-email"),
            },
        ),
        (
            "invited",
            MailContent::Invited {
                url: link("/invitation"),
                organization: "Acme Ltd".to_owned(),
                inviter: Some("Mona Mills".to_owned()),
            },
        ),
        (
            "known-address",
            MailContent::KnownAddress {
                url: format!("{ISSUER}/login"),
            },
        ),
        (
            "reset",
            MailContent::Reset {
                url: link("/reset-password"),
            },
        ),
        (
            "welcome",
            MailContent::Welcome {
                url: link("/reset-password"),
            },
        ),
        (
            "passkey-link",
            MailContent::PasskeyLink {
                url: link("/add-passkey"),
            },
        ),
        (
            "password-changed",
            MailContent::PasswordChanged { url: forgot() },
        ),
        (
            "change",
            MailContent::Change {
                url: link("/account/email/confirm"),
            },
        ),
        (
            "changed",
            MailContent::Changed {
                address: "a…@example.org".to_owned(),
                url: Some(link("/account/email/undo")),
            },
        ),
        ("restored", MailContent::Restored { url: forgot() }),
        ("switched-off", MailContent::SwitchedOff),
        ("test", MailContent::Test),
    ]
}

/// Renders one mail; returns `None` for an unknown name.
///
/// # Errors
/// An [`askama::Error`] if a template fails, which does not happen with valid content.
pub fn write(name: &str, lang: Lang, site: &str) -> Option<Result<Written, askama::Error>> {
    let mut mails = all().into_iter();
    let (_, content) = mails.find(|(known, _)| *known == name)?;
    let message = MailMessage {
        to: "alice@example.com".to_owned(),
        lang: lang.code().to_owned(),
        name: "Alice Archer".to_owned(),
        asked: RequestOrigin {
            user_agent: FIREFOX.to_owned(),
            ip: "2001:db8:85a3::8a2e:370:7334".to_owned(),
            place: None,
            at: 1_795_000_000,
        },
        content,
    };
    Some(message::write(&message, site, ISSUER))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mail_has_unique_name_and_both_parts_in_each_language() {
        let names: std::collections::BTreeSet<_> =
            all().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names.len(), all().len(), "names are unique");
        for name in names {
            for lang in Lang::ALL {
                let mail = write(name, *lang, "Example").unwrap().unwrap();
                for part in [&mail.text, &mail.html] {
                    assert!(part.contains("Firefox"), "{name}: {part}");
                    assert!(
                        !part.contains("mail-") && !part.contains("notice-"),
                        "{name}: {part}"
                    );
                }
                let (greeting, _) = mail.text.split_once("\n\n").unwrap();
                assert!(greeting.contains("Alice Archer"), "{name}: {}", mail.text);
                assert!(
                    mail.text.contains("\n-- \n"),
                    "RFC 3676 §4.3: {}",
                    mail.text
                );
                assert!(mail.html.len() < 15_000, "{name}: {}", mail.html.len());
                assert!(
                    !mail.subject.contains(['\n', '{', '$']),
                    "{name}: {}",
                    mail.subject
                );
            }
        }
        assert!(write("nothing", Lang::En, "Example").is_none());
    }
}
