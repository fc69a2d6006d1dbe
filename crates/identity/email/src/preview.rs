//! Previews of all mails with sample values.

use doorward_domain::feature_mail;
use doorward_domain::model::mail::{MailContent, MailMessage, RequestOrigin, SecurityNotification};
use doorward_i18n::Lang;
use doorward_rules::brand::Brand;

use super::mail_name;
use super::message::{self, Written};
use super::own_template::MailTemplates;

const ISSUER: &str = "https://id.example.com";
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:146.0) Gecko/20100101 Firefox/146.0";

fn link(path: &str) -> String {
    format!("{ISSUER}{path}?token=R1c2dGhpc0lzQVNhbXBsZVRva2VuT2Y0M0NoYXJzMDE")
}

fn all() -> Vec<MailContent> {
    let mut mails = Vec::new();
    let mut add = |url: String, content: fn(String) -> MailContent| mails.push(content(url));
    let at = |path: &str| format!("{ISSUER}{path}");
    add(link("/verify-email"), |url| MailContent::Verify { url });
    add(link("/invitation"), |url| MailContent::Invited {
        url,
        organization: "Acme Ltd".to_owned(),
        inviter: Some("Mona Mills".to_owned()),
    });
    add(at("/login"), |url| MailContent::KnownAddress { url });
    add(link("/reset-password"), |url| MailContent::Reset { url });
    add(link("/reset-password"), |url| MailContent::Welcome { url });
    add(link("/add-passkey"), |url| MailContent::PasskeyLink { url });
    add(at("/forgot-password"), |url| MailContent::PasswordChanged {
        url,
    });
    add(at("/forgot-password"), |url| {
        MailContent::NewPasswordRequired { url }
    });
    add(link("/account/email/confirm"), |url| MailContent::Change {
        url,
    });
    add(link("/account/email/undo"), |url| MailContent::Changed {
        address: "a…@example.org".to_owned(),
        url: Some(url),
    });
    add(at("/forgot-password"), |url| MailContent::Restored { url });
    add(String::new(), |_| MailContent::SwitchedOff);
    add(String::new(), |_| MailContent::Test);
    add(link("/login/email/link"), |url| MailContent::SignInCode {
        code: "4829 1306".to_owned(),
        url,
    });
    let approval = at("/device/confirm?request=Zk3s9QyV0cX1bT7mZk3s9Q");
    add(approval, |url| MailContent::Approve {
        url,
        app: "Service desk".to_owned(),
    });
    add(at("/forgot-password"), |url| MailContent::Exported { url });
    add(at("/account/keep"), |url| MailContent::Leaving {
        url,
        due: 1_797_592_000,
    });
    add(at("/forgot-password"), |url| MailContent::Kept { url });
    add(String::new(), |_| MailContent::Deleted);
    mails.extend(SecurityNotification::ALL.map(|notice| {
        let url = at("/account/secure");
        MailContent::Notice { notice, url }
    }));
    let added = feature_mail::ADDED.all().iter();
    mails.extend(added.map(|mail| mail.preview(ISSUER)));
    mails
}

/// Renders one mail; returns `None` for an unknown name.
pub fn write(
    name: &str,
    lang: Lang,
    brand: &Brand,
    templates: &MailTemplates,
) -> Option<Result<Written, askama::Error>> {
    let mut mails = all().into_iter();
    let content = mails.find(|content| mail_name::name(content) == name)?;
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
        owners: None,
    };
    Some(message::write(&message, brand, templates, ISSUER))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_mail_has_unique_name_and_both_parts_in_each_language() {
        let names: BTreeSet<_> = all().iter().map(mail_name::name).collect();
        let (brand, templates) = (Brand::named("Example"), MailTemplates::default());
        assert_eq!(names.len(), all().len(), "names are unique");
        assert_eq!(names, BTreeSet::from_iter(mail_name::names()));
        for name in names {
            for lang in Lang::ALL {
                let mail = write(name, *lang, &brand, &templates).unwrap().unwrap();
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
        assert!(write("nothing", Lang::En, &brand, &templates).is_none());
    }
}
