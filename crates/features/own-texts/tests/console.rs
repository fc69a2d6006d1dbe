//! Tests of the pages of texts: the list with its filters, the form with its checks and previews, and
//! the removal.

use doorward_testkit::{Stack, flows};

use super::support::{browser, confirmed, location, open};
use crate::admin::world::World;

flows!(
    list_finds_texts_by_words_and_keys,
    form_saves_text_that_list_shows,
    form_names_unknown_variable,
    preview_shows_page_message_or_sentence,
    owner_has_no_texts_page,
);

const ACME: &str = "/admin/organizations/acme/texts";
const DEPLOYMENT: &str = "/admin/system/texts";

/// Returns the lists of the deployment, an organization and an app.
fn lists(stack: &Stack) -> [String; 3] {
    let app = format!("/admin/apps/{}/texts", stack.seed.web.id);
    [DEPLOYMENT.to_owned(), ACME.to_owned(), app]
}

async fn list_finds_texts_by_words_and_keys(stack: &Stack) {
    let _world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    for list in lists(stack) {
        let page = open(stack, &admin, &list).await;
        assert_eq!(page.texts_of("tbody tr").len(), 50, "{}", page.dump());
        let next = page.link_of("nav.pages a").expect("a next page");
        let second = admin.get(next).await;
        assert!(second.has("tbody tr"), "{}", second.dump());
        for query in ["lang=de&q=mail-greeting", "lang=de&q=guten%20tag"] {
            let found = open(stack, &admin, &format!("{list}?{query}")).await;
            let link = format!("a[href='{list}/de/mail-greeting']");
            assert!(found.has(&link), "{query}: {}", found.dump());
        }
        let none = open(stack, &admin, &format!("{list}?lang=de&shown=changed")).await;
        assert!(!none.has("tbody tr"), "{}", none.dump());
        let unknown = admin.get(stack.at(&format!("{list}?lang=xx"))).await;
        assert_eq!(unknown.status, 404);
        let unknown = admin
            .get(stack.at(&format!("{list}/de/console-save")))
            .await;
        assert_eq!(unknown.status, 404, "texts of the console stay");
    }
}

async fn form_saves_text_that_list_shows(stack: &Stack) {
    let _world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    for list in lists(stack) {
        let path = format!("{list}/en/login-title");
        let page = open(stack, &admin, &path).await;
        let form = page.form("#entry").with("text", "Sign in to your bank");
        let page = admin.submit(&form).await;
        assert_eq!(location(&page), format!("{path}?done=console-saved"));
        let page = admin.follow(page, "").await;
        assert_eq!(
            page.form("#entry").value("text"),
            Some("Sign in to your bank")
        );
        let changed = format!("{list}?lang=en&shown=changed");
        let shown = open(stack, &admin, &changed).await;
        assert_eq!(shown.texts_of("tbody tr").len(), 1, "{}", shown.dump());
        let form = page.press("#entry button[value=show]");
        let page = admin.submit(&form.with("text", "Welcome")).await;
        let command = page.texts_of("#entry pre").remove(0);
        assert!(command.starts_with("doorward text set "), "{command}");
        assert!(command.contains("login-title"), "{command}");
        let remove = format!("{path}/remove");
        confirmed(stack, &admin, &remove, "The own text was removed.").await;
        let shown = open(stack, &admin, &changed).await;
        assert!(!shown.has("tbody tr"), "{}", shown.dump());
        let again = admin.get(stack.at(&remove)).await;
        assert_eq!(again.status, 404);
    }
}

async fn form_names_unknown_variable(stack: &Stack) {
    let _world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    for (typed, part) in [
        ("Dear { $nmae }", "name"),
        ("Dear { $name", "cannot be used"),
        ("", "Enter a text"),
    ] {
        let path = format!("{ACME}/en/mail-greeting");
        let page = open(stack, &admin, &path).await;
        let form = page.form("#entry").with("text", typed);
        let page = admin.submit(&form).await;
        assert_eq!(page.status, 422, "{typed}: {}", page.dump());
        assert_eq!(page.form("#entry").value("text"), Some(typed));
        let text = page.text_of("#text-error").expect("an error");
        assert!(text.contains(part), "{text}");
    }
}

async fn preview_shows_page_message_or_sentence(stack: &Stack) {
    let _world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    for list in lists(stack) {
        for (key, selector) in [
            ("login-title", "[name=password]"),
            ("consent-title", "[name=decision]"),
            ("mail-greeting", "h1"),
            ("data-last-owner", ".summary"),
        ] {
            let path = format!("{list}/en/{key}");
            for theme in ["light", "dark"] {
                let page = open(stack, &admin, &path).await;
                let form = page.press(&format!("#entry button[value=preview-{theme}]"));
                let preview = admin.submit(&form.with("text", "Drafted words")).await;
                assert_eq!(preview.status, 200, "{key}: {}", preview.dump());
                assert!(preview.text().contains("Drafted words"), "{key}");
                assert!(preview.has(selector), "{key}: {}", preview.dump());
                let policy = preview.header("content-security-policy");
                let is_mail = policy.is_some_and(|policy| policy.contains("sandbox"));
                assert_eq!(is_mail, key.starts_with("mail-"), "{policy:?}");
                if !is_mail {
                    assert_eq!(preview.attributes("html", "data-theme"), [theme]);
                }
            }
            let page = open(stack, &admin, &path).await;
            let kept = page.form("#entry");
            assert_ne!(kept.value("text"), Some("Drafted words"), "{key}");
        }
    }
}

async fn owner_has_no_texts_page(stack: &Stack) {
    let _world = World::new(stack).await;
    let owner = browser(stack, "mona").await;
    let page = open(stack, &owner, "/admin/organizations/acme").await;
    assert!(!page.has(&format!("a[href='{ACME}']")), "{}", page.dump());
    assert_eq!(owner.get(stack.at(ACME)).await.status, 404);
}
