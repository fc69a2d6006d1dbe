use doorward_domain::model::job::SendError;
use doorward_domain::model::mail::{MailContent, MailMessage, RequestOrigin};
use doorward_i18n::Lang;
use doorward_rules::brand::{Brand, BrandLinks, Logo, LogoFile};
use doorward_rules::color::Color;
use lettre::message::Mailbox;

use super::delivery::{InlinePicture, Mail};
use super::message::write;
use super::own_template::MailTemplates;
use super::smtp::{SmtpMailer, message};

const LINK: &str = "https://id.example/verify-email?token=abc";

fn letter(content: MailContent, lang: Lang) -> MailMessage {
    MailMessage {
        to: "alice@example.com".to_owned(),
        lang: lang.code().to_owned(),
        name: "Alice".to_owned(),
        asked: RequestOrigin {
            user_agent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
                .to_owned(),
            ip: "192.0.2.7".to_owned(),
            place: None,
            at: 1_795_000_000,
        },
        content,
        owners: None,
    }
}

fn contents() -> Vec<MailContent> {
    let url = || LINK.to_owned();
    let address = || "a…@new.example".to_owned();
    vec![
        MailContent::Verify { url: url() },
        MailContent::KnownAddress { url: url() },
        MailContent::Reset { url: url() },
        MailContent::PasswordChanged { url: url() },
        MailContent::Change { url: url() },
        MailContent::Changed {
            address: address(),
            url: Some(url()),
        },
        MailContent::Restored { url: url() },
        MailContent::Exported { url: url() },
        MailContent::Leaving {
            url: url(),
            due: 1_796_000_000,
        },
        MailContent::Kept { url: url() },
        MailContent::Approve {
            url: url(),
            app: "Service desk".to_owned(),
        },
    ]
}

#[test]
fn each_message_has_equal_parts_in_each_language() {
    for lang in Lang::ALL {
        for content in contents() {
            let written = write(
                &letter(content, *lang),
                &Brand::named("Example"),
                &MailTemplates::default(),
                "https://id.example",
            )
            .unwrap();
            let subject = &written.subject;
            assert!(!subject.contains('\n') && subject.chars().count() < 60);
            assert!(written.text.contains(LINK), "{}", written.text);
            assert_eq!(written.html.matches(LINK).count(), 2, "button and address");
            assert!(written.html.len() < 15_000);
            let head = format!("<html lang=\"{}\" dir=\"{}\">", lang.code(), lang.dir());
            assert!(written.html.contains(&head));
            for part in [&written.text, &written.html] {
                assert!(part.contains("Alice") && part.contains("Example"));
                assert!(
                    part.contains("Firefox") && part.contains("192.0.2.7"),
                    "who asked"
                );
                assert!(part.contains("UTC"), "when");
            }
            // The message loads no external content.
            for banned in ["<img", "src=", "@import", "url("] {
                assert!(!written.html.contains(banned), "{banned}");
            }
        }
    }
}

fn brand() -> Brand {
    let file = |name: &str| LogoFile {
        url: format!("/brand/{name}"),
        width: 180,
        height: 44,
    };
    Brand {
        logo: Some(Logo {
            light: file("logo.a1.png"),
            dark: Some(file("logo.b2.png")),
        }),
        accent: Some(Color::new(0xc2, 0x41, 0x0c)),
        links: BrandLinks {
            support: Some("mailto:help@example.org".to_owned()),
            privacy: Some("https://example.org/privacy?a=1&b=2".to_owned()),
            terms: None,
            imprint: Some("https://example.org/imprint".to_owned()),
        },
        ..Brand::named("Example & Co")
    }
}

#[test]
fn brand_is_in_both_parts() {
    for lang in Lang::ALL {
        for content in contents() {
            let written = write(
                &letter(content, *lang),
                &brand(),
                &MailTemplates::default(),
                "https://id.example",
            )
            .unwrap();
            let logo = written.logo.unwrap();
            assert_eq!(
                (&*logo.id, &*logo.file),
                ("logo.a1.png@doorward", "logo.a1.png")
            );
            let html = &written.html;
            let image = "<img src=\"cid:logo.a1.png@doorward\" width=\"180\" height=\"44\" alt=\"Example &#38; Co\" ";
            assert_eq!(html.matches(image).count(), 1, "{html}");
            assert_eq!(
                html.matches("background:#c2410c;color:#ffffff").count(),
                1,
                "{html}"
            );
            assert!(
                !html.contains("1f4fd1") && !html.contains("logo.b2.png"),
                "{html}"
            );
            for (key, url) in [
                ("help", "mailto:help@example.org"),
                ("privacy", "https://example.org/privacy?a=1&b=2"),
                ("imprint", "https://example.org/imprint"),
            ] {
                let line = format!("\n{}: {url}", lang.text(key));
                assert_eq!(written.text.matches(&line).count(), 1, "{}", written.text);
                let link = format!(
                    "<a href=\"{}\">{}</a>",
                    url.replace('&', "&#38;"),
                    lang.text(key)
                );
                assert_eq!(html.matches(&link).count(), 1, "{link}: {html}");
            }
            assert!(
                !written
                    .text
                    .contains(&format!("\n{}: ", lang.text("terms"))),
                "{}",
                written.text
            );
            // The message loads nothing from outside of itself.
            assert_eq!(html.matches("src=").count(), 1);
            assert!(html.len() < 15_000);
        }
    }
}

#[test]
fn change_message_without_undo_link_omits_deadline() {
    let content = MailContent::Changed {
        address: "b…@new.example".to_owned(),
        url: None,
    };
    let written = write(
        &letter(content, Lang::En),
        &Brand::named("Example"),
        &MailTemplates::default(),
        "https://id.example",
    )
    .unwrap();
    assert!(written.text.contains("b…@new.example"));
    assert!(!written.text.contains("72 hours") && !written.text.contains("take it back"));
}

#[test]
fn user_input_is_escaped() {
    let mut evil = letter(
        MailContent::KnownAddress {
            url: LINK.to_owned(),
        },
        Lang::En,
    );
    evil.name = "\"><svg onload=alert(1)>\r\nBcc: all@example.org https://evil.example/".to_owned();
    evil.asked.user_agent = "<script>alert(1)</script>".to_owned();
    let written = write(
        &evil,
        &Brand::named("Example"),
        &MailTemplates::default(),
        "https://id.example",
    )
    .unwrap();
    assert!(!written.html.contains("<svg") && !written.html.contains("<script"));
    assert!(!written.subject.contains("evil") && !written.subject.contains("Bcc"));
    assert!(
        !written.text.contains("https://evil.example"),
        "no link from anonymous input"
    );
    assert!(!written.text.contains("\nBcc"));
}

/// The output contains nothing that a mail program turns into a link: no two words with a dot, a
/// colon or an at sign between them.
#[test]
fn user_input_never_becomes_link() {
    let typed = [
        "evil.example",
        "www.evil.example/win?now=1",
        "https://evil.example",
        "evil\u{3002}example",
        "evil\u{ff0e}example",
        "mailto:a@evil.example",
        "a@evil.example",
        "tel:+491234567",
        "192.0.2.1/login",
        "Prize at evil.example!",
    ];
    let url = || LINK.to_owned();
    for text in typed {
        for content in [
            MailContent::Verify { url: url() },
            MailContent::KnownAddress { url: url() },
            MailContent::Approve {
                url: url(),
                app: text.to_owned(),
            },
            MailContent::Invited {
                url: url(),
                organization: text.to_owned(),
                inviter: Some(text.to_owned()),
            },
        ] {
            let mut letter = letter(content, Lang::En);
            letter.name = text.to_owned();
            let written = write(
                &letter,
                &Brand::named("Example"),
                &MailTemplates::default(),
                "https://id.example",
            )
            .unwrap();
            for part in [&written.subject, &written.text, &written.html] {
                let rest = part.replace("https://id.example", "");
                for (at, joiner) in rest.match_indices(['.', ':', '@', '\u{3002}', '\u{ff0e}']) {
                    let before = rest[..at].ends_with("evil") || rest[..at].ends_with("mailto");
                    let after = rest[at + joiner.len()..].starts_with(char::is_alphanumeric);
                    assert!(!(before && after), "{text}: {part}");
                }
                assert!(
                    !rest.contains("//evil") && !rest.contains("192.0.2.1/"),
                    "{part}"
                );
            }
        }
    }
    // A name remains readable.
    let mut one = letter(MailContent::Verify { url: url() }, Lang::En);
    one.name = "J. R. O'Neill".to_owned();
    let written = write(
        &one,
        &Brand::named("Example"),
        &MailTemplates::default(),
        "https://id.example",
    )
    .unwrap();
    assert!(written.text.contains("J. R. O'Neill"), "{}", written.text);
}

fn mail(to: &str, subject: &str) -> Mail {
    Mail {
        message_id: "0199@id.example".to_owned(),
        to: to.to_owned(),
        subject: subject.to_owned(),
        text: "Grüße\n.\nEnd".to_owned(),
        html: "<p>Grüße</p>".to_owned(),
        picture: None,
        sent_at: 1_795_000_000,
    }
}

#[test]
fn message_has_headers_of_automatic_mail() {
    let from: Mailbox = "Example <no-reply@id.example>".parse().unwrap();
    let message = message(&mail("alice@example.com", "Über"), &from).unwrap();
    let text = String::from_utf8(message.formatted()).unwrap();
    for line in [
        "From: Example <no-reply@id.example>\r\n",
        "To: alice@example.com\r\n",
        "Message-ID: <0199@id.example>\r\n",
        "Auto-Submitted: auto-generated\r\n",
        "multipart/alternative",
        "text/plain; charset=utf-8",
        "text/html; charset=utf-8",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
    assert!(text.contains("Date: "), "{text}");
    assert!(text.is_ascii(), "encoded for every server");
}

/// Checks the structure that mail programs expect of a picture in an HTML part (RFC 2387).
#[test]
fn picture_belongs_to_html_part() {
    let from: Mailbox = "no-reply@id.example".parse().unwrap();
    let mail = Mail {
        picture: Some(InlinePicture {
            id: "logo.a1.png@doorward".to_owned(),
            png: vec![0x89, b'P', b'N', b'G'],
        }),
        ..mail("alice@example.com", "Hello")
    };
    let text = String::from_utf8(message(&mail, &from).unwrap().formatted()).unwrap();
    let mut rest = text.as_str();
    for part in [
        "multipart/alternative",
        "text/plain; charset=utf-8",
        "multipart/related",
        "text/html; charset=utf-8",
        "Content-ID: <logo.a1.png@doorward>",
        "Content-Disposition: inline",
        "Content-Type: image/png",
        "iVBORw==",
    ] {
        let (_, after) = rest
            .split_once(part)
            .unwrap_or_else(|| panic!("{part} in {text}"));
        rest = after;
    }
    assert!(text.is_ascii() && !text.contains("attachment"), "{text}");
}

#[test]
fn headers_cannot_be_injected() {
    let from: Mailbox = "no-reply@id.example".parse().unwrap();
    for to in [
        "alice@example.com\r\nBcc: all@example.org",
        "alice@example.com, bob@example.com",
        "",
        "alice",
    ] {
        assert!(matches!(
            message(&mail(to, "Hello"), &from),
            Err(SendError::Never(_))
        ));
    }
    let sent = message(
        &mail("alice@example.com", "Hello\r\nBcc: all@example.org"),
        &from,
    );
    let text = String::from_utf8(sent.unwrap().formatted()).unwrap();
    assert!(!text.contains("\nBcc:"), "{text}");
}

/// RFC 6531 §3.2: with a domain in A-labels, only a local part beyond ASCII needs SMTPUTF8.
#[test]
fn internationalized_domain_needs_no_smtputf8() {
    let from: Mailbox = "Example <no-reply@id.example>".parse().unwrap();
    for (typed, sent) in [
        ("alice@müller.example", "alice@xn--mller-kva.example"),
        ("alice@MÜLLER.example", "alice@xn--mller-kva.example"),
        ("alice@例子.example", "alice@xn--fsqu00a.example"),
        ("Alice@Example.com", "Alice@Example.com"),
        ("zoë@müller.example", "zoë@xn--mller-kva.example"),
    ] {
        let message = message(&mail(typed, "Subject"), &from).unwrap();
        let [to] = message.envelope().to() else {
            panic!("{typed}");
        };
        assert_eq!(to.to_string(), sent);
    }
    let mailer = SmtpMailer::open(
        "smtp://localhost",
        "Müller <no-reply@müller.example>",
        "id.example",
    )
    .unwrap();
    assert_eq!(
        mailer.sender().to_string(),
        "no-reply@xn--mller-kva.example"
    );
}

/// A template replaces one part of a message, and decides whether the logo is sent.
#[test]
fn own_template_replaces_part() {
    let file = (
        "all.html".to_owned(),
        "<p>{{ site }}</p>\n<a href=\"{{ url }}\">{{ button }}</a>\n".to_owned(),
    );
    let templates = MailTemplates::parse(vec![file]).unwrap();
    let content = MailContent::Reset {
        url: LINK.to_owned(),
    };
    let message = letter(content, Lang::En);
    let plain = write(
        &message,
        &brand(),
        &MailTemplates::default(),
        "https://id.example",
    )
    .unwrap();
    let own = write(&message, &brand(), &templates, "https://id.example").unwrap();
    assert_eq!((&own.text, &own.subject), (&plain.text, &plain.subject));
    assert!(plain.logo.is_some() && own.logo.is_none());
    assert!(
        own.html
            .starts_with("<p>Example &#38; Co</p>\n<a href=\"https"),
        "{}",
        own.html
    );
}
